"""The log, told in messages of the protocol."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.metrics import METRICS_LOGGER_NAME

from tap_callgear.airbyte import messages
from tap_callgear.api.errors import Stopped
from tap_callgear.logs import spare_lines_of_the_sdk
from tap_callgear.output import OutputLost

if TYPE_CHECKING:
    from tap_callgear.api.redaction import Secrets
    from tap_callgear.output import Output

_LEVELS = ((logging.CRITICAL, "FATAL"), (logging.ERROR, "ERROR"), (logging.WARNING, "WARN"), (logging.INFO, "INFO"))

_LOGGER = "tap-callgear"
"""What the loggers of the tap and of its streams begin with."""


class LogMessages(logging.Handler):
    """Writes log records as LOG messages, from any thread, ahead of the records that wait in a block."""

    def __init__(self, output: Output, secrets: Secrets) -> None:
        """Write to an output.

        Args:
            output: Where the protocol is spoken.
            secrets: What no message may show.
        """
        super().__init__()
        self._output = output
        self._secrets = secrets

    def emit(self, record: logging.LogRecord) -> None:
        """Write one message; where nobody reads any more there is nobody to tell."""
        try:
            self._output.write(msgspec.json.encode(self._told(record)) + b"\n")
        except (OutputLost, Stopped):
            self.setLevel(logging.CRITICAL + 1)
        except Exception:  # noqa: BLE001 - a line of the log is no reason to end a read
            self.handleError(record)

    def _told(self, record: logging.LogRecord) -> dict[str, Any]:
        level = next((name for least, name in _LEVELS if record.levelno >= least), "DEBUG")
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else None
        _, _, stream = record.name.partition(f"{_LOGGER}.")
        text = f"{stream}: {record.getMessage()}" if stream else record.getMessage()
        return messages.log(level, self._secrets.hide(text), self._secrets.hide(trace) if trace else None)


def log_in_messages(output: Output, secrets: Secrets) -> None:
    """Send all that is logged, and Python's warnings, to an output.

    Args:
        output: Where the protocol is spoken.
        secrets: What no message may show.
    """
    handler = LogMessages(output, secrets)
    # The SDK's metrics carry their figures beside the text, where no LOG message has a place.
    handler.addFilter(lambda record: record.name != METRICS_LOGGER_NAME)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    spare_lines_of_the_sdk(_LOGGER)
    logging.captureWarnings(capture=True)
