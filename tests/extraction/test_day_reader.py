"""A report by day is read whole, each row once, with its day, in as few requests as whole days allow."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta, timezone
from itertools import chain, count
from typing import TYPE_CHECKING

import pytest

from tap_callgear.api.client import RequestStats
from tap_callgear.api.errors import IntervalTooLong, RowsUnreadable, TransientError
from tap_callgear.extraction.account_zone import AccountZone
from tap_callgear.extraction.day_reader import DayReader
from tap_callgear.extraction.days import Days
from tap_callgear.extraction.reading import ReaderResources
from tap_callgear.extraction.records import as_dictionary
from tap_callgear.extraction.requests import ReportRequest
from tests.extraction.keyed import Watch, record_type
from tests.fakes import FakeClock, FakeTransport, HeldPages, Json, client, failure, success

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.fakes import Outcome

FIRST = date(2026, 1, 5)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
DUBAI = AccountZone("Asia/Dubai")


class Table:
    """Answers a report over rows a day, dated or summed up over the window."""

    def __init__(
        self,
        rows: Mapping[int, int],
        *,
        is_dated: bool,
        refuse: Callable[[Days], Outcome | None] = lambda _: None,
        counts: bool = True,
        most: int = 10_000,
    ) -> None:
        """Hold how many rows there are on which day, counted from the first; no page holds more than `most`."""
        self._rows = rows
        self._is_dated = is_dated
        self._refuse = refuse
        self._counts = counts
        self._most = most
        self._chance = random.Random(7)  # noqa: S311 - no secret
        self.asked: list[Days] = []

    def __call__(self, request: Json) -> Outcome:
        """Answer a request."""
        params = request["params"]
        start, end = (datetime.fromisoformat(params[name]) for name in ("date_from", "date_till"))
        assert end.time().isoformat() == ("00:00:00" if self._is_dated else "23:59:59")
        days = Days((start + SECOND).date(), (end - SECOND).date())
        self.asked.append(days)
        if refusal := self._refuse(days):
            return refusal
        places = [(days.first - FIRST).days + place for place in range(days.count)]
        if self._is_dated:
            rows: list[Json] = [
                {"date": f"{FIRST + DAY * place}", "id": number, "name": f"{place}"}
                for place in places
                for number in range(self._rows.get(place, 0))
            ]
        else:
            most = max((self._rows.get(place, 0) for place in places), default=0)
            rows = [{"id": number, "name": f"{days.count}"} for number in range(most)]
        if self._counts:
            self._chance.shuffle(rows)
        offset = params.get("offset", 0)
        page = rows[offset : offset + min(params["limit"], self._most)]
        told = [{name: row.get(name) for name in params["fields"]} for row in page]
        return success(told, **({"total_items": len(rows)} if self._counts else {}))


class Desk:
    """A reader over a table, and all that it leaves behind."""

    def __init__(
        self,
        rows: Mapping[int, int],
        days: int,
        *,
        is_dated: bool,
        page_size: int = 10,
        ahead: int = 3,
        refuse: Callable[[Days], Outcome | None] = lambda _: None,
        answer: Callable[[Json], Outcome] | None = None,
        fields: Sequence[str] = ("id", "name"),
    ) -> None:
        """Put the reader together."""
        self.table = Table(rows, is_dated=is_dated, refuse=refuse)
        self.watch = Watch()
        clock = FakeClock()
        names = ["date", *fields]
        self.reader = DayReader(
            ReportRequest("get.things", ("date", "id"), "date", frozenset(), longest=timedelta(days=90)),
            record_type(self.watch, names, time="date"),
            names if is_dated else fields,
            Days(FIRST, FIRST + DAY * (days - 1)),
            is_dated=is_dated,
            zone=DUBAI,
            resources=ReaderResources(
                client(FakeTransport(answer or self.table), clock=clock),
                clock,
                RequestStats(),
                self.watch,
                page_size=page_size,
                windows_ahead=ahead,
            ),
        )

    def read(self) -> list[tuple[int, int]]:
        """Read all of it: the day and the id of every record."""
        read = []
        for part in self.reader.read():
            for timed in part:
                day, told = timed.bookmark, as_dictionary(timed.record)
                assert told["date"] == day
                read.append(((date.fromisoformat(day) - FIRST).days, told["id"]))
        return read

    @property
    def lengths(self) -> list[int]:
        """Return how many days were asked for at a time."""
        return [days.count for days in self.table.asked]


def there_are(rows: Mapping[int, int]) -> list[tuple[int, int]]:
    """Return what there is to be read."""
    return [(place, number) for place in sorted(rows) for number in range(rows[place])]


def test_days_are_those_of_the_account_that_hold_the_first_and_the_last_instant() -> None:
    start, end = datetime(2026, 1, 5, 19, tzinfo=timezone.utc), datetime(2026, 1, 6, 20, tzinfo=timezone.utc)
    assert Days.holding(start, end, DUBAI) == Days(date(2026, 1, 5), date(2026, 1, 6))
    assert Days.holding(start, end + timedelta(seconds=1), DUBAI).last == date(2026, 1, 7)
    assert Days.holding(end, end, DUBAI).count == 0


@pytest.mark.parametrize("is_dated", [True, False])
@pytest.mark.parametrize("ahead", [1, 4])
def test_every_row_of_every_day_comes_once_and_in_order(is_dated: bool, ahead: int) -> None:  # noqa: FBT001
    rows = {0: 3, 1: 9, 2: 25, 5: 10, 30: 1, 61: 8, 99: 4}
    desk = Desk(rows, 100, is_dated=is_dated, ahead=ahead)
    assert desk.read() == there_are(rows)
    assert desk.watch.warnings == []


@pytest.mark.parametrize("is_dated", [True, False])
def test_a_page_is_let_go_of_before_the_next_is_waited_for(is_dated: bool) -> None:  # noqa: FBT001
    rows = dict.fromkeys(range(60), 9)
    pages = HeldPages(Table(rows, is_dated=is_dated))
    assert len(Desk(rows, 60, is_dated=is_dated, ahead=1, answer=pages).read()) == 540
    assert len(pages.held) > 50
    assert max(pages.held) == 0


@pytest.mark.parametrize("ahead", [1, 4])
def test_days_of_many_rows_take_hardly_more_requests_than_pages(ahead: int) -> None:
    rows = dict.fromkeys(range(87), 20)
    desk = Desk(rows, 87, is_dated=True, page_size=200, ahead=ahead)
    assert desk.read() == there_are(rows)
    pages = 9
    assert len(desk.lengths) <= pages + 3


def test_a_row_that_stays_broken_is_left_out_and_told_with_the_first_day_to_read_again() -> None:
    rows = dict.fromkeys(range(30), 5)
    table = Table(rows, is_dated=True)

    def answer(request: Json) -> Outcome:
        reply = table(request)
        assert isinstance(reply, dict)
        for row in reply["result"]["data"]:
            if (row["name"], row["id"]) == ("3", 4):
                row["id"] = None
        return reply

    desk = Desk(rows, 30, is_dated=True, page_size=60, answer=answer)
    parts, read = desk.reader.read(), list[object]()
    with pytest.raises(RowsUnreadable, match=r"1 row of get\.things came without .* with start_date 2026-01-05"):
        read.extend(timed.record for timed in chain.from_iterable(parts))
    assert len(read) == 149
    assert len(table.asked) < 12


@pytest.mark.parametrize("ahead", [1, 4])
def test_answers_of_a_copy_that_holds_nothing_yet_lose_no_day(ahead: int) -> None:
    rows = dict.fromkeys(range(87), 20)
    table = Table(rows, is_dated=True)
    requests = count(1)

    def answer(request: Json) -> Outcome:
        return success([], total_items=0) if next(requests) % 3 == 0 else table(request)

    assert Desk(rows, 87, is_dated=True, page_size=200, ahead=ahead, answer=answer).read() == there_are(rows)


@pytest.mark.parametrize("is_dated", [True, False])
@pytest.mark.parametrize("counts", [True, False])
def test_pages_that_end_early_lose_no_row_even_if_nothing_is_counted(*, is_dated: bool, counts: bool) -> None:
    rows = {0: 3, 1: 7, 2: 8, 5: 25, 6: 1}
    table = Table(rows, is_dated=is_dated, counts=counts, most=7)
    assert Desk(rows, 9, is_dated=is_dated, answer=table).read() == there_are(rows)


def test_rows_with_dates_are_asked_for_over_as_many_days_as_are_answered_for() -> None:
    desk = Desk(dict.fromkeys(range(0, 200, 40), 1), 200, is_dated=True)
    assert len(desk.read()) == 5
    assert sorted(desk.lengths, reverse=True) == [89, 89, 22]


def test_sums_are_asked_for_day_by_day_and_empty_stretches_passed_over() -> None:
    rows = dict.fromkeys(range(5), 2) | {180: 1}
    desk = Desk(rows, 200, is_dated=False, ahead=1)
    assert desk.read() == there_are(rows)
    assert desk.lengths[:5] == [1] * 5
    assert len(desk.lengths) < 40


def test_a_row_of_another_day_is_left_out_with_one_warning() -> None:
    outside = success([{"date": "2025-12-31", "id": 1}, {"date": "2026-01-05 00:00:00", "id": 2}], total_items=2)
    desk = Desk({}, 1, is_dated=True, answer=lambda _: outside)
    assert desk.read() == [(0, 2)]
    assert len(desk.watch.warnings) == 1


def test_a_window_that_is_refused_as_too_long_is_cut() -> None:
    rows = dict.fromkeys(range(60), 1)
    refuse = lambda days: failure("date_interval_limit_reached") if days.count > 31 else None  # noqa: E731
    desk = Desk(rows, 60, is_dated=True, page_size=100, refuse=refuse)
    assert desk.read() == there_are(rows)
    assert desk.watch.warnings == []


@pytest.mark.parametrize("is_dated", [True, False])
def test_reading_starts_at_the_oldest_day_that_is_served(is_dated: bool) -> None:  # noqa: FBT001
    rows = dict.fromkeys(range(100), 1)
    oldest = FIRST + DAY * 37
    refuse = lambda days: failure("date_interval_limit_reached") if days.first < oldest else None  # noqa: E731
    desk = Desk(rows, 100, is_dated=is_dated, refuse=refuse)
    assert desk.read() == there_are(dict.fromkeys(range(37, 100), 1))
    (warning,) = desk.watch.warnings
    assert "2026-02-11" in warning


def test_a_history_that_holds_no_day_ends_the_reading() -> None:
    with pytest.raises(IntervalTooLong):
        Desk({}, 5, is_dated=True, refuse=lambda _: failure("date_interval_limit_reached")).read()


def test_less_is_asked_for_where_the_api_fails_over_too_much() -> None:
    rows = dict.fromkeys(range(20), 1)
    refuse = lambda days: failure("internal_error", -32603) if days.count > 6 else None  # noqa: E731
    assert Desk(rows, 20, is_dated=True, refuse=refuse).read() == there_are(rows)
    with pytest.raises(TransientError):
        Desk(rows, 20, is_dated=True, refuse=lambda _: failure("internal_error", -32603)).read()


@pytest.mark.parametrize("is_dated", [True, False])
def test_a_sample_takes_one_request_of_the_latest_days(is_dated: bool) -> None:  # noqa: FBT001
    desk = Desk(dict.fromkeys(range(20), 5), 20, is_dated=is_dated)
    sample = list(desk.reader.sample(2))
    assert len(sample) == 2
    assert len(desk.table.asked) == 1
    assert desk.table.asked[0].last == FIRST + DAY * 19
