"""Say what an agency takes: points, tasks, minutes and memory. The requests are those of the tap's own planner.

    .venv/bin/python scripts/fleet.py --customers 200 --points-a-minute 200
    .venv/bin/python scripts/fleet.py --write    the table of docs/scale-out.md
    .venv/bin/python scripts/fleet.py --check    fails if that table is not up to date

Nothing is asked of any API: rows are made up, and the planner is driven over them as the reader does.
"""

from __future__ import annotations

import argparse
import re
import sys
from bisect import bisect_left, bisect_right
from collections import deque
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, get_args, get_type_hints

try:
    from tap_callgear.extraction.pages import Page, Window
    from tap_callgear.extraction.planner import WindowPlanner
    from tap_callgear.streams import STREAMS
    from tap_callgear.streams.report import ReportStream
except ModuleNotFoundError as missing:
    sys.exit(f"{missing} here: bash scripts/setup; .venv/bin/python scripts/fleet.py")

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PAGE = Path(__file__).parent.parent / "docs" / "scale-out.md"
NOW: Final = datetime(2026, 1, 12, 12)  # noqa: DTZ001 - local time has no zone; a Monday noon
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

CORE: Final = {
    stream.name: stream.replication_key in stream.sorts_by
    for stream in STREAMS
    if stream.selected_by_default and issubclass(stream, ReportStream)
}
"""The reports that are read by default, and whether the API sorts them."""
LISTS: Final = sum(stream.selected_by_default for stream in STREAMS) - len(CORE)

SIZES: Final = ((0.70, 20), (0.25, 300), (0.05, 2_000))
"""Share of the customers, and rows of each report a day."""
BY_HOUR: Final = (1,) * 8 + (5,) * 12 + (2,) * 4
"""How the rows of a day are spread over its hours."""

START_SECONDS: Final = 10
"""Of a task: Airflow starts Meltano, which starts the tap and the loader. Measured on 2 cores."""
ROWS_A_SECOND: Final = 4_300
"""That `target-postgres` loads: 100,000 rows in 23 s with the tap beside it. Measured."""
TASK_MEGABYTES: Final = 600
"""Airflow's two processes 145, Meltano and its guard 95, the tap 150, the loader 220 with full pages. Measured."""


@dataclass(frozen=True)
class Agency:
    """What there is to be read, and with what."""

    customers: Annotated[int, "How many customers are read."] = 2_000
    groups: Annotated[int, "How many groups they are divided into: the tasks of a run."] = 40
    slots: Annotated[int, "How many tasks run at a time: slots of the pool, and of the workers."] = 4
    parallel_requests: Annotated[int, "How many requests a task has under way: max_parallel_requests."] = 4
    reply_seconds: Annotated[float, "How long a reply takes."] = 0.4
    points_a_minute: Annotated[int, "The plan's points a minute."] = 200
    page_size: Annotated[int, "Rows a request."] = 10_000


@dataclass(frozen=True)
class Rhythm:
    """A run that comes again and again.

    Attributes:
        name: What it is called.
        days: How far back it reads.
        lists: Lists that it reads.
        a_day: How often it comes a day.
    """

    name: str
    days: float
    lists: int
    a_day: float


RHYTHMS: Final = (
    Rhythm("hourly", 1 + 1 / 24, 0, 24),
    Rhythm("nightly", 8, LISTS, 1),
    Rhythm("weekly", 91, 0, 1 / 7),
    Rhythm("a year of history", 365, 0, 0),
)


@dataclass(frozen=True)
class Need:
    """What a run of a rhythm takes.

    Attributes:
        points: Requests, each of which costs a point.
        rows: Rows that are loaded.
        minutes: How long it takes.
        decided_by: What it waits for most.
    """

    points: int
    rows: int
    minutes: float
    decided_by: str


def need(agency: Agency, rhythm: Rhythm) -> Need:
    """Return what a run takes.

    Args:
        agency: What is read, and with what.
        rhythm: The run.
    """
    points = rows = 0
    for share, rows_a_day in SIZES:
        customers = round(share * agency.customers)
        asked, held = core(rhythm.days, rows_a_day, agency.page_size)
        points += customers * (asked + rhythm.lists)
        rows += customers * held
    rounds = ceil(agency.groups / agency.slots)
    waits = {
        "replies": points * agency.reply_seconds / agency.parallel_requests / agency.slots,
        "the loader": rows / ROWS_A_SECOND / agency.slots,
    }
    slowest = max(waits, key=lambda name: waits[name])
    seconds = {
        # A page is loaded while the next ones are on their way.
        slowest: rounds * START_SECONDS + waits[slowest],
        "points a minute": 60 * points / agency.points_a_minute,
    }
    decided_by = max(seconds, key=lambda name: seconds[name])
    return Need(points, rows, seconds[decided_by] / 60, decided_by)


@cache
def core(days: float, rows_a_day: int, page_size: int) -> tuple[int, int]:
    """Return how many requests the core reports of one customer take, and how many rows they hold.

    Args:
        days: How far back is read.
        rows_a_day: Rows of each report a day.
        page_size: Rows a request.
    """
    times = list(made_up(NOW - days * DAY, NOW, rows_a_day))
    asked = sum(requests(times, days, page_size, is_sorted=is_sorted) for is_sorted in CORE.values())
    return asked, len(times) * len(CORE)


def made_up(start: datetime, end: datetime, rows_a_day: int) -> Iterator[datetime]:
    """Yield the times of rows, in order, by the hours of the day."""
    hour, carried = start.replace(minute=0, second=0, microsecond=0), 0.0
    while hour < end:
        carried += rows_a_day * BY_HOUR[hour.hour] / sum(BY_HOUR)
        count, carried = int(carried), carried % 1
        times = (hour + place * HOUR / count for place in range(count))
        yield from (time.replace(microsecond=0) for time in times if start <= time < end)
        hour += HOUR


def requests(times: Sequence[datetime], days: float, limit: int, *, is_sorted: bool) -> int:
    """Drive the tap's planner over rows, and return how many requests it makes.

    Args:
        times: The times of all rows, in order.
        days: How far back is read.
        limit: Rows a request.
        is_sorted: Whether the API sorts.
    """
    planner = WindowPlanner(NOW - days * DAY, NOW, limit=limit, is_sorted=is_sorted, is_ahead=True)
    waiting: deque[Window] = deque()
    asked = 0
    while True:
        while len(waiting) < Agency.parallel_requests and (window := planner.next_window()):
            waiting.append(window)
            asked += 1
        if not waiting:
            return asked
        window = waiting.popleft()
        decision = planner.handle_page(window, _page(times, window, limit, is_sorted=is_sorted))
        asked += len(decision.follow_up)
        waiting.extendleft(reversed(decision.follow_up))


def _page(times: Sequence[datetime], window: Window, limit: int, *, is_sorted: bool) -> Page:
    inside = times[bisect_left(times, window.date_from) : bisect_right(times, window.end)]
    # Without a sort, a page is a sample of all that there is.
    sample = inside[window.offset :] if is_sorted else inside[:: max(1, -(-len(inside) // limit))]
    return Page(sample[:limit], len(inside), limit, is_ascending=is_sorted)


def table(agency: Agency) -> str:
    """Write what all rhythms take as a table, with a line of what a day takes in all."""
    heads = ("run", "points", "points a day", "rows", "minutes", "decided by")
    lines = [heads, ("---", *["---:"] * (len(heads) - 2), "---")]
    a_day = 0.0
    for rhythm in RHYTHMS:
        taken = need(agency, rhythm)
        a_day += taken.points * rhythm.a_day
        daily = f"{taken.points * rhythm.a_day:,.0f}" if rhythm.a_day else ""
        lines.append(
            (rhythm.name, f"{taken.points:,}", daily, f"{taken.rows:,}", f"{taken.minutes:,.0f}", taken.decided_by)
        )
    lines.append(("together", "", f"{a_day:,.0f}", "", "", ""))
    memory = agency.slots * TASK_MEGABYTES / 1_000
    told = (
        f"{agency.customers:,} customers in {agency.groups} groups, {agency.slots} tasks at a time with "
        f"{agency.parallel_requests} requests each, {agency.reply_seconds} s a reply, {agency.points_a_minute} points "
        f"a minute: {agency.groups} tasks a run, and {memory:.1f} GB on the workers."
    )
    return "\n".join([told, "", *(f"| {' | '.join(line)} |" for line in lines)])


def renewed(text: str) -> str:
    """Return the page with the tables of an agency of each size."""
    tables = "\n\n".join(table(agency) for agency in (Agency(200, groups=8, slots=2), Agency()))
    written = re.compile(r"(?<=<!-- fleet: written by scripts/fleet.py -->\n).*?(?=<!-- end of fleet -->)", re.DOTALL)
    return written.sub(f"{tables}\n", text)


def main() -> None:
    """Print a table; or write those of the page, or check them."""
    parser = argparse.ArgumentParser(description="Say what an agency takes: points, tasks, minutes and memory.")
    parser.add_argument("--write", action="store_true", help="write the tables of docs/scale-out.md")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if those are not up to date")
    kinds = get_type_hints(Agency, include_extras=True)
    for field in fields(Agency):
        kind, told = get_args(kinds[field.name])
        name = f"--{field.name.replace('_', '-')}"
        parser.add_argument(name, type=kind, default=field.default, help=f"{told} ({field.default})")
    chosen = vars(parser.parse_args())
    is_writing, is_check = chosen.pop("write"), chosen.pop("check")
    text = PAGE.read_text(encoding="utf-8")
    if is_check and renewed(text) != text:
        sys.exit("A table in docs/scale-out.md is out of date: run .venv/bin/python scripts/fleet.py --write")
    if is_writing:
        PAGE.write_text(renewed(text), encoding="utf-8")
    if not is_writing and not is_check:
        print(table(Agency(**chosen)))


if __name__ == "__main__":
    main()
