"""Settings from environment variables."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from singer_sdk.configuration._dict_config import parse_environment_config

from tap_callgear.api.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "TAP_CALLGEAR_"
"""What the names of the variables begin with."""


def settings_from_environment(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Read settings from environment variables as the SDK does, and numbers too, which it leaves as text.

    Args:
        schema: The schema of all settings, those that the SDK adds among them.

    Returns:
        The settings whose variables are set and not empty.

    Raises:
        ConfigurationError: A variable cannot be read; the text names it.
    """
    parse_environment_config({}, PREFIX)  # loads a .env file
    settings: dict[str, Any] = {}
    for name, kind in schema["properties"].items():
        variable = f"{PREFIX}{name.upper()}"
        if not os.environ.get(variable):
            continue
        try:
            settings |= parse_environment_config({"properties": {name: kind}}, PREFIX)
            if "number" in kind.get("type", ()):
                settings[name] = float(settings[name])
        except ValueError:
            text = f"The environment variable {variable} cannot be read: {name} is of type {kind['type'][0]}."
            raise ConfigurationError(text) from None
    return settings
