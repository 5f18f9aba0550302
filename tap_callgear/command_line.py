"""The command line around the SDK's own: plain errors, honest exit codes, signals that end a run cleanly."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import click
from singer_sdk.plugin_base import SingerCommand

from tap_callgear.api.errors import CallGearError, ConfigurationError, Stopped
from tap_callgear.api.redaction import Secrets, redact_logs
from tap_callgear.api.timing import SystemTiming

if TYPE_CHECKING:
    import logging
    from types import FrameType

SECRETS = Secrets()
"""What no log line of this process may show."""

TIMING = SystemTiming()
"""The clock and the sleep of this process, which a signal ends."""

_EXIT_BY_SIGNAL = 128

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says of an output that takes no more."""


class PlainCommand(SingerCommand):
    """A command whose failures are one line for people: no traceback where the user can mend it, and no secret ever."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - click's signature
        """Run the command; exit 0 only where all of it was done."""
        redact_logs(SECRETS)
        self.logger.addFilter(_says_something)
        spare_the_garbage_collector()
        try:
            return super().main(*args, **kwargs)
        except Stopped as stop:
            self.logger.warning("%s", stop)
            sys.exit(_EXIT_BY_SIGNAL + stop.signal_number)
        except CallGearError as error:
            self.logger.error("%s", error)  # noqa: TRY400 - people need no traceback for this
            sys.exit(1)
        except Exception as error:
            if isinstance(error, OSError) and error.errno in _NO_ROOM:
                _point_stdout_at_nothing()
                self.logger.error(  # noqa: TRY400 - people need no traceback for this
                    "The output cannot be written: %s; the next run goes on from the last state.", error.strerror
                )
                sys.exit(1)
            self.logger.exception("The tap failed in a way that it does not know; please report these lines.")
            sys.exit(1)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:  # noqa: ANN401 - click's signature
        """Read the options; a file that cannot be opened, or an output that is closed, is explained as mistakes are."""
        if sys.stdout is None:
            text = "There is nowhere to write to: the standard output is closed."
            raise ConfigurationError(text)
        try:
            return super().make_context(*args, **kwargs)
        except click.BadParameter as error:
            raise ConfigurationError(error.format_message()) from None

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run what the options ask for, saying so where the output cannot be written."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _point_stdout_at_nothing()
            self.logger.error("Whoever reads the output has gone; the next run goes on from the last state.")  # noqa: TRY400
            ctx.exit(1)


def spare_the_garbage_collector() -> None:
    """Let it look less often, and not at what was imported: records are many, short-lived and hold no cycles."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def _says_something(record: logging.LogRecord) -> bool:
    """Keep the SDK from naming each of the many streams that nobody wants to read."""
    return not str(record.msg).startswith("Skipping deselected stream")


def stop_on_signals() -> None:
    """End the run at the next safe place on SIGINT or SIGTERM; a second signal ends it at once."""

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the interpreter's signature
        signal.signal(number, signal.SIG_DFL)
        TIMING.stop(number)

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)


def _point_stdout_at_nothing() -> None:
    """Keep the interpreter from failing over the closed pipe once more when it flushes stdout at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
