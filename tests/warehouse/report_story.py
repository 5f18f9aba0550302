"""What a warehouse is told of reports that people built for themselves: a load, and a later one that overlaps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.reports.account import CALLS, CONTACTS, LEADS
from tests.support import run_tap

from .story import FIRST, TAP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.support import Json

    from .chain import Chain
    from .story import Reading, ReadTable

SETTINGS: Final[Json] = {**TAP, "reports": ["All contacts", 48402, "Leads"]}
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    CONTACTS: ("communication_type_id", "communication_id"),
    CALLS: ("communication_id",),
    LEADS: ("lead_date_time", "row_number"),
}


def tell_of_reports(chain: Chain, read: ReadTable, reading: Reading) -> None:
    """Load, let five days pass, load again: the warehouse holds each row once, as one run would read it now.

    Args:
        chain: From a sandbox that `account` made, with `SETTINGS`.
        read: Returns all rows of a table.
        reading: How to read them.
    """
    for now in (FIRST, None):
        chain.sandbox.now = now
        load = chain.load()
        assert load.went_well, load.log
        run = run_tap(chain.sandbox, config=SETTINGS)
        assert run.exit_code == 0, run.stderr
        for stream, key in KEYS.items():
            schema = run.schema(stream)
            found = _keyed((reading.row(row, schema) for row in read(stream)), key)
            expected = _keyed((reading.row(row, schema) for row in run.records(stream)), key)
            assert found == expected, stream


def _keyed(rows: Iterable[Json], names: tuple[str, ...]) -> dict[tuple[object, ...], Json]:
    """Return rows by their keys, none of which is there twice."""
    listed = list(rows)
    keyed = {tuple(row[name] for name in names): row for row in listed}
    assert len(keyed) == len(listed)
    return keyed
