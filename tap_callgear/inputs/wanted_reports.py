"""The setting `reports`: which reports somebody asks for, in any of the ways to write it."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.customers import USER_ID
from tap_callgear.inputs.names import named_with_nearest
from tap_callgear.report_types import REPORT_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REPORT_ID, METHOD = "report_id", "method"
_PARTS = (REPORT_ID, METHOD, USER_ID)

_LONGEST_ID = 19
"""Digits of an id at the most: what is longer is a name."""

_HOW = f'write the id or the name of a report, or an object such as {{"{REPORT_ID}": 48407, "{METHOD}": "get.visits"}}.'


@dataclass(frozen=True)
class Wanted:
    """A report that somebody asks for.

    Attributes:
        report: Its id or its name, as it was written.
        kind: The type, where it was written; else the API tells it.
        user_id: The customer of an agent whose report it is; None where that was not written.
    """

    report: str
    kind: str | None = None
    user_id: int | None = None

    @property
    def id(self) -> int | None:
        """Return the id; None where it can only be a name."""
        is_id = len(self.report) <= _LONGEST_ID and self.report.isascii() and self.report.isdecimal()
        return int(self.report) if is_id else None

    @property
    def name(self) -> str:
        """Return the name as it is compared."""
        return comparable(self.report)


def wanted_reports(entries: Iterable[object]) -> tuple[Wanted, ...]:
    """Read the entries of the setting.

    Args:
        entries: Ids as numbers or text, names, and objects, which may be JSON text.

    Returns:
        The reports, each once.

    Raises:
        ConfigurationError: An entry is none of these.
    """
    found = (_wanted(entry) for entry in entries if entry not in (None, ""))
    return tuple(dict.fromkeys(found))


def comparable(name: str) -> str:
    """Return a name without what is not seen of it, and in small letters."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def _wanted(entry: object) -> Wanted:
    if isinstance(entry, str) and entry.startswith("{"):
        try:
            entry = json.loads(entry)
        except ValueError:
            raise _unreadable(entry) from None
    if isinstance(entry, dict):
        return _described(entry)
    return Wanted(_id_or_name(entry, entry))


def _described(entry: Mapping[str, Any]) -> Wanted:
    if strange := [name for name in entry if name not in _PARTS]:
        raise _unreadable(entry, f"there is no {named_with_nearest(strange, _PARTS)}")
    kind = _kind(entry[METHOD]) if entry.get(METHOD) else None
    user_id = entry.get(USER_ID)
    if user_id is not None:
        text = _id_or_name(user_id, entry)
        if not text.isdecimal():
            raise _unreadable(entry, f"{USER_ID} is no number")
        user_id = int(text)
    return Wanted(_id_or_name(entry.get(REPORT_ID), entry), kind, user_id)


def _kind(method: object) -> str:
    kind = str(method).removeprefix("get.")
    if kind not in REPORT_TYPES:
        methods = ", ".join(each.method for each in REPORT_TYPES.values())
        text = f"reports: {method} is no method that reads reports row by row; those are {methods}."
        raise ConfigurationError(text)
    return kind


def _id_or_name(given: object, entry: object) -> str:
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, (int, str)) or not str(given).strip():
        raise _unreadable(entry)
    return str(given).strip()


def _unreadable(entry: object, why: str = "") -> ConfigurationError:
    written = entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)
    return ConfigurationError(f"reports: {written} cannot be read{f', since {why}' if why else ''}: {_HOW}")
