"""The command `callgear-sandbox`."""

from __future__ import annotations

import signal
from dataclasses import fields
from datetime import datetime, timezone
from errno import EACCES, EADDRINUSE
from threading import Event
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from callgear_sandbox.counts import told_total
from callgear_sandbox.errors import METHOD_REFUSALS
from callgear_sandbox.methods import METHODS
from callgear_sandbox.options import FaultKind, Options
from callgear_sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from click.decorators import FC


def _instant(text: str) -> datetime:
    """Read an instant; without an offset it is in UTC."""
    try:
        given = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return given if given.tzinfo else given.replace(tzinfo=timezone.utc)


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise click.BadParameter(str(error)) from error


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(name) for name in _names(text))


def _faults(text: str) -> dict[str, float]:
    shares = dict(name.partition("=")[::2] for name in _names(text))
    unknown = shares.keys() - set(get_args(FaultKind))
    if unknown:
        known = ", ".join(get_args(FaultKind))
        message = f"{', '.join(sorted(unknown))}: known kinds are {known}"
        raise click.BadParameter(message)
    return {kind: float(share) for kind, share in shares.items()}


def _refusals(text: str) -> dict[str, str]:
    refusals = dict(name.partition("=")[::2] for name in _names(text))
    for method, why in refusals.items():
        mnemonic = why.partition(":")[0]
        if method not in METHODS or mnemonic not in METHOD_REFUSALS:
            message = f"{method}={why}: a method of the API, and one of {', '.join(METHOD_REFUSALS)}"
            raise click.BadParameter(message)
    return refusals


def _pairs(text: str) -> dict[str, str]:
    return dict(name.partition("=")[::2] for name in _names(text))


def _total(text: str) -> str:
    try:
        told_total(0, text)
    except ValueError as error:
        message = f"{text}: neither right, absent nor text, no +N or -N, and no JSON after ="
        raise click.BadParameter(message) from error
    return text


_SPELLED: Final[Mapping[str, tuple[click.ParamType[Any] | Callable[[str], object], str | None]]] = {
    "port": (click.IntRange(0, 65_535), None),
    "same_second": (click.IntRange(1), None),
    "minute_seconds": (click.FloatRange(0, min_open=True), None),
    "day_seconds": (click.FloatRange(0, min_open=True), None),
    "until": (_instant, "INSTANT"),
    "zone": (_zone, "ZONE"),
    "user_ids": (_numbers, "ID,ID..."),
    "refused_fields": (_names, "FIELD,FIELD..."),
    "refused_methods": (_refusals, "METHOD=MNEMONIC[:COMPONENT],..."),
    "refused_users": (_pairs, "ID[/METHOD]=MNEMONIC[:COMPONENT],..."),
    "faults": (_faults, "KIND=SHARE,..."),
    "limits": (_pairs, "NAME=JSON,..."),
    "total_items": (_total, "right|absent|text|+N|-N|=JSON"),
}
"""How options are read that are more than one word or any number, and what stands for them."""

_RANGES: Final[Mapping[object, click.ParamType[Any]]] = {int: click.IntRange(0), float: click.FloatRange(0)}


def _option(name: str, annotation: object) -> Callable[[FC], FC]:
    """Derive an option of the command line from a field of `Options`."""
    declared, description = get_args(annotation)
    read, metavar = _SPELLED.get(name, (_kind(declared), None))
    dashed = name.replace("_", "-")
    default = getattr(Options, name, None)
    return click.option(
        f"--{dashed}/--no-{dashed}" if declared is bool else f"--{dashed}",
        name,
        type=read,
        metavar=metavar,
        default=default or None,
        show_default=bool(default),
        help=description,
    )


def _kind(declared: object) -> Any:  # noqa: ANN401 - whatever click can read a value with
    """Return how click reads a declared type; what may be absent is read like what is there."""
    if get_origin(declared) is Literal:
        return click.Choice(get_args(declared))
    present = [kind for kind in get_args(declared) if kind is not NoneType]
    kind = present[0] if present else declared
    return _RANGES.get(kind, kind)


def _options(command: FC) -> FC:
    """Add an option to a command for each field of `Options`."""
    annotations = get_type_hints(Options, include_extras=True)
    for field in reversed(fields(Options)):
        command = _option(field.name, annotations[field.name])(command)
    return command


@click.command(context_settings={"auto_envvar_prefix": "CALLGEAR_SANDBOX"})
@click.version_option(package_name="tap-callgear", prog_name="callgear-sandbox")
@_options
def main(**chosen: Any) -> None:  # noqa: ANN401 - the types are those of Options
    """Play the CallGear Data API, with made-up data, until interrupted."""
    options = Options(**{name: value for name, value in chosen.items() if value is not None})
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    sandbox = _listening(options)
    try:
        click.echo(f"callgear-sandbox listening on {sandbox.url} (token: {options.token})")
        stopped.wait()
    finally:
        sandbox.stop()


def _listening(options: Options) -> Sandbox:
    """Start a sandbox.

    Raises:
        click.ClickException: If nothing can listen on the host and port of the options.
    """
    try:
        return Sandbox(options).start()
    except OSError as error:
        raise click.ClickException(_advice(options, error)) from error


def _advice(options: Options, error: OSError) -> str:
    if error.errno == EADDRINUSE:
        return f"Port {options.port} is taken: give another with --port."
    if error.errno == EACCES:
        return f"Port {options.port} is not open to this user: give one above 1023 with --port."
    return f"{options.host} is no address of this machine: give another with --host."


if __name__ == "__main__":
    main()
