"""The command line of the Singer tap: its options, plain errors, and exit codes that say whether all was done."""

from __future__ import annotations

import errno
import logging
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from tap_callgear import commands
from tap_callgear.api.errors import CallGearError, ConfigurationError, Stopped
from tap_callgear.api.redaction import Secrets, redact_logs
from tap_callgear.api.timing import SystemTiming
from tap_callgear.files import read_object
from tap_callgear.logs import log_to_stderr
from tap_callgear.process import EXIT_BY_SIGNAL, spare_the_garbage_collector, stop_on_signals
from tap_callgear.tap import TapCallGear

if TYPE_CHECKING:
    from collections.abc import Sequence


_FROM_ENVIRONMENT = "ENV"
"""What `--config` takes in place of a file, to read the settings from environment variables."""

_LOGGER = logging.getLogger(TapCallGear.name)

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says of an output that takes no more."""


class PlainCommand(click.Command):
    """A command whose failures are one line for people: no traceback where the user can mend it, and no secret ever."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - click's signature
        """Run the command; exit 0 only where all of it was done."""
        secrets, timing = Secrets(), SystemTiming()
        redact_logs(secrets)
        spare_the_garbage_collector()
        try:
            log_to_stderr(TapCallGear.name)
            return super().main(*args, obj=(secrets, timing), **kwargs)
        except Stopped as stop:
            _LOGGER.warning("%s", stop)
            sys.exit(EXIT_BY_SIGNAL + stop.signal_number)
        except CallGearError as error:
            _LOGGER.error("%s", error)  # noqa: TRY400 - people need no traceback for this
            sys.exit(1)
        except Exception as error:
            if isinstance(error, OSError) and error.errno in _NO_ROOM:
                _point_stdout_at_nothing()
                _LOGGER.error(  # noqa: TRY400 - people need no traceback for this
                    "The output cannot be written: %s; the next run goes on from the last state.", error.strerror
                )
                sys.exit(1)
            _LOGGER.exception("The tap failed in a way that it does not know; please report these lines.")
            sys.exit(1)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:  # noqa: ANN401 - click's signature
        """Read the options; an output that is closed is explained as mistakes are."""
        if sys.stdout is None:
            text = "There is nowhere to write to: the standard output is closed."
            raise ConfigurationError(text)
        return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run what the options ask for, saying so where the output cannot be written."""
        logging.captureWarnings(capture=True)
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _point_stdout_at_nothing()
            _LOGGER.error("Whoever reads the output has gone; the next run goes on from the last state.")  # noqa: TRY400
            ctx.exit(1)


def _print_version(ctx: click.Context, param: click.Option, value: bool) -> None:  # noqa: ARG001, FBT001 - click's signature
    """Print the version, where that is asked for."""
    if value:
        TapCallGear.print_version(print_fn=click.echo)
        ctx.exit()


@click.command(name=TapCallGear.name, cls=PlainCommand)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
@click.option("--about", is_flag=True, help="Print the settings and what the tap can do.")
@click.option(
    "--format",
    "about_format",
    type=click.Choice(["json", "markdown"], case_sensitive=False),
    help="How to print --about; as text, if left out.",
)
@click.option(
    "--config",
    "configs",
    multiple=True,
    metavar="FILE|ENV",
    help="A JSON file of settings, or ENV for environment variables. May be given again: later ones win.",
)
@click.option("--discover", is_flag=True, help="Print the catalog of all streams.")
@click.option(
    "--test",
    type=click.Choice(["all", "schema"]),
    is_flag=False,
    flag_value="all",
    help="Read one record of each stream that is read by default; --test=schema prints the schemas alone.",
)
@click.option("--estimate", is_flag=True, help="Say how many records and points a sync will take, and emit nothing.")
@click.option("--catalog", metavar="FILE", help="A JSON file of what to read; the default streams, if left out.")
@click.option("--state", metavar="FILE", help="A JSON file of the state to go on from.")
@click.pass_obj
def command(
    obj: tuple[Secrets, SystemTiming],
    *,
    about: bool,
    about_format: str | None,
    configs: Sequence[str],
    discover: bool,
    test: str | None,
    estimate: bool,
    catalog: str | None,
    state: str | None,
) -> None:
    """Read an account of the CallGear Data API as Singer messages."""
    secrets, timing = obj
    if about:
        TapCallGear.print_about(about_format)
        return
    given: dict[str, Any] = {
        "config": _settings(configs),
        "parse_env_config": _FROM_ENVIRONMENT in configs,
        "secrets": secrets,
        "timing": timing,
    }
    read_catalog = read_object("--catalog", catalog) if catalog else None
    read_state = read_object("--state", state) if state else None
    stop_on_signals(timing)
    if discover:
        tap = TapCallGear(**given, validate_config=False, setup_mapper=False)
        tap.run_discovery()
        return
    if not test:
        TapCallGear.print_version(print_fn=_LOGGER.info)
    tap = TapCallGear(**given, catalog=read_catalog, state=read_state)
    try:
        if test == "schema":
            tap.write_schemas()
        elif test:
            commands.test(tap)
        elif estimate:
            click.echo(commands.estimate(tap))
        else:
            tap.sync_all()
        tap.judge()
    finally:
        tap.close()


def main() -> None:
    """Run the command line."""
    command()


def _settings(configs: Sequence[str]) -> dict[str, Any]:
    """Read the settings from files, each of which goes above those before it."""
    settings: dict[str, Any] = {}
    for config in configs:
        if config != _FROM_ENVIRONMENT:
            settings |= read_object("--config", config)
    return settings


def _point_stdout_at_nothing() -> None:
    """Keep the interpreter from failing over the closed pipe once more when it flushes stdout at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
