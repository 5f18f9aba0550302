"""Secrets are masked by their value wherever a person or a log collector may see them."""

from __future__ import annotations

import html
import io
import json
import logging
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.api.redaction import Secrets, redact_logs, without_userinfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECRET = "s3cret-key"  # noqa: S105 - made up


def logged(message: str, *args: object, failure: Exception | bool = False) -> str:
    """Return what a log line looks like to whoever reads it."""
    stream = io.StringIO()
    logger = logging.Logger("test")  # noqa: LOG001 - a logger of the test's own
    logger.addHandler(logging.StreamHandler(stream))
    logger.error(message, *args, exc_info=failure)
    return stream.getvalue()


@pytest.fixture
def secrets() -> Iterator[Secrets]:
    """Mask a secret in the logs of one test."""
    secrets = Secrets()
    secrets.add(SECRET)
    make = logging.getLogRecordFactory()
    redact_logs(secrets)
    yield secrets
    logging.setLogRecordFactory(make)


masked = pytest.mark.usefixtures("secrets")


def test_empty_values_are_no_secrets() -> None:
    secrets = Secrets()
    secrets.add(None)
    secrets.add("")
    assert secrets.hide("as it was") == "as it was"


def test_a_secret_that_is_no_text_is_masked_too() -> None:
    secrets = Secrets()
    secrets.add(1234567890)
    assert secrets.hide("login 1234567890") == "login *****"


@given(st.lists(st.text("abc", min_size=1, max_size=6), min_size=1, max_size=4), st.text("abcxyz", max_size=40))
def test_no_secret_survives_not_even_one_that_holds_another(values: list[str], text: str) -> None:
    secrets = Secrets()
    for value in values:
        secrets.add(value)
    hidden = secrets.hide(text)
    assert not any(value in hidden for value in values)


WAYS_TO_WRITE: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON in ASCII": json.dumps,
    "JSON in Unicode": lambda secret: json.dumps(secret, ensure_ascii=False),
    "JSON with escaped slashes": lambda secret: json.dumps(secret).replace("/", "\\/"),
    "JSON in JSON": lambda secret: json.dumps([json.dumps([secret])]),
    "Python": repr,
    "Python of JSON": lambda secret: repr(json.dumps([secret])),
    "bytes": lambda secret: repr(secret.encode()),
    "an address": lambda secret: quote(secret, safe=""),
    "a form": quote_plus,
    "a web page": html.escape,
}


@pytest.mark.parametrize("write", WAYS_TO_WRITE.values(), ids=WAYS_TO_WRITE)
@pytest.mark.parametrize(
    "secret",
    [
        'pass"word\\1',
        "пароль-1",
        "p@ss w/rd+100%",
        "C:\\new\\table",
        "it's <b>&amp;",
        "smile-\U0001f600",
        "half-\ud83d",
        "\x1b[0m-\x00\x7f",
    ],
)
def test_a_secret_is_masked_in_whatever_way_it_is_written(write: Callable[[str], str], secret: str) -> None:
    secrets = Secrets()
    secrets.add(secret)
    try:
        shown = secrets.hide(f"refused: <{write(secret)}>")
    except UnicodeEncodeError:
        return  # there is no such way to write half a character
    assert shown.count("*****") == 1
    assert re.sub(r"[\W_b]", "", shown) == "refused"


@given(st.text(min_size=4), st.sampled_from(sorted(WAYS_TO_WRITE)))
def test_any_secret_is_masked_in_any_way_that_it_is_written(secret: str, way: str) -> None:
    secrets = Secrets()
    secrets.add(secret)
    try:
        written = WAYS_TO_WRITE[way](secret.strip())
    except UnicodeEncodeError:
        return
    if secret.strip():
        assert "*****" in secrets.hide(f"refused: {written}")


def test_masking_takes_no_longer_for_whoever_writes_what_is_almost_a_secret() -> None:
    secrets = Secrets()
    secrets.add(r"a\\b\c &c")
    began = time.process_time()
    for almost in ("\\", "a\\", "&#0", "&#x0", "%5c", "a", r"\u005c"):
        secrets.hide(almost * 50_000)
    assert time.process_time() - began < 10


def test_the_sessions_of_a_long_run_do_not_take_longer_and_longer() -> None:
    secrets, before = Secrets(), time.process_time()
    for number in range(50):
        secrets.add(f"session-{number:032}")
    # Some milliseconds each; all of them anew each time would be a quarter of a minute.
    assert time.process_time() - before < 5
    assert secrets.hide(f"session-{0:032} and session-{49:032}") == "***** and *****"


@pytest.mark.parametrize("given", ["\n s3cret-key\r\n", "s3cret\n-key", " s3cret-key"])
def test_blanks_around_a_secret_and_line_breaks_in_it_do_not_keep_it_from_being_masked(given: str) -> None:
    secrets = Secrets()
    secrets.add(given)
    assert secrets.hide("no s3cret-key here") == "no ***** here"


@pytest.mark.parametrize(
    "url, shown, secret",
    [
        ("https://me:pass-1234@example.com/v2.0", "https://example.com/v2.0", "pass-1234"),
        ("https://me:p%40ss-1234@example.com:8080", "https://example.com:8080", "p@ss-1234"),
        ("https://token-1234@example.com/v2.0", "https://example.com/v2.0", "token-1234"),
        ("me:pass-1234@example.com", "example.com", "pass-1234"),
        ("https://me:pa/ss-1234@example.com/v2.0", "https://example.com/v2.0", "pa/ss-1234"),
        ("https://example.com/a@b", "https://example.com/a@b", None),
        ("nonsense", "nonsense", None),
    ],
)
def test_an_address_is_shown_without_whoever_asks(url: str, shown: str, secret: str | None) -> None:
    secrets = Secrets()
    secrets.add_address(url)
    assert without_userinfo(url) == shown
    if secret is not None:
        assert secrets.hide(f"at {url}, {secret}").count(secret) == 0


@masked
def test_a_log_line_stays_one_line_whose_words_ever_it_holds() -> None:
    assert logged("said %s", "a\nERROR forged\x1b[2J") == "said a\\nERROR forged\\x1b[2J\n"
    assert len(logged("said %s", "x" * 1_000_000)) < 30_000


@masked
def test_a_log_line_is_masked_in_its_text_and_in_its_arguments() -> None:
    assert logged("key %s in %s", SECRET, {"access_token": SECRET}) == "key ***** in {'access_token': '*****'}\n"
    assert logged(f"key {SECRET}") == "key *****\n"


@masked
def test_a_log_line_without_a_secret_is_left_as_it_is() -> None:
    assert logged("%d of %s", 3, "all") == "3 of all\n"


def failed(text: str) -> Exception:
    """Return an exception that was raised, with another behind it."""
    failure = ValueError(f"no {text}")
    failure.__cause__ = KeyError(text)
    return failure


@masked
def test_a_traceback_is_masked_down_to_its_causes() -> None:
    text = logged("failed", failure=failed(SECRET))
    assert SECRET not in text
    assert "ValueError: no *****" in text
    assert "KeyError: '*****'" in text


@masked
def test_a_traceback_without_a_secret_is_shown_once_and_whole() -> None:
    text = logged("failed", failure=failed("thing"))
    assert text.count("ValueError: no thing") == 1


@masked
def test_a_message_that_does_not_fit_its_arguments_is_masked_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert SECRET not in logged("%d keys", SECRET)
    assert SECRET not in capsys.readouterr().err


@masked
def test_a_line_about_no_exception_at_all_is_left_as_it_is() -> None:
    assert "nothing failed" in logged("nothing failed", failure=True)


def test_secrets_that_are_learned_later_are_masked_from_then_on(secrets: Secrets) -> None:
    secrets.add("session-77")
    assert logged("opened session-77") == "opened *****\n"
