"""The command line around the SDK's own: plain errors, honest exit codes, signals that end a run cleanly."""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from singer_sdk.plugin_base import SingerCommand

from tap_callgear.api.errors import CallGearError, Stopped
from tap_callgear.api.redaction import RedactingFilter, Secrets
from tap_callgear.api.timing import SystemTiming

if TYPE_CHECKING:
    from types import FrameType

    import click

SECRETS = Secrets()
"""What no log line of this process may show."""

TIMING = SystemTiming()
"""The clock and the sleep of this process, which a signal ends."""

_EXIT_BY_SIGNAL = 128


class PlainCommand(SingerCommand):
    """A command whose failures are one line for people: no traceback where the user can mend it, and no secret ever."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - click's signature
        """Run the command; exit 0 only where all of it was done."""
        for handler in logging.getLogger().handlers:
            handler.addFilter(RedactingFilter(SECRETS))
        try:
            return super().main(*args, **kwargs)
        except Stopped as stop:
            self.logger.warning("%s", stop)
            sys.exit(_EXIT_BY_SIGNAL + stop.signal_number)
        except CallGearError as error:
            self.logger.error("%s", error)  # noqa: TRY400 - people need no traceback for this
            sys.exit(1)
        except ValueError as error:
            if "JSON" not in type(error).__name__:
                raise
            self.logger.error("A file given with --config, --state or --catalog is no JSON: %s", error)  # noqa: TRY400
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run what the options ask for, saying so where the output cannot be written."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _point_stdout_at_nothing()
            self.logger.error("Whoever reads the output has gone; the next run goes on from the last state.")  # noqa: TRY400
            ctx.exit(1)


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
