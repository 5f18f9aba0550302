"""Secrets are masked by their value wherever a person or a log collector may see them."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.api.redaction import Secrets, redact_logs

if TYPE_CHECKING:
    from collections.abc import Iterator

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
