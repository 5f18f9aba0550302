"""The reader hands out each record once, in order and in range, and goes on without what the API refuses."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tap_callgear.api.client import RequestStats
from tap_callgear.api.errors import (
    ConfigurationError,
    FieldRefused,
    IntervalTooLong,
    RowsMissing,
    RowsUnreadable,
    SortRefused,
    Stopped,
    TransientError,
)
from tap_callgear.extraction.account_zone import AccountZone
from tap_callgear.extraction.reading import ReaderResources
from tap_callgear.extraction.records import RecordType, as_dictionary
from tap_callgear.extraction.requests import ReportRequest
from tap_callgear.extraction.times import api_form, utc_form
from tap_callgear.extraction.window_reader import WindowReader
from tests.fakes import FakeClock, FakeTransport, HeldPages, Json, client, failure, success

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_callgear.extraction.pages import Window
    from tap_callgear.extraction.reading import TimedRecord
    from tests.fakes import Outcome

START = datetime(2026, 1, 5, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
NULLABLE = ["string", "null"]
SCHEMA = {
    "properties": {
        "id": {"type": ["integer"]},
        "date_time": {"type": ["string"], "format": "date-time"},
        "note": {"type": NULLABLE},
        "mood": {"type": NULLABLE},
    }
}


class Table:
    """Answers a report over real rows, with the faults a test asks for."""

    def __init__(
        self,
        rows: Sequence[Json],
        *,
        has_sort: bool = True,
        refuse: Callable[[Json], Outcome | None] = lambda _: None,
    ) -> None:
        """Hold the rows."""
        self._rows = rows
        self._has_sort = has_sort
        self._refuse = refuse
        self._chance = random.Random(3)  # noqa: S311 - no secret

    def __call__(self, request: Json) -> Outcome:
        """Answer a request."""
        params = request["params"]
        if (refusal := self._refuse(params)) is not None:
            return refusal
        rows = [row for row in self._rows if params["date_from"] <= row["date_time"] <= params["date_till"]]
        total = len(rows)
        if "sort" in params and self._has_sort:
            rows.sort(key=lambda row: str(row["date_time"]))
        else:
            self._chance.shuffle(rows)
        rows = rows[params.get("offset", 0) :][: params["limit"]]
        wanted = params["fields"]
        return success([{name: row.get(name) for name in wanted} for row in rows], total_items=total)


class Watch:
    """Remembers what the reader tells."""

    def __init__(self) -> None:
        """Start with nothing told."""
        self.warnings: list[str] = []
        self.windows: list[Window] = []
        self.boundaries: list[datetime] = []

    def warn(self, text: str) -> None:
        """Take a warning."""
        self.warnings.append(text)

    def asked(self, window: Window) -> None:
        """Take a window."""
        self.windows.append(window)

    def taken(self, boundary: datetime | None, expected: float) -> None:
        """Take a boundary."""
        assert expected >= 0
        assert boundary is not None
        self.boundaries.append(boundary)


def told(each: TimedRecord) -> Json:
    """Return a record as a dictionary; its time stands in it, too."""
    as_told = as_dictionary(each.record)
    assert as_told["date_time"] == each.bookmark
    return as_told


class Desk:
    """A reader over a table, and all that it leaves behind."""

    def __init__(
        self,
        rows: Sequence[Json],
        *,
        zone: str = "UTC",
        page_size: int = 10,
        ahead: int = 3,
        sortable: Sequence[str] = ("date_time", "visitor_id"),
        has_sort: bool = True,
        refuse: Callable[[Json], Outcome | None] = lambda _: None,
        answer: Callable[[Json], Outcome] | None = None,
        clock: FakeClock | None = None,
    ) -> None:
        """Put the reader together."""
        self.transport = FakeTransport(answer or Table(rows, has_sort=has_sort, refuse=refuse))
        self.watch = Watch()
        self.stats = RequestStats()
        account_zone, clock = AccountZone(zone), clock or FakeClock()
        fields = list(SCHEMA["properties"])
        self._prepare = partial(
            WindowReader,
            ReportRequest("get.things_report", ("id",), "date_time", frozenset(sortable), {"user_id": 5}),
            RecordType(
                SCHEMA,
                fields,
                time="date_time",
                constants={},
                field_aliases={},
                maybe_datetimes=(),
                zone=account_zone,
                warn=self.watch.warn,
            ),
            fields,
            zone=account_zone,
            resources=ReaderResources(
                client(self.transport, clock=clock),
                clock,
                self.stats,
                self.watch,
                page_size=page_size,
                windows_ahead=ahead,
            ),
        )
        self.left_out: tuple[str, ...] = ()

    def read(self, start: datetime = START, end: datetime = START + 1000 * HOUR) -> list[dict[str, Any]]:
        """Read a range."""
        reader = self._prepare((start, end))
        records = [told(each) for window in reader.read() for each in window]
        self.left_out = reader.left_out
        return records

    def sample(self, start: datetime, end: datetime, count: int) -> list[dict[str, Any]]:
        """Read a few records of a range."""
        return [told(each) for each in self._prepare((start, end)).sample(count)]

    def ids(self, start: datetime = START, end: datetime = START + 1000 * HOUR) -> list[int]:
        """Read a range and give the ids only."""
        return [record["id"] for record in self.read(start, end)]

    def ids_and_loss(self) -> tuple[list[int], RowsMissing | None]:
        """Read a range of which rows are missing: the ids, and what is said of those."""
        ids: list[int] = []
        try:
            for window in self._prepare((START, START + 1000 * HOUR)).read():
                ids += [told(each)["id"] for each in window]
        except RowsMissing as loss:
            return ids, loss
        return ids, None

    @property
    def params(self) -> list[Json]:
        """Return the parameters of every request."""
        return [request["params"] for request in self.transport.requests]


def rows_at(*instants: datetime, zone: str = "UTC") -> list[Json]:
    """Return a row at each instant, as the account's clocks show it."""
    account_zone = AccountZone(zone)
    return [
        {"id": number, "date_time": api_form(account_zone.local_time(instant)), "note": "n", "mood": "m"}
        for number, instant in enumerate(instants)
    ]


def hourly(count: int, zone: str = "UTC", start: datetime = START) -> list[Json]:
    """Return a row an hour."""
    return rows_at(*[start + HOUR * hour for hour in range(count)], zone=zone)


def refuse_field(name: str, mnemonic: str = "unexpected_parameters") -> Callable[[Json], Outcome | None]:
    """Return what refuses a field as long as it is asked for."""
    return lambda params: failure(mnemonic, field="fields", value=name) if name in params["fields"] else None


def refuse_sort(params: Json) -> Outcome | None:
    """Refuse to sort."""
    return failure("sort_prohibited", field="sort") if "sort" in params else None


@pytest.mark.parametrize("ahead", [1, 4])
@pytest.mark.parametrize("sortable", [("date_time",), ()], ids=["sorted", "unsorted"])
def test_records_leave_once_in_order_and_typed(sortable: tuple[str, ...], ahead: int) -> None:
    desk = Desk(hourly(500), sortable=sortable, ahead=ahead)
    records = desk.read()
    assert [record["id"] for record in records] == list(range(500))
    assert records[1] == {"id": 1, "date_time": "2026-01-05T01:00:00+00:00", "note": "n", "mood": "m"}
    assert desk.params[0]["user_id"] == 5
    assert all(("sort" in params) == bool(sortable) for params in desk.params)
    assert desk.stats.requests == len(desk.params)
    assert desk.watch.boundaries == sorted(desk.watch.boundaries)
    assert desk.watch.boundaries[-1] == START + 1000 * HOUR
    assert desk.watch.warnings == []


@pytest.mark.parametrize("sortable", [("date_time",), ()], ids=["sorted", "unsorted"])
def test_a_page_is_let_go_of_before_the_next_is_waited_for(sortable: tuple[str, ...]) -> None:
    pages = HeldPages(Table(hourly(500)))
    assert Desk([], sortable=sortable, ahead=1, answer=pages).ids() == list(range(500))
    assert len(pages.held) > 50
    assert sum(pages.held) <= 1  # the first page waits until the second one shows that the sort is to be relied on


def test_the_start_belongs_to_the_range_and_the_end_does_not() -> None:
    assert Desk(hourly(20)).ids(START + 3 * HOUR, START + 6 * HOUR) == [3, 4, 5]
    assert Desk(hourly(20)).ids(START + 3 * HOUR, START + 3 * HOUR) == []


@pytest.mark.parametrize(
    "zone, month",
    [
        ("Asia/Dubai", 3),
        *(("Europe/London", month) for month in (3, 10)),
        *(("America/New_York", month) for month in (3, 11)),
        *(("Australia/Lord_Howe", month) for month in (4, 10)),
    ],
)
@pytest.mark.parametrize("sortable", [("date_time",), ()], ids=["sorted", "unsorted"])
def test_no_row_is_lost_at_a_change_of_the_clocks(zone: str, month: int, sortable: tuple[str, ...]) -> None:
    start = datetime(2026, month, 1, tzinfo=timezone.utc)
    rows = rows_at(*[start + HOUR / 4 * number for number in range(31 * 96)], zone=zone)
    desk = Desk(rows, zone=zone, sortable=sortable, page_size=200)
    records = desk.read(start, start + 31 * 24 * HOUR)
    assert sorted(record["id"] for record in records) == list(range(31 * 96))
    times = [record["date_time"] for record in records]
    assert times == sorted(times)
    account_zone = AccountZone(zone)
    for record in records:
        instant = start + HOUR / 4 * int(record["id"])
        assert record["date_time"] == utc_form(instant) or account_zone.is_ambiguous(account_zone.local_time(instant))


@pytest.mark.parametrize("half_hour", range(20, 32))
def test_a_run_that_starts_around_a_repeated_hour_goes_on_where_the_one_before_ended(half_hour: int) -> None:
    start = datetime(2026, 10, 24, 12, tzinfo=timezone.utc)
    rows = rows_at(*[start + HOUR / 2 * number for number in range(60)], zone="Europe/London")
    cut = start + HOUR / 2 * half_hour
    before = Desk(rows, zone="Europe/London").ids(start, cut)
    after = Desk(rows, zone="Europe/London").ids(cut, start + 30 * HOUR)
    assert set(before) | set(after) == set(range(60))


@pytest.mark.parametrize("mnemonic", ["unexpected_parameters", "parameter_component_disabled"])
def test_a_field_that_is_refused_is_left_out_with_a_warning(mnemonic: str) -> None:
    desk = Desk(hourly(50), refuse=refuse_field("mood", mnemonic))
    records = desk.read()
    assert [record["id"] for record in records] == list(range(50))
    assert all(record.keys() == {"id", "date_time", "note"} for record in records)
    assert desk.left_out == ("mood",)
    assert [text[:30] for text in desk.watch.warnings] == ["The field mood is left out: ge"]
    assert sum("mood" in params["fields"] for params in desk.params) <= 3


def test_a_field_that_is_refused_in_the_middle_is_told_once_however_many_windows_are_under_way() -> None:
    def refuse(params: Json) -> Outcome | None:
        return refuse_field("mood")(params) if params["date_from"] > "2026-01-15" else None

    desk = Desk(hourly(900), refuse=refuse, sortable=(), ahead=4)
    assert desk.ids() == list(range(900))
    assert len(desk.watch.warnings) == 1


@pytest.mark.parametrize("name", ["id", "date_time", "elsewhere"])
def test_a_key_cannot_be_left_out_nor_what_was_never_asked_for(name: str) -> None:
    def refuse(params: Json) -> Outcome:  # noqa: ARG001 - whatever is asked
        return failure("unexpected_parameters", field="fields", value=[name])

    with pytest.raises(FieldRefused):
        Desk(hourly(5), refuse=refuse).read()
    with pytest.raises(FieldRefused):
        Desk(hourly(5), refuse=refuse).sample(START, START + HOUR, 5)


@pytest.mark.parametrize("is_parameter", [True, False])
def test_a_sort_that_is_refused_is_left_out_with_a_warning(is_parameter: bool) -> None:  # noqa: FBT001
    def refuse(params: Json) -> Outcome | None:
        if is_parameter and "sort" in params:
            return failure("unexpected_parameters", field="sort")
        return refuse_sort(params)

    desk = Desk(hourly(300), refuse=refuse)
    assert desk.ids() == list(range(300))
    assert "without the sort" in desk.watch.warnings[0]


def test_a_refusal_to_sort_where_no_sort_was_asked_for_is_an_error() -> None:
    with pytest.raises(SortRefused):
        Desk([], sortable=(), refuse=lambda _: failure("sort_prohibited")).read()


def test_a_sort_that_does_not_sort_loses_nothing() -> None:
    assert Desk(hourly(600), has_sort=False).ids() == list(range(600))


def test_a_second_that_holds_more_than_a_page_is_read_by_offset() -> None:
    rows = rows_at(*[START + HOUR] * 35, START + 2 * HOUR)
    desk = Desk(rows)
    assert desk.ids() == list(range(36))
    by_offset = [params for params in desk.params if params.get("offset")]
    assert [field["field"] for field in by_offset[0]["sort"]] == ["date_time", "visitor_id"]


def test_a_second_is_read_by_offset_without_a_sort_that_is_refused_there() -> None:
    def refuse(params: Json) -> Outcome | None:
        return refuse_sort(params) if len(params.get("sort", ())) > 1 else None

    desk = Desk(rows_at(*[START + HOUR] * 15), refuse=refuse)
    assert desk.ids() == list(range(15))
    assert "without the sort" in desk.watch.warnings[0]


def test_a_second_that_the_api_will_not_serve_by_offset_is_an_error() -> None:
    def refuse(params: Json) -> Outcome | None:
        return failure("sort_prohibited") if params.get("offset") else None

    with pytest.raises(SortRefused):
        Desk(rows_at(*[START + HOUR] * 15), refuse=refuse, sortable=()).read()


def test_rows_from_outside_of_the_window_are_left_out_with_one_warning() -> None:
    outside = {"id": 99, "date_time": "2020-01-01 00:00:00"}
    desk = Desk([], answer=lambda _: success([*hourly(3), outside, {**outside, "id": 98}], total_items=5))
    assert desk.ids() == [0, 1, 2]
    assert len(desk.watch.warnings) == 1
    assert "2020-01-01 00:00:00 is not between" in desk.watch.warnings[0]


def test_an_api_that_takes_no_notice_of_times_is_given_up_soon() -> None:
    desk = Desk([], answer=lambda _: success(hourly(10)), ahead=1)
    with pytest.raises(TransientError, match="answers with rows of other times"):
        desk.read()
    assert len(desk.params) < 60


def test_a_row_that_comes_twice_in_a_page_leaves_once() -> None:
    rows = hourly(3)
    assert Desk([], answer=lambda _: success([*rows, rows[1]], total_items=4)).ids() == [0, 1, 2]


@pytest.mark.parametrize(
    "broken",
    [{"id": 1}, {"date_time": "2026-01-05 00:00:00"}, {"id": "x", "date_time": "2026-01-05 00:00:00"}]
    + [{"id": 1, "date_time": text} for text in ("", None, "soon", 5, "9999-12-31T23:59:59-12:00")],
    ids=str,
)
def test_a_page_with_a_broken_row_is_asked_for_again_and_given_up_in_the_end(broken: Json) -> None:
    replies = [success([broken], total_items=1), success(hourly(3), total_items=3)]
    desk = Desk([], answer=lambda _: replies.pop(0) if len(replies) > 1 else replies[0])
    assert desk.ids() == [0, 1, 2]
    with pytest.raises(TransientError, match=r"a row of get\.things_report came without"):
        Desk([], answer=lambda _: success([broken] * 3, total_items=3)).read()


@pytest.mark.parametrize("ahead", [1, 4])
@pytest.mark.parametrize("sortable", [(), ("date_time",)], ids=["not sorted", "sorted"])
@pytest.mark.parametrize("broken", [{"id": None}, {"date_time": None}, {"date_time": "soon"}], ids=str)
def test_a_row_that_stays_broken_is_left_out_and_told_at_the_end(
    broken: Json, sortable: tuple[str, ...], ahead: int
) -> None:
    table = Table(hourly(100))

    def answer(request: Json) -> Outcome:
        reply = table(request)
        assert isinstance(reply, dict)
        for row in reply["result"]["data"]:
            if row["id"] == 50:
                row.update(broken)
        return reply

    desk = Desk([], answer=answer, sortable=sortable, ahead=ahead, page_size=20)
    ids, loss = desk.ids_and_loss()
    assert ids == [number for number in range(100) if number != 50]
    assert isinstance(loss, RowsUnreadable)
    assert "1 row of get.things_report came without a readable time or key" in f"{loss}"
    assert "with start_date 2026-01-05" in f"{loss}"
    whole = Desk([], answer=table, sortable=sortable, ahead=ahead, page_size=20)
    assert whole.ids() == list(range(100))
    assert len(desk.params) <= len(whole.params) + 6


def test_each_row_that_stays_unreadable_is_told_of_even_if_two_look_alike() -> None:
    lost = {"id": None, "date_time": None}
    reply = success([*hourly(40), lost, lost], total_items=42)
    ids, loss = Desk([], answer=lambda _: reply, page_size=100).ids_and_loss()
    assert ids == list(range(40))
    assert "2 rows of get.things_report came without" in f"{loss}"


def test_a_row_that_becomes_readable_is_not_told_of() -> None:
    rows = hourly(15)
    broken = [*rows[:10], {**rows[10], "id": None}, *rows[11:]]
    replies = [success(broken, total_items=16)] * 4 + [success(rows, total_items=15)]
    desk = Desk([], answer=lambda _: replies.pop(0) if len(replies) > 1 else replies[0], page_size=100)
    assert desk.ids_and_loss() == (list(range(15)), None)


def test_rows_that_are_counted_and_never_come_are_told_of_beside_one_that_is_unreadable() -> None:
    rows = [*hourly(40), {"id": None, "date_time": None}]
    _, loss = Desk([], answer=lambda _: success(rows, total_items=44), page_size=100).ids_and_loss()
    assert "1 row of get.things_report came without a readable time or key" in f"{loss}"
    assert "it counts 3 more than it hands out, which may be the same. What else came is written." in f"{loss}"


def test_a_row_beyond_the_calendar_does_not_end_in_a_traceback() -> None:
    row = {"id": 1, "date_time": "9999-12-31 23:59:59"}
    assert Desk([], zone="America/New_York", answer=lambda _: success([row], total_items=1)).ids() == []


def test_times_with_an_offset_are_read_too() -> None:
    rows = [{"id": 1, "date_time": "2026-01-05T05:00:00+04:00"}]
    desk = Desk([], zone="Asia/Dubai", answer=lambda _: success(rows, total_items=1))
    assert [record["date_time"] for record in desk.read()] == ["2026-01-05T01:00:00+00:00"]


def test_a_history_that_is_shorter_is_read_from_its_oldest_day_with_one_warning() -> None:
    def refuse(params: Json) -> Outcome | None:
        return failure("date_interval_limit_reached") if params["date_from"] < "2026-01-25 06:00:00" else None

    desk = Desk(hourly(900), refuse=refuse)
    assert desk.ids() == list(range(20 * 24 + 6, 900))
    assert len(desk.watch.warnings) == 1
    assert "nothing before 2026-01-25 06:00:00 (UTC) is served" in desk.watch.warnings[0]


def test_an_interval_that_is_refused_to_the_last_day_is_an_error() -> None:
    with pytest.raises(IntervalTooLong):
        Desk([], refuse=lambda _: failure("date_interval_limit_reached")).read()


def test_a_window_that_the_api_fails_over_is_asked_for_in_smaller_ones() -> None:
    def refuse(params: Json) -> Outcome | None:
        begin, end = (datetime.fromisoformat(params[name]) for name in ("date_from", "date_till"))
        return failure("internal_error", -32603) if end - begin > 300 * HOUR else None

    desk = Desk(hourly(50), refuse=refuse)
    assert desk.ids() == list(range(50))


def test_a_window_that_always_fails_is_given_up() -> None:
    with pytest.raises(TransientError, match="internal_error"):
        Desk([], refuse=lambda _: failure("internal_error", -32603)).read(START, START + HOUR)


def test_a_signal_ends_the_reading() -> None:
    with pytest.raises(Stopped):
        Desk(hourly(5), clock=FakeClock(stop_after=-1)).read()


def test_a_sample_is_one_request_for_the_newest_window() -> None:
    desk = Desk(hourly(5000))
    sample = desk.sample(START, START + 5000 * HOUR, 3)
    assert len(sample) == 3
    assert len(desk.params) == 1
    assert desk.params[0]["limit"] == 3
    assert desk.sample(START, START, 3) == []


def test_a_sample_goes_on_without_what_is_refused_and_asks_for_less_time() -> None:
    def refuse(params: Json) -> Outcome | None:
        if params["date_from"] < "2026-02-01":
            return failure("date_interval_limit_reached")
        return refuse_sort(params) or refuse_field("mood")(params)

    desk = Desk(hourly(1000), refuse=refuse)
    sample = desk.sample(START, START + 1000 * HOUR, 3)
    assert sample
    assert "mood" not in sample[0]
    with pytest.raises(IntervalTooLong):
        Desk([], refuse=lambda _: failure("date_interval_limit_reached")).sample(START, START + 99 * HOUR, 3)


def test_what_the_user_must_mend_ends_the_reading_at_once() -> None:
    desk = Desk([], refuse=lambda _: failure("forbidden", -32003))
    with pytest.raises(ConfigurationError, match="right"):
        desk.read()
    assert len(desk.params) == 1
