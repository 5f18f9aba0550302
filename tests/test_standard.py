"""The SDK's own tests of a tap, over all streams and all records of a sandbox: none skipped, none without values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class

from tap_callgear.tap import TapCallGear

from .signals import signals_kept
from .support import AGENTS_ONLY, config_for, play

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_callgear.streams.base import ApiStream

CONFIG: dict[str, Any] = config_for("http://127.0.0.1:1")
"""The tests are made before the sandbox runs; the fixture tells them its address."""


class WholeTap(TapCallGear):
    """The tap with everything selected that the key of one's own account opens."""

    def discover_streams(self) -> list[ApiStream]:
        """Leave out what only an agent may read."""
        streams = [stream for stream in super().discover_streams() if stream.name not in AGENTS_ONLY]
        for stream in streams:
            stream.selected_by_default = True
        return streams


TestTapCallGear = get_tap_test_class(
    WholeTap, config=CONFIG, suite_config=SuiteConfig(max_records_limit=None), parse_env_config=False
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
