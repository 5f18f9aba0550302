"""What the models are told: an account that is read early on, later on, and when one late sale has come."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tests.documents import ROOT
from tests.support import UNTIL, catalog_of, play, run_tap

from .account import ASKED, Account
from .figures import LOOKBACK, moment

if TYPE_CHECKING:
    from callgear_sandbox import Sandbox
    from tests.support import Json, Run

ZONE: Final = "Asia/Dubai"
SCHEMA: Final = "callgear"
STREAMS: Final = (*ASKED, "accounts", "goals", "offline_messages", "tags")
"""The streams that models read."""

VARIABLES: Final = {"callgear_schema": SCHEMA, "callgear_timezone": ZONE, "callgear_streams": STREAMS}
"""What the models are to know of the account and the warehouse."""

OLDEST: Final = UNTIL - timedelta(days=28)
AHEAD: Final = timedelta(hours=4)
"""How far the account's clocks are ahead of UTC."""


@dataclass(frozen=True)
class Chapter:
    """What the tap read at some time, and what the account held then."""

    run: Run
    account: Account

    @property
    def summary(self) -> Json:
        """Return what the tap says that it read, as the models take it for a variable."""
        ended = subprocess.run(  # noqa: S603 - ours
            [sys.executable, ROOT / "scripts" / "read_summary.py"],
            input=self.run.stderr,
            capture_output=True,
            text=True,
            check=True,
        )
        told: Json = json.loads(ended.stdout)["callgear_summary"]
        assert {stream: row["records"] for stream, row in told.items()} == {
            stream: len(self.run.records(stream)) for stream in told
        }
        return told


def tell() -> list[Chapter]:
    """Read an account early on, later, when rows have come and changed, and when one late sale has come."""
    chapters: list[Chapter] = []
    with play(rows=300, days=28, zone=ZONE) as sandbox:
        sale = late_sale(sandbox)
        catalog = catalog_of(sandbox, streams=STREAMS)
        for now in (UNTIL - timedelta(days=8), sale - timedelta(seconds=1), sale):
            sandbox.now = now
            state = chapters[-1].run.state if chapters else None
            # Longer than a sale takes, so that the late one is found.
            config = {"page_size": 100, "lookback_days": 15}
            run = run_tap(sandbox, config=config, catalog=catalog, state=state)
            assert run.exit_code == 0, run.stderr
            chapters.append(Chapter(run, everything(sandbox)))
    return chapters


def everything(sandbox: Sandbox, **user: int) -> Account:
    """Return what the account holds now, or that of an agent's customer."""
    return Account.of(sandbox, OLDEST.date(), UNTIL.date(), **user)


def late_sale(sandbox: Sandbox) -> datetime:
    """Return when the last sale comes that comes later than the default lookback reaches."""
    late = (
        moment(contact, "sale_date")
        for contact in everything(sandbox).contacts
        if contact["sale_date"] and moment(contact, "sale_date") > moment(contact) + LOOKBACK
    )
    return max(late).replace(tzinfo=UNTIL.tzinfo) - AHEAD
