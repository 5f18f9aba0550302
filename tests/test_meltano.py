"""meltano.yml says of the tap what the tap says of itself."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tap_callgear.settings import CONFIG_SCHEMA
from tap_callgear.tap import TapCallGear
from tests.documents import ROOT, own_settings

PROJECT: dict[str, Any] = msgspec.yaml.decode((ROOT / "meltano.yml").read_bytes())
TAP: dict[str, Any] = PROJECT["plugins"]["extractors"][0]
SETTINGS: dict[str, dict[str, Any]] = {setting["name"]: setting for setting in TAP["settings"]}


def kind_of(setting: dict[str, Any]) -> str:
    """Say which of Meltano's kinds a setting is."""
    if "enum" in setting:
        return "options"
    if setting.get("format") == "date-time":
        return "date_iso8601"
    kinds: dict[str, str] = {"number": "decimal"}
    name: str = setting["type"][0] if isinstance(setting["type"], list) else setting["type"]
    return kinds.get(name, name)


def test_meltano_knows_every_setting_in_the_same_order() -> None:
    assert list(SETTINGS) == list(own_settings())


@pytest.mark.parametrize("name", list(SETTINGS))
def test_meltano_knows_a_setting_as_the_tap_does(name: str) -> None:
    ours, theirs = own_settings()[name], SETTINGS[name]
    assert theirs["label"] == ours["title"]
    assert theirs["description"] == ours["description"]
    assert theirs["kind"] == kind_of(ours)
    assert theirs.get("sensitive", False) == ours.get("secret", False)
    assert theirs.get("value") == ours.get("default")
    if "enum" in ours:
        assert [option["value"] for option in theirs["options"]] == [
            value for value in ours["enum"] if value is not None
        ]


def test_meltano_knows_both_ways_to_log_in() -> None:
    always = CONFIG_SCHEMA["required"]
    assert TAP["settings_group_validation"] == [["access_token", *always], ["login", "password", *always]]


def test_meltano_knows_what_the_tap_can_do() -> None:
    assert sorted(TAP["capabilities"]) == sorted(capability.value for capability in TapCallGear.capabilities)


def test_meltano_selects_every_stream() -> None:
    streams = TapCallGear(validate_config=False).discover_streams()
    assert TAP["select"] == [f"{stream.name}.*" for stream in streams]


def test_no_plugin_needs_the_hub_and_nothing_is_reported() -> None:
    assert PROJECT["send_anonymous_usage_stats"] is False
    for plugins in PROJECT["plugins"].values():
        for plugin in plugins:
            assert plugin["namespace"], plugin["name"]


def test_made_up_and_real_rows_never_share_a_file() -> None:
    paths = [
        loader["config"]["path"]
        for environment in PROJECT["environments"]
        for loader in environment["config"]["plugins"]["loaders"]
    ]
    assert len(paths) == len(set(paths)) == len(PROJECT["environments"])
