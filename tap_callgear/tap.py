"""The tap: its settings, its streams and its command line."""

from __future__ import annotations

import atexit
from typing import IO, TYPE_CHECKING, Any, ClassVar

import click
from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers._util import load_json

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.command_line import SECRETS, TIMING, PlainCommand, stop_on_signals
from tap_callgear.connection import Connection
from tap_callgear.extraction.estimate import describe
from tap_callgear.settings import CONFIG_SCHEMA, SECRET_SETTINGS, Settings, instant_of
from tap_callgear.streams.communications import Communications
from tap_callgear.streams.visitor_sessions import VisitorSessions
from tap_callgear.writer import BlockWriter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_callgear.streams.base import ReportStream

STREAMS: tuple[type[ReportStream], ...] = (Communications, VisitorSessions)


class TapCallGear(Tap):
    """Singer tap for the CallGear Data API: calls, chats, goals, offline forms and the visits that led to them."""

    name = "tap-callgear"
    config_jsonschema: ClassVar[dict[str, Any]] = CONFIG_SCHEMA
    message_writer_class = BlockWriter

    def __init__(
        self,
        *,
        config: dict[str, Any] | None = None,
        parse_env_config: bool = False,
        validate_config: bool = True,
        **kwargs: Any,
    ) -> None:
        """Check the settings and declare the streams; nothing is asked from the API.

        Args:
            config: The settings; empty ones count as left out.
            parse_env_config: Whether to read settings from environment variables too.
            validate_config: Whether the settings must be fit to read with.
            kwargs: The catalog, the state and whatever else the SDK takes.

        Raises:
            ConfigurationError: A setting is missing or cannot be; the text names it and the remedy.
        """
        config = dict(config or {})
        if parse_env_config:
            config |= _settings_from_environment(type(self))
        config = {name: value for name, value in config.items() if value not in (None, "")}
        for name in SECRET_SETTINGS:
            SECRETS.add(config.get(name))
        self._connection: Connection | None = None
        try:
            super().__init__(config=config, validate_config=validate_config, **kwargs)
        except ConfigValidationError as error:
            text = SECRETS.hide("; ".join(error.errors))
            raise ConfigurationError(f"A setting is wrong or missing: {text}.") from None
        if validate_config:
            self._settings = Settings.from_config(self.config)

    def discover_streams(self) -> Sequence[ReportStream]:
        """Give every stream there is; needs no network."""
        return [stream(self, self.connect, self.flush) for stream in STREAMS]

    def connect(self) -> Connection:
        """Give the run's connection; from its first use on, signals end the run cleanly."""
        if self._connection is None:
            stop_on_signals()
            self._connection = Connection(self._settings, SECRETS, TIMING, self.logger)
            atexit.register(self._connection.close)
        return self._connection

    def flush(self) -> None:
        """Write out the messages that wait for their block to be full."""
        if isinstance(self.message_writer, BlockWriter):
            self.message_writer.flush()

    def load_state(self, state: dict[str, Any]) -> None:
        """Take in a state.

        Args:
            state: The state of an earlier run.

        Raises:
            ConfigurationError: A bookmark is no date.
        """
        super().load_state(state)
        for name, bookmark in self.state.get("bookmarks", {}).items():
            for part in (bookmark, *bookmark.get("partitions", ())):
                if (value := part.get("replication_key_value")) is not None:
                    instant_of(f"The bookmark of {name} in the state", value)

    def print_estimate(self) -> None:
        """Say how many records and points the selected streams will take; reads a row every 89 days."""
        estimates = [
            stream.estimate(context)
            for stream in self.streams.values()
            if stream.selected
            for context in stream.partitions or [None]
        ]
        click.echo(describe(estimates, self.connect().points.limits()))

    @classmethod
    def invoke(  # type: ignore[override]
        cls,
        *,
        about: bool = False,
        about_format: str | None = None,
        estimate: bool = False,
        config: Any = None,
        state: IO[str] | None = None,
        catalog: IO[str] | None = None,
    ) -> None:
        """Run what the command line asks for.

        Args:
            about: Print the settings and capabilities.
            about_format: How to print them.
            estimate: Print what a sync will take.
            config: The settings, as the SDK read them.
            state: The state of an earlier run.
            catalog: The catalog with the selection.
        """
        if about:
            cls.print_about(about_format)
            return
        cls.print_version(print_fn=cls.logger.info)
        tap = cls(
            config=config.config if config else {},
            parse_env_config=bool(config and config.parse_env),
            state=load_json(state.read()) if state else None,
            catalog=load_json(catalog.read()) if catalog else None,
        )
        if estimate:
            tap.print_estimate()
        else:
            tap.sync_all()

    @classmethod
    def get_singer_command(cls) -> click.Command:
        """Give the SDK's command line with `--estimate` and with errors that people can read."""
        command = super().get_singer_command()
        estimate = click.Option(
            ["--estimate"],
            is_flag=True,
            help="Say how many records and points a sync will take, and emit nothing.",
        )
        return PlainCommand(
            name=command.name,
            callback=command.callback,
            context_settings=command.context_settings,
            help=command.help,
            params=[*command.params, estimate],
            logger=cls.logger,
        )


def _settings_from_environment(tap: type[TapCallGear]) -> dict[str, Any]:
    """Read the settings from the environment as the SDK does, and numbers with them, which it leaves as text."""
    try:
        settings: dict[str, Any] = tap._env_var_config  # noqa: SLF001 - held by tests/test_settings.py
        for name, value in settings.items():
            if "number" in CONFIG_SCHEMA["properties"][name]["type"] and isinstance(value, str) and value:
                settings[name] = float(value)
    except ValueError as error:
        text = f"An environment variable TAP_CALLGEAR_... cannot be read: {SECRETS.hide(str(error))}."
        raise ConfigurationError(text) from None
    return settings
