"""The tap: its settings, its streams and its command line."""

from __future__ import annotations

import atexit
import logging
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, ClassVar

import click
from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError, MapExpressionError, StreamMapConfigError
from singer_sdk.helpers._util import load_json
from singer_sdk.tap_base import CliTestOptionValue

from tap_callgear.api.errors import ConfigurationError, MethodRefused
from tap_callgear.command_line import SECRETS, TIMING, PlainCommand, stop_on_signals
from tap_callgear.connection import Connection
from tap_callgear.extraction.estimate import describe
from tap_callgear.refusals import Refusals
from tap_callgear.settings import CONFIG_SCHEMA, SECRET_SETTINGS, Settings, instant_of, settings_from_environment
from tap_callgear.streams.base import ApiStream
from tap_callgear.streams.every import STREAMS
from tap_callgear.streams.report import ReportStream
from tap_callgear.writer import BlockWriter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from singer_sdk import Stream
    from singer_sdk.helpers.types import Context

    from tap_callgear.extraction.estimate import Estimate

_ENVIRONMENT_PREFIX = "TAP_CALLGEAR_"


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
        **kwargs: Any,  # noqa: ANN401 - the SDK's
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
            self.append_builtin_config(self.config_jsonschema)
            config |= settings_from_environment(self.config_jsonschema, _ENVIRONMENT_PREFIX)
        config = {name: value for name, value in config.items() if value not in (None, "")}
        for name in SECRET_SETTINGS:
            SECRETS.add(config.get(name))
        self._connection: Connection | None = None
        self._refusals = Refusals(self.logger)
        with _silence(not validate_config):
            try:
                super().__init__(config=config, validate_config=validate_config, **kwargs)
            except ConfigValidationError as error:
                text = SECRETS.hide(f"A setting is wrong or missing: {'; '.join(error.errors)}.")
                raise ConfigurationError(text) from None
            except (MapExpressionError, StreamMapConfigError) as error:
                text = f"stream_maps cannot be used: {error}."
                raise ConfigurationError(text) from None
        if validate_config:
            self._settings = Settings.from_config(self.config)

    def discover_streams(self) -> Sequence[ApiStream]:
        """Give every stream there is; needs no network."""
        return [stream(self, self) for stream in STREAMS]

    @property
    def streams(self) -> dict[str, Stream]:
        """Give the streams in the order of their list, the core of it first, where the SDK goes by the alphabet."""
        loaded = super().streams
        return {stream.name: loaded[stream.name] for stream in STREAMS if stream.name in loaded} | loaded

    @property
    def api_streams(self) -> list[ApiStream]:
        """Give the streams as what they are."""
        return [stream for stream in self.streams.values() if isinstance(stream, ApiStream)]

    def connect(self) -> Connection:
        """Give the run's connection; from its first use on, signals end the run cleanly."""
        if self._connection is None:
            stop_on_signals()
            self._connection = Connection(self._settings, SECRETS, TIMING, self.logger)
            atexit.register(self._connection.close)
        return self._connection

    def skip(self, stream: ApiStream, context: Context | None, refusal: MethodRefused) -> None:
        """Go on without a stream that the account does not let be read, saying so; `judge` tells what that means.

        Args:
            stream: The stream.
            context: The partition, where there are any.
            refusal: What the API said.
        """
        self._refusals.add(stream, context, refusal)

    def load_state(self, state: dict[str, Any]) -> None:
        """Take in a state: bookmarks in the one form, and none in the future.

        Args:
            state: The state of an earlier run.

        Raises:
            ConfigurationError: A bookmark is no date.
        """
        try:
            super().load_state(state)
            bookmarks = {
                name: [part for part in (bookmark, *(bookmark.get("partitions") or ())) if part.keys()]
                for name, bookmark in self.state.get("bookmarks", {}).items()
            }
        except (AttributeError, TypeError):
            text = "The state is not of the form that Singer taps write: give the last STATE value of an earlier run."
            raise ConfigurationError(text) from None
        now = TIMING.now()
        reports = {stream.name: stream for stream in STREAMS if issubclass(stream, ReportStream)}
        for name, parts in bookmarks.items():
            for part in parts:
                if (value := part.get("replication_key_value")) is None:
                    continue
                stream = reports.get(name, ReportStream)
                mark = stream.bookmark_form(instant_of(f"The bookmark of {name} in the state", value))
                if mark > (latest := stream.latest_bookmark(now)):
                    self.logger.warning(
                        "The bookmark %s of %s lies in the future; reading goes on from now.", value, name
                    )
                part["replication_key_value"] = min(mark, latest)

    def judge(self) -> None:
        """Say in the end whether what was skipped had to be read.

        Raises:
            ConfigurationError: It had: it was asked for by name, or nothing else could be read.
        """
        selected = [stream.name for stream in self.streams.values() if stream.selected]
        self._refusals.judge(selected, are_named=self.input_catalog is not None)

    def print_estimate(self) -> None:
        """Say how many records and points the selected streams will take; reads a row every 89 days."""
        estimates: list[Estimate] = []
        for stream in (stream for stream in self.api_streams if stream.selected):
            try:
                estimates += [stream.estimate(context) for context in stream.contexts]
            except MethodRefused as refusal:
                self.skip(stream, None, refusal)
        click.echo(describe(estimates, self.connect().points.limits()))
        self.judge()

    @classmethod
    def invoke(  # type: ignore[override]
        cls,
        *,
        about: bool = False,
        about_format: str | None = None,
        estimate: bool = False,
        config: Any = None,  # noqa: ANN401 - a private type of the SDK
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
        tap = cls._configured(
            config,
            state=_object("--state", state) if state else None,
            catalog=_object("--catalog", catalog) if catalog else None,
        )
        if estimate:
            tap.print_estimate()
        else:
            tap.sync_all()
            tap.judge()

    @classmethod
    def _configured(cls, config: Any, **given: Any) -> TapCallGear:  # noqa: ANN401 - a private type of the SDK
        """Make the tap from the settings as the SDK read them, and whatever else it takes."""
        return cls(config=config.config if config else {}, parse_env_config=bool(config and config.parse_env), **given)

    @classmethod
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        """Read a record of each stream that a run without a catalog would read.

        Args:
            ctx: The command's context.
            param: The option.
            value: What to test.
        """
        if value != CliTestOptionValue.All.value:
            super().cb_test(ctx, param, value)
            return
        tap = cls._configured(ctx.params.get("config"))
        tap.run_sync_dry_run(streams=[stream for stream in tap.streams.values() if stream.selected])
        tap.judge()
        ctx.exit()

    @classmethod
    def cb_config(cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]) -> Any:  # noqa: ANN401
        """Read the files given with `--config`; one that cannot be read is named.

        Args:
            ctx: The command's context.
            param: The option.
            value: The files, or ENV.
        """
        for path in value:
            try:
                super().cb_config(ctx, param, (path,))
            except (OSError, ValueError, TypeError):
                text = f"--config: {path} cannot be read as a JSON object of settings."
                raise ConfigurationError(text) from None
        return super().cb_config(ctx, param, value)

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


def _object(option: str, file: IO[str]) -> dict[str, Any]:
    """Read a JSON object from a file given on the command line."""
    try:
        value = load_json(file.read())
    except ValueError:
        value = None
    if not isinstance(value, dict):
        text = f"{option}: {file.name} holds no JSON object."
        raise ConfigurationError(text)
    return value


@contextmanager
def _silence(is_needed: bool) -> Iterator[None]:  # noqa: FBT001 - the one thing it takes
    """Keep the SDK from warning of settings that discovery does without."""
    if is_needed:
        logging.disable(logging.WARNING)
    try:
        yield
    finally:
        if is_needed:
            logging.disable(logging.NOTSET)
