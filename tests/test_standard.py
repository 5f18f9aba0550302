"""The SDK's own tests of a tap, over all records of a sandbox: none is skipped, none is without values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class

from tap_callgear.tap import TapCallGear

from .signals import signals_kept
from .support import config_for, play

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIG: dict[str, Any] = config_for("http://127.0.0.1:1")
"""The tests are made before the sandbox runs; the fixture tells them its address."""

TestTapCallGear = get_tap_test_class(
    TapCallGear, config=CONFIG, suite_config=SuiteConfig(max_records_limit=None), parse_env_config=False
)


@pytest.fixture(scope="module", autouse=True)
def sandbox() -> Iterator[None]:
    """Run a sandbox, and put back the signal handlers that making a tap replaces."""
    with signals_kept(), play(rows=400) as running:
        CONFIG.update(config_for(running))
        yield


def test_there_is_a_test_for_every_property_that_must_have_values() -> None:
    kinds = {name.removeprefix("test_tap_stream_attribute_") for name in TestTapCallGear.params if "attribute" in name}
    assert kinds == {"is_boolean", "is_datetime", "is_integer", "is_numeric", "is_object", "not_null"}
