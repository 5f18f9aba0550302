"""The commands of the source: each answers in messages of the Airbyte protocol, whatever fails."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import sys
from typing import TYPE_CHECKING

from tap_callgear.airbyte import messages
from tap_callgear.airbyte.command_line import parse
from tap_callgear.airbyte.failures import failure_of
from tap_callgear.airbyte.logs import log_in_messages
from tap_callgear.airbyte.source import Source
from tap_callgear.airbyte.spec import doubts_of, secrets_of
from tap_callgear.airbyte.writer import AirbyteWriter
from tap_callgear.api.clock import SystemClock
from tap_callgear.api.errors import CallGearError, Stopped
from tap_callgear.api.redaction import Secrets, redact_logs
from tap_callgear.inputs.files import read_json, read_object
from tap_callgear.logs import chosen_level
from tap_callgear.output import OutputLost
from tap_callgear.process import EXIT_BY_SIGNAL, spare_the_garbage_collector, stop_on_signals
from tap_callgear.standard_streams import open_standard_streams, take_stdout, write_through_stdout
from tap_callgear.tap import TapCallGear

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from typing import Any

_FOR_PEOPLE = {"-h", "--help", "--version"}
"""Options whose answer is no message of the protocol."""

_LOGGER = logging.getLogger(TapCallGear.name)


class ExitBySignal:
    """Ends the process as the signal that stopped the run would have, once all else is closed.

    Whoever sent the signal then sees that it did its work. It does nothing to a container's first process, whose exit
    code says the same.
    """

    def __init__(self) -> None:
        """Be the last of what is done at exit: what is registered first comes last."""
        self.signal_number = 0
        atexit.register(self)

    def __call__(self) -> None:
        """Die, if a signal asked for it."""
        if self.signal_number:
            signal.signal(self.signal_number, signal.SIG_DFL)
            os.kill(os.getpid(), self.signal_number)


def main() -> None:
    """Do what the command line asks for, in the words of the Airbyte protocol."""
    secrets, clock = Secrets(), SystemClock()
    exit_by_signal = ExitBySignal()
    open_standard_streams()
    stop_on_signals(clock)
    redact_logs(secrets)
    spare_the_garbage_collector()
    try:
        if _FOR_PEOPLE & set(sys.argv):
            write_through_stdout(clock.check)
            parse(sys.argv[1:])
        output = take_stdout(clock.check)
    except CallGearError as error:
        sys.exit(str(error))
    writer = AirbyteWriter(output, clock)
    log_in_messages(output, secrets)
    try:
        sys.exit(_explained(Source(writer, secrets, clock), writer, secrets, sys.argv[1:]))
    except Stopped as stop:
        _LOGGER.warning("%s", stop)
        exit_by_signal.signal_number = stop.signal_number
        sys.exit(EXIT_BY_SIGNAL + stop.signal_number)
    except OutputLost as loss:
        if not isinstance(loss.cause, BrokenPipeError):
            print(loss, file=sys.stderr)  # noqa: T201
        sys.exit(1)


def _explained(source: Source, writer: AirbyteWriter, secrets: Secrets, arguments: Sequence[str]) -> int:
    """Run a command; whatever fails is told in the protocol's words.

    Args:
        source: What runs it.
        writer: What to speak through.
        secrets: What no message may show.
        arguments: The command line.

    Returns:
        The exit code.
    """
    try:
        return _run(source, writer, secrets, parse(arguments))
    except (Stopped, OutputLost):
        raise
    except Exception as error:  # noqa: BLE001 - that is what this is for
        writer.fail(failure_of(error, secrets))
        return 1
    finally:
        source.close()


def _run(source: Source, writer: AirbyteWriter, secrets: Secrets, given: Namespace) -> int:
    """Run a command.

    Args:
        source: What runs it.
        writer: What to speak through.
        secrets: What no message may show.
        given: The command and its files.

    Returns:
        The exit code.
    """
    if given.command == "spec":
        source.spec()
        return 0
    if given.command == "check":
        return _check(source, writer, secrets, given)
    config = _config(given, secrets)
    if given.command == "discover":
        source.discover(config)
        return 0
    catalog = read_object("--catalog", given.catalog)
    state = read_json("--state", given.state) if given.state else None
    return 0 if source.read(config, catalog, state) else 1


def _check(source: Source, writer: AirbyteWriter, secrets: Secrets, given: Namespace) -> int:
    """Answer whether the settings work: that they do not is no failure of the source."""
    try:
        source.check(_config(given, secrets))
    except Stopped:
        raise
    except CallGearError as error:
        writer.send(messages.connection_status(failure_of(error, secrets).message))
    return 0


def _config(given: Namespace, secrets: Secrets) -> dict[str, Any]:
    """Read the settings, learn at once what of them nobody may see, and say what of them is strange."""
    config = read_object("--config", given.config)
    for secret in secrets_of(config):
        secrets.add(secret)
    level = chosen_level(TapCallGear.name)
    logging.getLogger().setLevel("DEBUG" if given.debug else level)
    if doubts := doubts_of(config):
        _LOGGER.warning("%s", doubts)
    return config
