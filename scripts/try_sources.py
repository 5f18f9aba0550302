"""What `bash scripts/try` reads: the sandbox, or an account whose key is in the environment or in .env."""

from __future__ import annotations

import json
import os
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from duckdb_files import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SANDBOX_KEY: Final = "sandbox-key-1234567890"
SANDBOX_ZONE: Final = "Asia/Dubai"
DAYS: Final = 60
DAYS_HELD_BACK: Final = 9
DAYS_OF_ACCOUNT: Final = 30

KEYS: Final = ("TAP_CALLGEAR_ACCESS_TOKEN", "TAP_CALLGEAR_LOGIN")
START: Final = "TAP_CALLGEAR_START_DATE"
ZONE: Final = "TAP_CALLGEAR_TIMEZONE"


class Memory:
    """What is kept beside a database from run to run, and goes with it."""

    def __init__(self, folder: Path, database: Path) -> None:
        """Forget everything if the database was removed.

        Args:
            folder: Where to keep it.
            database: The database.
        """
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        if not (database.exists() and database.stat().st_size):
            for file in folder.iterdir():
                file.unlink()

    def settled(self, name: str, value: str) -> str:
        """Return a value as the first run settled it."""
        file = self.folder / name
        if not file.exists():
            file.write_text(value, encoding="utf-8")
        return file.read_text(encoding="utf-8").strip()

    def keep(self, name: str, value: str) -> None:
        """Keep another value from now on; it is there whole, or the one before it is."""
        fresh = self.folder / f"{name}.next"
        fresh.write_text(value, encoding="utf-8")
        fresh.replace(self.folder / name)


@dataclass(frozen=True)
class Source:
    """What the tap is started with.

    Attributes:
        config: Its option `--config`.
        variables: What its environment has besides.
        zone: The zone whose days the account counts by; UTC where nobody has said.
        runs: The number of runs there have been with this one; null where they are not counted.
    """

    config: str
    variables: Mapping[str, str]
    zone: str
    runs: int | None = None


def setting(name: str, folder: Path) -> str | None:
    """Return the value of a setting in the environment or in .env, which the tap reads itself; null if it has none."""
    if told := os.environ.get(name):
        return told
    dotenv = folder / ".env"
    text = dotenv.read_text(encoding="utf-8", errors="replace") if dotenv.is_file() else ""
    written = re.search(rf"""^\s*(?:export\s+)?{name}\s*=\s*["']?([^\s"']+)""", text, re.MULTILINE)
    return written[1] if written else None


def account(folder: Path, memory: Memory) -> Source:
    """Choose where an account's history begins, if nobody has said so.

    Args:
        folder: The project's folder.
        memory: What is kept beside the database.

    Returns:
        What the tap is started with.
    """
    zone = setting(ZONE, folder) or "UTC"
    if setting(START, folder):
        return Source("ENV", {}, zone)
    start = memory.settled("start_date", str(today() - timedelta(days=DAYS_OF_ACCOUNT)))
    if not (memory.folder / "state.json").exists():
        print(f"Reading the account from {start} on; to read more, set {START}.", flush=True)
    return Source("ENV", {START: start}, zone)


@contextmanager
def sandbox(command: Path, memory: Memory, database: Path) -> Iterator[Source]:
    """Serve made-up days, the same ones in every run, of which the last few come to light one a run.

    Args:
        command: The program `callgear-sandbox`.
        memory: What is kept beside the database.
        database: The database.

    Yields:
        What the tap is started with.
    """
    until = date.fromisoformat(memory.settled("until", str(today())))
    run = int(memory.settled("runs", "0"))
    with served(command, memory, until) as url:
        end = until - timedelta(days=max(0, DAYS_HELD_BACK - run))
        settings = {
            "access_token": SANDBOX_KEY,
            "api_url": url,
            "start_date": str(until - timedelta(days=DAYS)),
            "end_date": str(end),
        }
        config = memory.folder / "tap.json"
        config.write_text(json.dumps(settings), encoding="utf-8")
        if run > DAYS_HELD_BACK:
            print(f"The sandbox has no further days: remove {database.name} to begin anew.", flush=True)
        else:
            print(f"Reading made-up data from the sandbox, up to {end}. Run {run + 1}.", flush=True)
        # A proxy that leads to the world does not lead back to this machine.
        yield Source(str(config), {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}, SANDBOX_ZONE, run + 1)


@contextmanager
def served(command: Path, memory: Memory, until: date) -> Iterator[str]:
    """Run the sandbox.

    Args:
        command: The program `callgear-sandbox`.
        memory: What is kept beside the database.
        until: The day before which its data ends.

    Yields:
        Its address.

    Raises:
        Trouble: It did not start.
    """
    options = ["--rows", "5000", "--days", str(DAYS), "--zone", SANDBOX_ZONE, "--token", SANDBOX_KEY]
    options += ["--until", f"{until}T00:00:00+00:00"]
    log = memory.folder / "sandbox.log"
    with log.open("wb") as errors:
        process = subprocess.Popen([command, *options], stdout=subprocess.PIPE, stderr=errors, text=True)
    with process:
        try:
            listening = re.search(r" listening on (\S+)", process.stdout.readline() if process.stdout else "")
            if listening is None:
                message = f"The sandbox did not start: {log.read_text(encoding='utf-8', errors='replace').strip()}"
                raise Trouble(message)
            yield listening[1]
        finally:
            process.terminate()


def today() -> date:
    """Return the day that it is now, in UTC."""
    return datetime.now(timezone.utc).date()
