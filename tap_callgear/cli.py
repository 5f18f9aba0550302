"""The command line of the Singer tap: its options, plain errors, and exit codes that say whether all was done."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import click

from tap_callgear import commands
from tap_callgear.api.clock import SystemClock
from tap_callgear.api.errors import CallGearError, ConfigurationError, Stopped
from tap_callgear.api.redaction import Secrets, redact_logs
from tap_callgear.inputs.files import read_json, read_object, read_state
from tap_callgear.logs import log_to_stderr
from tap_callgear.process import EXIT_BY_SIGNAL, spare_the_garbage_collector, stop_on_signals
from tap_callgear.standard_streams import open_standard_streams, write_through_stdout
from tap_callgear.tap import TapCallGear
from tap_callgear.writer import BlockWriter

if TYPE_CHECKING:
    from collections.abc import Sequence


_FROM_ENVIRONMENT = "ENV"
"""What `--config` takes in place of a file, to read the settings from environment variables."""

_LOGGER = logging.getLogger(TapCallGear.name)


def _print_version(ctx: click.Context, param: click.Option, value: bool) -> None:  # noqa: ARG001, FBT001 - click's signature
    """Print the version, where that is asked for."""
    if value:
        TapCallGear.print_version(print_fn=click.echo)
        ctx.exit()


@click.command(name=TapCallGear.name)
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
    help="Say whether the settings work, by a record of each stream to read; --test=schema prints the schemas alone.",
)
@click.option("--estimate", is_flag=True, help="Say how many records and points a sync will take, and emit nothing.")
@click.option("--catalog", metavar="FILE", help="A JSON file of what to read; the default streams, if left out.")
@click.option("--state", metavar="FILE", help="A JSON file of the state to continue from.")
@click.pass_obj
def command(
    obj: tuple[Secrets, SystemClock],
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
    secrets, clock = obj
    logging.captureWarnings(capture=True)
    modes = {"--about": about, "--discover": discover, "--test": test, "--estimate": estimate}
    if len(chosen := [name for name, is_on in modes.items() if is_on]) > 1:
        text = f"{' and '.join(chosen)} exclude each other: give one of them."
        raise ConfigurationError(text)
    if about:
        TapCallGear.print_about(about_format)
        return
    given: dict[str, Any] = {
        "config": _settings(configs),
        "parse_env_config": _FROM_ENVIRONMENT in configs,
        "secrets": secrets,
        "clock": clock,
        "message_writer": BlockWriter(clock=clock),
    }
    read_catalog = read_json("--catalog", catalog) or {} if catalog else None
    given_state = read_state("--state", state) or {} if state else {}
    if not configs and not discover:
        text = f"There are no settings: give --config FILE, or --config {_FROM_ENVIRONMENT} for environment variables."
        raise ConfigurationError(text)
    stop_on_signals(clock)
    if discover:
        tap = TapCallGear(**given, validate_config=False, setup_mapper=False)
        tap.run_discovery()
        return
    if not test:
        TapCallGear.print_version(print_fn=_LOGGER.info)
    tap = TapCallGear(**given, catalog=read_catalog, state={"value": given_state})
    try:
        tap.tell_doubts()
        if test == "schema":
            tap.write_schemas()
        elif test:
            commands.test(tap)
        elif estimate:
            click.echo(commands.estimate(tap))
        else:
            tap.read_all()
        tap.raise_if_required()
    finally:
        tap.close()


def main() -> None:
    """Run the command line; what the user can fix is one line without a traceback, and no secret is ever shown."""
    secrets, clock = Secrets(), SystemClock()
    open_standard_streams()
    redact_logs(secrets)
    spare_the_garbage_collector()
    try:
        log_to_stderr(TapCallGear.name)
        write_through_stdout(clock.check)
        command(obj=(secrets, clock))
    except Stopped as stop:
        _LOGGER.warning("%s", stop)
        sys.exit(EXIT_BY_SIGNAL + stop.signal_number)
    except CallGearError as error:
        _LOGGER.error("%s", error)  # noqa: TRY400 - people need no traceback for this
        sys.exit(1)
    except Exception:
        _LOGGER.exception("The tap failed in a way that it does not know; please report these lines.")
        sys.exit(1)


def _settings(configs: Sequence[str]) -> dict[str, Any]:
    """Read the settings from files, each of which goes above those before it."""
    settings: dict[str, Any] = {}
    for config in configs:
        if config != _FROM_ENVIRONMENT:
            settings |= read_object("--config", config)
    return settings
