"""The settings are those of the public contract, wherever they come from."""

from __future__ import annotations

import math
import os
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.settings import CONFIG_SCHEMA, SECRET_SETTINGS, Settings
from tap_callgear.tap import TapCallGear

from .signals import signals_kept
from .support import play, run_tap, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Json = dict[str, Any]

DAY = datetime(2026, 1, 31, tzinfo=timezone.utc)
GIVEN = {"access_token": "key-1234567890", "start_date": "2026-01-31"}
LOGIN = {"access_token": None, "login": "manager@example.com"}


class Declared(NamedTuple):
    """What the contract says of a setting."""

    kind: str
    default: object = None
    more: Mapping[str, object] = {}


CONTRACT = {
    "access_token": Declared("string", more={"secret": True}),
    "login": Declared("string", more={"secret": True}),
    "password": Declared("string", more={"secret": True}),
    "api_url": Declared("string", "https://dataapi.callgear.com/v2.0", {"format": "uri"}),
    "start_date": Declared("string", more={"format": "date-time"}),
    "end_date": Declared("string", more={"format": "date-time"}),
    "lookback_days": Declared("number", 7, {"minimum": 0}),
    "timezone": Declared("string"),
    "user_ids": Declared("array"),
    "reports": Declared("array"),
    "page_size": Declared("integer", 10_000, {"minimum": 1, "maximum": 10_000}),
    "max_parallel_requests": Declared("integer", 4, {"minimum": 1, "maximum": 16}),
    "request_timeout": Declared("number", 300, {"exclusiveMinimum": 0}),
    "on_day_limit": Declared("string", "stop", {"enum": ["stop", "wait"]}),
    "user_agent": Declared("string"),
}


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Put back the signal handlers that making a tap replaces."""
    with signals_kept():
        yield


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Return a way to set variables, beginning with none of the tap's."""
    for name in os.environ:
        if name.startswith("TAP_CALLGEAR_"):
            monkeypatch.delenv(name)
    return monkeypatch


def from_environment(environment: pytest.MonkeyPatch, **values: str) -> Mapping[str, Any]:
    """Return the configuration of a tap that reads its settings from variables."""
    for name, value in values.items():
        environment.setenv(f"TAP_CALLGEAR_{name.upper()}", value)
    return telling(TapCallGear(parse_env_config=True)).config


def batches(root: str = "file:///tmp", prefix: str = "", **members: object) -> Json:
    """Return a setting that has files written."""
    return {"encoding": {"format": "jsonl"}, "storage": {"root": root, "prefix": prefix}, **members}


def settings(**changes: object) -> Settings:
    """Return the settings of a tap as its configuration gives them."""
    return Settings.from_config(telling(TapCallGear(config={**GIVEN, **changes})).config)


def telling(tap: TapCallGear) -> TapCallGear:
    """Have a tap tell its doubts, as the command line does."""
    tap.tell_doubts()
    return tap


def test_there_are_the_settings_of_the_contract_in_its_order() -> None:
    own = list(CONFIG_SCHEMA["properties"])[: len(CONTRACT)]
    assert own == list(CONTRACT)
    assert CONFIG_SCHEMA["required"] == ["start_date"]


@pytest.mark.parametrize("name", CONTRACT)
def test_a_setting_is_what_the_contract_says(name: str) -> None:
    declared, schema = CONTRACT[name], CONFIG_SCHEMA["properties"][name]
    nullable = [] if name == "start_date" else ["null"]
    assert schema["type"] == [declared.kind, *nullable]
    assert schema.get("default") == declared.default
    facts = {"format", "minimum", "maximum", "exclusiveMinimum", "enum", "secret"}
    assert {fact: schema[fact] for fact in facts & schema.keys()} == declared.more
    assert schema["title"]
    assert schema["description"].endswith(".")


def test_user_ids_are_integers() -> None:
    assert CONFIG_SCHEMA["properties"]["user_ids"]["items"] == {"type": ["integer"]}


def test_what_is_declared_secret_is_hidden() -> None:
    declared = {name for name, schema in CONFIG_SCHEMA["properties"].items() if schema.get("secret")}
    assert declared == {*SECRET_SETTINGS, "login"}


@pytest.mark.parametrize("name", ["stream_maps", "flattening_enabled", "batch_config"])
def test_the_settings_of_the_sdk_go_on_working(name: str) -> None:
    TapCallGear(config=GIVEN)
    assert name in CONFIG_SCHEMA["properties"]


@pytest.mark.parametrize("name", ["access_token", "login", "password"])
@pytest.mark.parametrize("value", ["key-1\n234", "key\r\n-1234", "key\x00-1234", "key-\ud83d", "key-\u2028-1234"])
def test_a_key_that_was_not_copied_whole_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} holds a line break") as refused:
        settings(**{"access_token": None, "login": "me", "password": "secret-1", name: value})
    assert value not in str(refused.value)


@pytest.mark.parametrize("name", ["access_token", "login", "password"])
def test_a_file_that_got_into_a_key_is_refused_by_name_at_once(name: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^{name} has 100,000 characters, which no key has"):
        settings(**{"access_token": None, "login": "me", "password": "secret-1", name: "0123456789" * 10_000})


@pytest.mark.parametrize(
    "name, value", [("access_token", "your key"), ("access_token", "..."), ("password", " your password ")]
)
def test_the_placeholder_of_an_example_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} is still the placeholder"):
        settings(**{"access_token": None, "login": "me", "password": "secret-1", name: value})


@pytest.mark.parametrize("name", ["access_token", "login", "password"])
def test_blanks_around_a_key_are_no_part_of_it(name: str) -> None:
    given = settings(**{"access_token": None, "login": "me", "password": "secret-1", name: " \tkey 1234\r\n"})
    assert getattr(given, name) == "key 1234"


@pytest.mark.parametrize("url", ["dataapi.callgear.com/v2.0", "https://", "ftp://dataapi.callgear.com"])
def test_an_address_that_cannot_be_posted_to_is_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(ConfigurationError, match="api_url"):
        settings(api_url=url)


@pytest.mark.parametrize(
    "url, is_told", [("http://192.0.2.1/v2.0", True), ("http://127.0.0.1/v2.0", False), ("https://192.0.2.1", False)]
)
def test_clear_text_to_another_machine_is_told(url: str, is_told: bool) -> None:  # noqa: FBT001 - a case of the test
    told = [doubt for doubt in settings(api_url=url).doubts(DAY + timedelta(days=400)) if "http://" in doubt]
    assert len(told) == is_told
    assert not told or "192.0.2.1 in clear text" in told[0]


def test_defaults_are_filled_in() -> None:
    assert settings() == Settings(
        access_token="key-1234567890",  # noqa: S106 - it opens nothing
        login="",
        password="",
        api_url="https://dataapi.callgear.com/v2.0",
        start=DAY,
        end=None,
        lookback=timedelta(days=7),
        timezone=None,
        user_ids=(),
        reports=(),
        page_size=10_000,
        max_parallel_requests=4,
        request_timeout=300,
        on_day_limit="stop",
        user_agent=None,
    )


@pytest.mark.parametrize("empty", ["", None])
def test_empty_values_count_as_left_out(empty: str | None) -> None:
    others = dict.fromkeys(CONTRACT.keys() - GIVEN.keys(), empty)
    assert settings(**others) == settings()


def test_an_empty_list_of_users_reads_the_account_itself() -> None:
    assert settings(user_ids=[]).user_ids == ()


def test_a_user_named_twice_is_read_once() -> None:
    assert settings(user_ids=[12, 11, 12]).user_ids == (12, 11)


@pytest.mark.parametrize("days, lookback", [(0, timedelta()), (1.5, timedelta(days=1, hours=12))])
def test_the_lookback_may_be_none_or_a_part_of_a_day(days: float, lookback: timedelta) -> None:
    assert settings(lookback_days=days).lookback == lookback


@pytest.mark.parametrize(
    "text, instant",
    [
        ("2026-01-31", DAY),
        ("2026-01-31T00:00:00", DAY),
        ("2026-01-31 06:30:00", DAY + timedelta(hours=6, minutes=30)),
        ("2026-01-31T06:30:00.250000", DAY + timedelta(hours=6, minutes=30, milliseconds=250)),
        ("2026-01-31T00:00:00Z", DAY),
        ("2026-01-31T04:00:00+04:00", DAY),
        ("2026-01-30T19:00:00-05:00", DAY),
    ],
)
def test_a_time_without_an_offset_is_utc(text: str, instant: datetime) -> None:
    given = settings(start_date=text, end_date="2026-03-01")
    assert given.start == instant
    assert given.start.utcoffset() == timedelta()
    assert settings(start_date="2026-01-01", end_date=text).end == instant


@pytest.mark.parametrize(
    "text", ["soon", "2026-02-30", "31.01.2026", "2026-01-31T25:00:00", "9999-12-31T23:59:59-05:00"]
)
def test_a_text_that_is_no_time_is_refused_by_name(text: str) -> None:
    with pytest.raises(ConfigurationError, match="start_date"):
        settings(start_date=text)


@pytest.mark.parametrize(
    "changes, says",
    [
        pytest.param(LOGIN, ["credentials", "password"], id="login without password"),
        pytest.param({"start_date": None}, ["start_date", "required"], id="no start"),
        pytest.param({"start_date": "soon"}, ["start_date", "soon", "2026-01-31"], id="start is no date"),
        pytest.param({"start_date": 20_260_131}, ["start_date", "string"], id="start is a number"),
        pytest.param({"end_date": "2020-01-01"}, ["end_date", "start_date"], id="end before start"),
        pytest.param({"page_size": "many"}, ["page_size", "a whole number"], id="page is a word"),
        pytest.param({"page_size": True}, ["page_size", "True", "integer"], id="page is true"),
        pytest.param({"page_size": 1.5}, ["page_size", "1.5"], id="part of a row"),
        pytest.param({"user_ids": "11;12"}, ["user_ids", "[11, 12]"], id="users in another form"),
        pytest.param({"user_ids": [True]}, ["user_ids", "integer"], id="user is true"),
        pytest.param({"lookback_days": math.nan}, ["lookback_days", "nan"], id="lookback is no number"),
        pytest.param({"lookback_days": "inf"}, ["lookback_days", "inf"], id="lookback without end"),
        pytest.param({"request_timeout": math.nan}, ["request_timeout", "nan"], id="time-out is no number"),
        pytest.param({"flattening_enabled": "perhaps"}, ["flattening_enabled", "true or false"], id="perhaps"),
        pytest.param({"batch_config": "{"}, ["batch_config", "a JSON object"], id="half an object"),
        pytest.param({"batch_config": batches(batchsize=5)}, ["batch_config", "batch_size"], id="member misspelt"),
        pytest.param({"batch_config": batches(root="file://[")}, ["batch_config", "root file://["], id="no address"),
        pytest.param(
            {"batch_config": batches(prefix="/x/")}, ["batch_config", "prefix /x/"], id="prefix out of the root"
        ),
        pytest.param(
            {"batch_config": batches(prefix="a/../../b")}, ["batch_config", "prefix"], id="prefix above the root"
        ),
        pytest.param(
            {"batch_config": batches(root="memory://x")}, ["batch_config", "memory"], id="root that goes away"
        ),
        pytest.param({"timezone": "localtime"}, ["timezone", "Asia/Dubai"], id="zone of the machine"),
        pytest.param({"lookback_days": 10**400}, ["lookback_days", "no number"], id="lookback of 400 digits"),
        pytest.param({"request_timeout": 10**400}, ["request_timeout", "no number"], id="time-out of 400 digits"),
        pytest.param({"user_ids": "[" * 5000}, ["user_ids", "[11, 12]"], id="lists in lists"),
        pytest.param({"stream_maps": {"x": {"__source__": None}}}, ["x.__source__", "no name"], id="source of no name"),
        pytest.param({"page_size": 20_000}, ["page_size", "10000"], id="page too large"),
        pytest.param({"lookback_days": -1}, ["lookback_days", "minimum of 0"], id="negative lookback"),
        pytest.param({"on_day_limit": "sleep"}, ["on_day_limit", "stop", "wait"], id="unknown choice"),
        pytest.param({"user_agent": "a\nb"}, ["user_agent"], id="line break in a header"),
        pytest.param({"user_agent": "тест"}, ["user_agent"], id="header outside of latin-1"),
        pytest.param({"access_token": ["1234567890"]}, ["access_token", "string"], id="key is a list"),
        pytest.param({**LOGIN, "password": 1_234_567_890}, ["password", "string"], id="password is a number"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_the_remedy(changes: Json, says: list[str]) -> None:
    with pytest.raises(ConfigurationError) as failure:
        settings(**changes)
    text = str(failure.value)
    assert [word for word in says if word not in text] == []
    assert "1234567890" not in text


@pytest.mark.parametrize(
    "given, meant",
    [
        pytest.param(
            {"page_size": "100", "max_parallel_requests": 2.0}, {"page_size": 100, "max_parallel_requests": 2}
        ),
        pytest.param(
            {"lookback_days": " 1.5 ", "request_timeout": "30"}, {"lookback_days": 1.5, "request_timeout": 30}
        ),
        ({"user_ids": "11,12"}, {"user_ids": [11, 12]}),
        ({"user_ids": ["11", 12.0]}, {"user_ids": [11, 12]}),
        ({"user_ids": 11}, {"user_ids": [11]}),
        ({"user_ids": "  "}, {}),
        ({"timezone": "\ufeffUTC\n", "on_day_limit": "wait "}, {"timezone": "UTC", "on_day_limit": "wait"}),
        ({"start_date": "\t2026-01-31\u00a0"}, {"start_date": "2026-01-31"}),
    ],
    ids=str,
)
def test_what_is_plain_is_understood(given: Json, meant: Json) -> None:
    assert settings(**given) == settings(**meant)


@pytest.mark.parametrize(
    "given, meant",
    [
        ({"start_date": "0001-01-01"}, {"start_date": "2000-01-01"}),
        ({"end_date": "9999-12-31"}, {"end_date": "9999-12-31T00:00:00Z"}),
        ({"lookback_days": 1e300}, {"lookback_days": timedelta.max.days}),
    ],
    ids=str,
)
def test_extremes_are_as_much_as_there_can_be(given: Json, meant: Json) -> None:
    assert settings(**given) == settings(**meant)


@pytest.mark.parametrize(
    "given, says",
    [
        ({"lookback_day": 3, "end-date": "", "_meltano": 1}, "lookback_day (did you mean lookback_days?)"),
        ({"User_ID": [1]}, "User_ID (did you mean user_ids?)"),
        ({"colour": "red"}, "no such settings: colour; they"),
        ({"start_date": "9999-12-31"}, "start_date (9999-12-31 00:00 UTC) lies in the future"),
    ],
    ids=str,
)
def test_what_can_hardly_be_meant_is_said_once(given: Json, says: str, caplog: pytest.LogCaptureFixture) -> None:
    settings(**given)
    (warning,) = (record.getMessage() for record in caplog.records if record.levelname == "WARNING")
    assert says in warning


def test_settings_of_the_sdk_are_no_strangers(caplog: pytest.LogCaptureFixture) -> None:
    settings(stream_maps={}, flattening_enabled=False, emit_activate_version_messages=True, faker_config={})
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == []


def test_text_numbers_and_lists_are_read_from_the_environment(environment: pytest.MonkeyPatch) -> None:
    values = {
        "access_token": "key-1234567890",
        "start_date": "2026-01-31",
        "lookback_days": "1.5",
        "user_ids": "[11, 12]",
        "page_size": "100",
        "max_parallel_requests": "2",
        "request_timeout": "30",
        "on_day_limit": "wait",
    }
    given = Settings.from_config(from_environment(environment, **values))
    assert given.access_token == "key-1234567890"  # noqa: S105 - it opens nothing
    assert given.lookback == timedelta(days=1.5)
    assert given.user_ids == (11, 12)
    assert (given.page_size, given.max_parallel_requests, given.request_timeout) == (100, 2, 30)
    assert (given.start, given.on_day_limit) == (DAY, "wait")


@pytest.mark.parametrize("mark", ["'", '"'])
def test_quotation_marks_that_a_tool_passes_on_are_no_part_of_a_variable(
    environment: pytest.MonkeyPatch, mark: str
) -> None:
    quoted = {name: f"{mark}{value}{mark}" for name, value in GIVEN.items()}
    given = from_environment(environment, **quoted, page_size=f"{mark}100.0{mark}", password=f"{mark}x{mark}")
    assert Settings.from_config(given).access_token == GIVEN["access_token"]
    assert (given["page_size"], given["password"]) == (100, f"{mark}x{mark}")


@pytest.mark.parametrize(
    "key", ['"key-1234567890', "Bearer key-1234567890", "$A_KEY_1234567890", "${A_KEY_1234567890}"]
)
def test_a_key_with_something_before_it_is_told(key: str) -> None:
    doubts = settings(access_token=key).doubts(datetime.now(timezone.utc))
    assert [doubt for doubt in doubts if "access_token begins with" in doubt and key not in doubt]


def test_where_no_variable_is_set_it_is_said_so(environment: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="no variable is set that begins with TAP_CALLGEAR_"):
        from_environment(environment)


def test_a_key_of_digits_stays_text(environment: pytest.MonkeyPatch) -> None:
    given = from_environment(environment, access_token="1234567890", start_date="2026-01-31")  # noqa: S106 - it opens nothing
    assert given["access_token"] == "1234567890"  # noqa: S105 - it opens nothing


def test_empty_variables_count_as_left_out(environment: pytest.MonkeyPatch) -> None:
    empty = dict.fromkeys(CONTRACT.keys() - GIVEN.keys(), "")
    assert Settings.from_config(from_environment(environment, **GIVEN, **empty)) == settings()


def test_settings_of_the_sdk_are_read_from_the_environment(environment: pytest.MonkeyPatch) -> None:
    given = from_environment(environment, **GIVEN, flattening_enabled="true", flattening_max_depth="1")
    assert given["flattening_enabled"] is True
    assert given["flattening_max_depth"] == 1


def test_strange_variables_are_told_with_those_that_were_meant(
    environment: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from_environment(environment, **GIVEN, lookback_day="3", _select="[]", loglevel="INFO")
    (warning,) = (record.getMessage() for record in caplog.records if record.levelname == "WARNING")
    assert "no such settings: lookback_day (did you mean lookback_days?); they" in warning


@pytest.mark.parametrize("name, text", [("page_size", "1.5"), ("user_ids", "x"), ("stream_maps", "[")])
def test_a_variable_that_cannot_be_read_is_named(environment: pytest.MonkeyPatch, name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^The environment variable TAP_CALLGEAR_{name.upper()} cannot be"):
        from_environment(environment, **GIVEN, **{name: text})


def test_a_current_folder_that_is_somebody_else_s_holds_no_settings(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    env_file(environment, tmp_path, b"TAP_CALLGEAR_PAGE_SIZE=7\n")
    tmp_path.chmod(0)
    user = os.geteuid()
    os.seteuid(user or 65_534)  # what is shut is open for root
    try:
        assert from_environment(environment, **GIVEN)["page_size"] == 10_000
    finally:
        os.seteuid(user)
        tmp_path.chmod(0o700)


def env_file(environment: pytest.MonkeyPatch, folder: Path, content: bytes) -> None:
    """Write a file `.env`, and go to where it is."""
    (folder / ".env").write_bytes(content)
    environment.chdir(folder)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_variables_may_stand_in_a_file_of_the_current_folder(
    environment: pytest.MonkeyPatch, tmp_path: Path, encoding: str
) -> None:
    lines = "TAP_CALLGEAR_ACCESS_TOKEN='key-1234567890'\nTAP_CALLGEAR_START_DATE=2020-01-01 # Москва\n"
    environment.setenv("TAP_CALLGEAR_ACCESS_TOKEN", "")  # put back at the end
    environment.delenv("TAP_CALLGEAR_ACCESS_TOKEN")
    env_file(environment, tmp_path, lines.encode(encoding))
    given = from_environment(environment, start_date="2026-01-31")
    assert Settings.from_config(given) == settings(), "what is set goes above the file"


def test_no_file_of_another_folder_is_read(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env_file(environment, tmp_path, b"TAP_CALLGEAR_PAGE_SIZE=7\n")
    (tmp_path / "folder").mkdir()
    environment.chdir(tmp_path / "folder")
    assert from_environment(environment, **GIVEN)["page_size"] == 10_000


@pytest.mark.parametrize("content", ["TAP_CALLGEAR_TIMEZONE=Москва\n".encode("cp1251"), b"TAP_CALLGEAR_LOGIN=a\0b\n"])
def test_a_file_of_variables_that_cannot_be_read_is_named(
    environment: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    env_file(environment, tmp_path, content)
    with pytest.raises(ConfigurationError, match=r"^The file \.env of the current folder is no text in UTF-8"):
        from_environment(environment, **GIVEN)


@pytest.mark.measured
def test_a_run_takes_all_its_settings_from_the_environment() -> None:
    with play(rows=60, user_ids=(11, 12)) as sandbox:
        until = sandbox.options.until
        assert until is not None
        values = {
            "access_token": sandbox.options.token,
            "api_url": sandbox.url,
            "start_date": text_of(until - timedelta(days=30)),
            "end_date": text_of(until + timedelta(days=1)),
            "user_ids": "[11, 12]",
            "page_size": "20",
        }
        env = {f"TAP_CALLGEAR_{name.upper()}": value for name, value in values.items()}
        nothing = dict.fromkeys(("api_url", "access_token", "start_date", "end_date"))
        run = run_tap("", "--config", "ENV", config=nothing, env=env)
    assert run.exit_code == 0, run.stderr
    assert [len(run.records(stream)) for stream in ("communications", "visitor_sessions")] == [120, 120]
    assert {request.params.get("limit") for request in sandbox.requests} == {None, 20}


def test_a_variable_is_not_read_unless_that_is_asked_for() -> None:
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, "--test", env={"TAP_CALLGEAR_PAGE_SIZE": "many"})
    assert run.exit_code == 0
