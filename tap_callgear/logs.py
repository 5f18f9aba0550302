"""The log of the Singer face on stderr, and the level that both faces log at."""

from __future__ import annotations

import logging
import logging.config
import os
import sys
from pathlib import Path

from singer_sdk.logging import ConsoleFormatter
from singer_sdk.metrics import METRICS_LOGGER_NAME

from tap_callgear.api.errors import ConfigurationError

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_SHORT_LEVELS = ("WARN", "FATAL", "NOTSET")
"""What Python's logging knows besides."""

_CONFIGURATION = "SINGER_SDK_LOG_CONFIG"
"""The variable that names a file in which Python's logging is configured, as for every tap of the SDK."""

_NOBODY_ASKED = ("Skipping parse of env var settings", "Skipping deselected stream")
"""What lines of the SDK begin with that read like a fault, or name each of the many streams that are not read."""


def log_to_stderr(name: str) -> None:
    """Log for people; on a terminal without the SDK's metrics, which are for machines.

    Args:
        name: The name of the tap.

    Raises:
        ConfigurationError: The level or the file that the environment names cannot be used.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ConsoleFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    spare_lines_of_the_sdk(name)
    if sys.stderr.isatty():
        logging.getLogger(METRICS_LOGGER_NAME).addFilter(lambda _: False)
    root.setLevel(chosen_level(name))
    if path := os.environ.get(_CONFIGURATION):
        _configure(path)


def spare_lines_of_the_sdk(name: str) -> None:
    """Leave out lines of the SDK that nobody asked for.

    Args:
        name: The name of the tap.
    """
    logging.getLogger(name).addFilter(lambda record: not str(record.msg).startswith(_NOBODY_ASKED))


def chosen_level(name: str) -> str:
    """Return the level that the environment names.

    Args:
        name: The name of the tap.

    Raises:
        ConfigurationError: It is none.
    """
    for variable in (f"{name.upper().replace('-', '_')}_LOGLEVEL", "LOGLEVEL"):
        if level := os.environ.get(variable, "").upper():
            if level not in (*_LEVELS, *_SHORT_LEVELS):
                text = f"The environment variable {variable} is no level: set it to one of {', '.join(_LEVELS)}."
                raise ConfigurationError(text)
            return level
    return "INFO"


def _configure(path: str) -> None:
    """Configure logging by a file, and keep the loggers that there are already."""
    import yaml  # noqa: PLC0415 - hardly anybody has such a file, and to load it takes a twentieth of the start

    try:
        configuration = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        logging.config.dictConfig({"disable_existing_loggers": False, **configuration})
    except (OSError, ValueError, TypeError, AttributeError, ImportError, yaml.YAMLError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no logging configuration in YAML"
        text = f"The environment variable {_CONFIGURATION} names {path}, which cannot be used: {reason}."
        raise ConfigurationError(text) from None
