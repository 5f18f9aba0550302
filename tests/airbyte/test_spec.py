"""The form that Airbyte draws: the settings of the contract and nothing else, secrets marked, two ways to log in."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from tap_callgear.airbyte.spec import secrets_of, settings_of
from tap_callgear.api.errors import ConfigurationError
from tap_callgear.settings import Settings
from tap_callgear.tap import TapCallGear
from tests.signals import signals_kept

from .support import Json, run_source

LOGGED_IN = {"auth_type": "login", "login": "manager@example.com", "password": "sandbox-password-1234567890"}
WITH_KEY = {"auth_type": "access_token", "access_token": "sandbox-key-1234567890"}


@pytest.fixture(scope="module")
def spec() -> Json:
    """Return what the command answers."""
    run = run_source("spec", "--debug")
    assert (run.exit_code, run.stderr) == (0, "")
    told: Json = run.the("SPEC")["spec"]
    return told


@pytest.fixture(scope="module")
def form(spec: Json) -> Json:
    """Return the form."""
    told: Json = spec["connectionSpecification"]
    return told


def test_the_specification_says_what_a_source_has_to_say(spec: Json) -> None:
    assert spec["supportsIncremental"] is True
    assert re.fullmatch(r"\d+\.\d+\.\d+", spec["protocol_version"])


def test_the_form_is_a_schema_of_draft_07_that_lets_airbyte_add_keys(form: Json) -> None:
    assert form["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(form)
    assert form["additionalProperties"] is True
    assert form["required"] == ["credentials", "start_date"]


def test_the_form_holds_every_setting_of_the_contract_and_none_of_the_sdks(form: Json) -> None:
    with signals_kept():
        TapCallGear(config={"access_token": "key-1234567890", "start_date": "2026-01-01"})  # adds the SDK's settings
    asked = {name for properties in (form, *ways(form)) for name in properties["properties"]}
    assert asked - {"credentials", "auth_type"} == {field.name for field in fields(Settings)} - {
        "start",
        "end",
        "lookback",
    } | {"start_date", "end_date", "lookback_days"}


def test_every_setting_has_a_title_a_description_a_place_and_one_type(form: Json) -> None:
    for properties in (form["properties"], *(way["properties"] for way in ways(form))):
        places = [each["order"] for each in properties.values()]
        assert places == list(range(len(places)))
        for name, each in properties.items():
            assert each["title"], name
            assert each.get("description") or name == "auth_type"
            assert isinstance(each["type"], str)
            assert "secret" not in each
            assert "writeOnly" not in each


def test_the_secrets_are_marked_where_airbyte_looks_for_them(form: Json) -> None:
    marked = [{name for name, each in way["properties"].items() if each.get("airbyte_secret")} for way in ways(form)]
    assert marked == [{"access_token"}, {"login", "password"}]
    assert not [name for name, each in form["properties"].items() if each.get("airbyte_secret")]


@pytest.mark.parametrize("credentials", [LOGGED_IN, WITH_KEY], ids=["login", "key"])
@pytest.mark.parametrize("start", ["2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+04:00"])
def test_a_filled_form_is_valid(form: Json, credentials: Json, start: str) -> None:
    assert is_valid(form, {"credentials": credentials, "start_date": start, "user_ids": [1001], "__injected": 1})


@pytest.mark.parametrize(
    "filled",
    [
        pytest.param({"credentials": WITH_KEY}, id="no start"),
        pytest.param({"start_date": "2026-01-01"}, id="no credentials"),
        pytest.param({"credentials": WITH_KEY, "start_date": "soon"}, id="start is no date"),
        pytest.param({"credentials": {**WITH_KEY, "auth_type": "oauth"}, "start_date": "2026-01-01"}, id="other way"),
        pytest.param(
            {"credentials": {"auth_type": "login", "login": "manager@example.com"}, "start_date": "2026-01-01"},
            id="no password",
        ),
        pytest.param({"credentials": WITH_KEY, "start_date": "2026-01-01", "page_size": 20_000}, id="page too large"),
    ],
)
def test_a_form_that_is_filled_wrongly_is_not_valid(form: Json, filled: Json) -> None:
    assert not is_valid(form, filled)


def test_every_example_and_default_is_valid(form: Json) -> None:
    for name, each in form["properties"].items():
        for value in [*each.get("examples", []), *([each["default"]] if "default" in each else [])]:
            assert is_valid({**each, "title": name}, value)


@pytest.mark.parametrize(
    "config",
    [
        {"credentials": WITH_KEY},
        {"credentials": {"access_token": WITH_KEY["access_token"]}},
        {"access_token": WITH_KEY["access_token"]},
        {"credentials": {**LOGGED_IN, **WITH_KEY}},
        {"credentials": WITH_KEY, "access_token": "another-key-1234567890", "login": "manager@example.com"},
        {"credentials": WITH_KEY, "__connector_id": 5, "stream_maps": {}},
    ],
)
def test_a_filled_form_gives_the_settings_of_the_contract(config: Json) -> None:
    start = {"start_date": "2026-01-01"}
    assert settings_of({**config, **start}) == {"access_token": WITH_KEY["access_token"], **start}


def test_a_login_gives_both_its_settings() -> None:
    assert settings_of({"credentials": LOGGED_IN}) == {"login": LOGGED_IN["login"], "password": LOGGED_IN["password"]}


@pytest.mark.parametrize("credentials", ["key", [], {"auth_type": "oauth"}, {"auth_type": ["login"]}], ids=str)
def test_a_log_in_that_is_not_known_is_refused(credentials: Any) -> None:  # noqa: ANN401 - any JSON
    with pytest.raises(ConfigurationError, match="credentials must be an object whose auth_type is one of"):
        settings_of({"credentials": credentials})


def test_secrets_are_found_wherever_they_stand() -> None:
    config = {"access_token": "one", "credentials": {"auth_type": "login", "password": "two", "access_token": "three"}}
    assert set(secrets_of(config)) == {"one", "two", "three"}
    assert secrets_of({"credentials": 5}) == []


def ways(form: Json) -> list[Json]:
    """Return the ways to log in."""
    told: list[Json] = form["properties"]["credentials"]["oneOf"]
    return told


def is_valid(schema: Json, value: object) -> bool:
    """Whether a value is valid."""
    verdict: bool = Draft7Validator(schema).is_valid(value)
    return verdict


def test_a_way_to_log_in_without_what_it_needs_is_named() -> None:
    given = {"credentials": {"auth_type": "login", "access_token": "key-1234567890"}, "start_date": "2026-01-01"}
    with pytest.raises(ConfigurationError, match="auth_type is login, but login and password are not set"):
        settings_of(given)
