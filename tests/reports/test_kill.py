"""A reading of reports may end at any moment: the next goes on from the last STATE, and nothing is lost."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from tests.support import play, run_tap, started

from .account import CONTACTS, DEALS, catalog_of

if TYPE_CHECKING:
    from tests.support import Json, Run

REPORTS = ["All contacts", "Deals"]
CONFIG = {"reports": REPORTS, "page_size": 40, "lookback_days": 0}
KEYS = {
    CONTACTS: ("communication_type_id", "communication_id"),
    DEALS: ("deal_date_time", "row_number"),
}


def merged(run: Run) -> dict[object, Json]:
    """Return the records of a run as a loader keeps them that merges by the key."""
    return {
        (stream, *(record[name] for name in key)): record
        for stream, key in KEYS.items()
        for record in run.records(stream)
    }


def test_runs_that_are_killed_add_up_to_everything() -> None:
    with play(rows=300, same_second=3) as sandbox:
        catalog = catalog_of(KEYS)
        whole = run_tap(sandbox, config=CONFIG, catalog=catalog)
        loaded: dict[object, Json] = {}
        state: Json | None = None
        for cut in (100, 280):
            with started(sandbox, config=CONFIG, catalog=catalog, state=state) as run:
                run.await_records(cut)
                run.process.send_signal(signal.SIGKILL)
                killed = run.finish()
            loaded |= merged(killed)
            state = killed.state
        last = run_tap(sandbox, config=CONFIG, catalog=catalog, state=state)
    assert last.exit_code == 0, last.stderr
    assert len(last.records(CONTACTS)) < len(whole.records(CONTACTS))
    assert loaded | merged(last) == merged(whole)
    assert last.state == whole.state
