"""Which of the reports that users have are meant by an id or a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.inputs.names import named_with_nearest
from tap_callgear.inputs.wanted_reports import comparable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tap_callgear.inputs.wanted_reports import Wanted

    Lists: TypeAlias = Mapping[int | None, Sequence["Listed"]]
    """The reports of each customer of an agent; under None, those of the account itself."""


class Listed(NamedTuple):
    """A report as the API lists it."""

    id: int
    kind: str
    name: str


class Meant(NamedTuple):
    """A report that is meant.

    Attributes:
        report: The report.
        owners: The customers whose report it is; empty where the account is the key's own.
    """

    report: Listed
    owners: tuple[int, ...]


def meant_reports(wanted: Wanted, lists: Lists) -> list[Meant]:
    """Find the reports that somebody asks for.

    Args:
        wanted: What was asked for.
        lists: The reports that there are, as far as they are known.

    Returns:
        The reports: one by its id; by its name, one of each customer that has one of that name.

    Raises:
        ConfigurationError: There is none, or there are several; the text says so.
    """
    lists = {user: listed for user, listed in lists.items() if wanted.user_id in (None, user)}
    found = _by_id(wanted, lists) or _by_name(wanted, lists)
    if wanted.kind is not None:
        found = {report._replace(kind=wanted.kind): users for report, users in found.items()}
        if not found and wanted.id is not None:
            users: list[int | None] = [*lists] if wanted.user_id is None else [wanted.user_id]
            found = {Listed(wanted.id, wanted.kind, ""): users}
    if not found:
        known = [report.name for listed in lists.values() for report in listed]
        text = f"there is no report {named_with_nearest([wanted.report], known)}: it was deleted, or is another user's"
        raise ConfigurationError(text)
    return [Meant(report, tuple(user for user in users if user is not None)) for report, users in found.items()]


def _by_id(wanted: Wanted, lists: Lists) -> dict[Listed, list[int | None]]:
    return _owned(lists, lambda report: report.id == wanted.id)


def _by_name(wanted: Wanted, lists: Lists) -> dict[Listed, list[int | None]]:
    found = _owned(lists, lambda report: comparable(report.name) == wanted.name)
    for user in lists:
        ids = [str(report.id) for report, users in found.items() if user in users]
        if len(ids) > 1:
            text = f"there are {len(ids)} reports of that name: give the id of one, {' or '.join(ids)}"
            raise ConfigurationError(text)
    return found


def _owned(lists: Lists, is_meant: Callable[[Listed], bool]) -> dict[Listed, list[int | None]]:
    """Return some reports, each with the customers that have it."""
    found: dict[Listed, list[int | None]] = {}
    for user, listed in lists.items():
        for report in filter(is_meant, listed):
            found.setdefault(report, []).append(user)
    return found
