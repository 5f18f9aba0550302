"""The tap: its settings and its streams."""

from __future__ import annotations

import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.singerlib.encoding.simple import StateMessage

from tap_callgear import bookmarks
from tap_callgear.account import AccountTap
from tap_callgear.api.errors import ConfigurationError
from tap_callgear.api.redaction import Secrets
from tap_callgear.inputs import batch_config, catalogs, stream_maps
from tap_callgear.inputs.config import strange_names, tidied
from tap_callgear.inputs.environment import PREFIX, settings_from_environment
from tap_callgear.process import warnings_held_back
from tap_callgear.reports.saved import SavedReports, saved_reports
from tap_callgear.settings import CONFIG_SCHEMA, hide_settings
from tap_callgear.streams import STREAMS
from tap_callgear.streams.base import ApiStream
from tap_callgear.writer import BlockWriter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk import Stream
    from singer_sdk.singerlib import Catalog

    from tap_callgear.api.clock import Clock


class TapCallGear(AccountTap):
    """Singer tap for the CallGear Data API: calls, chats, goals, offline forms and the visits that led to them."""

    name = "tap-callgear"
    config_jsonschema: ClassVar[dict[str, Any]] = CONFIG_SCHEMA
    message_writer_class = BlockWriter
    selects_chosen_columns: ClassVar[bool] = True
    """Whether a discovered catalog can tell which columns the owner of a report chose."""

    def __init__(
        self,
        *,
        config: dict[str, Any] | None = None,
        parse_env_config: bool = False,
        validate_config: bool = True,
        secrets: Secrets | None = None,
        clock: Clock | None = None,
        catalog: object = None,
        reports: SavedReports | None = None,
        **kwargs: Any,  # noqa: ANN401 - the SDK's
    ) -> None:
        """Check the settings and declare the streams; the API is asked for nothing but the reports that they name.

        Args:
            config: The settings; empty ones count as left out.
            parse_env_config: Whether to read settings from environment variables too, which go above the others.
            validate_config: Whether the settings must be fit to read with.
            secrets: What no log may show; those of the settings are added.
            clock: The clock and the sleep.
            catalog: What to read, as `--discover` prints it or as it is written by hand; the default streams, if None.
            reports: The account's own reports, where another tap of the same settings has found them.
            kwargs: The state and whatever else the SDK takes.

        Raises:
            ConfigurationError: A setting is missing or cannot be; the text names it and the remedy.
            CallGearError: The API is to be asked for reports, and cannot be.
        """
        schema = self.settings_schema()
        given = (config or {}) | (settings_from_environment(schema) if parse_env_config else {})
        # To find reports takes a key.
        validate_config = validate_config or bool(given.get("reports"))
        if validate_config:
            given = tidied(given, schema)
        secrets = secrets or Secrets()
        hide_settings(given, secrets)
        stream_maps.check(given)
        self._given_catalog = catalog
        self._found_reports = reports
        # Discovery does without what the SDK would warn of.
        with warnings_held_back(not validate_config):
            try:
                super().__init__(config=given, validate_config=validate_config, secrets=secrets, clock=clock, **kwargs)
            except ConfigValidationError as error:
                if parse_env_config and not given:
                    text = f"There are no settings: no variable is set that begins with {PREFIX}, and no .env is here."
                    raise ConfigurationError(text) from None
                text = secrets.hide(f"A setting is wrong or missing: {'; '.join(error.errors)}.")
                raise ConfigurationError(text) from None
        if validate_config:
            _ = self.settings  # checks them
            batch_config.check(self.config)

    @classmethod
    def settings_schema(cls) -> dict[str, Any]:
        """Return the schema of all settings, those that the SDK adds among them."""
        schema = copy.deepcopy(cls.config_jsonschema)
        cls.append_builtin_config(schema)
        # The one setting that the SDK reads and does not declare.
        schema["properties"]["emit_activate_version_messages"] = {"type": ["boolean", "null"]}
        return schema

    @cached_property
    def input_catalog(self) -> Catalog | None:
        """Return what to read, in the form that the SDK reads; None where no catalog says so."""
        if self._given_catalog is None:
            return None
        names = [stream.name for stream in self._declared]
        return catalogs.tidied(self._given_catalog, names, self.logger.warning)

    @cached_property
    def reports(self) -> SavedReports:
        """Return the account's own reports that the settings ask for, which the API is asked for once."""
        if self._found_reports is not None:
            return self._found_reports
        if not self.config.get("reports"):
            return SavedReports()
        selects_chosen_columns = self.selects_chosen_columns and self._given_catalog is None
        return saved_reports(self.settings.reports, self.connect(), selects_chosen_columns=selects_chosen_columns)

    @cached_property
    def _declared(self) -> Sequence[type[ApiStream]]:
        """Return the declarations of all streams there are."""
        return (*STREAMS, *self.reports.streams)

    def discover_streams(self) -> Sequence[ApiStream]:
        """Return every stream there is; needs no network, unless the settings ask for reports of the account's own."""
        return [stream(self) for stream in self._declared]

    @property
    def streams(self) -> dict[str, Stream]:
        """Return the streams in the order of their list, the core of it first, where the SDK goes by the alphabet."""
        loaded = super().streams
        return {stream.name: loaded[stream.name] for stream in self._declared if stream.name in loaded}

    @property
    def api_streams(self) -> list[ApiStream]:
        """Return the streams as what they are."""
        return [stream for stream in self.streams.values() if isinstance(stream, ApiStream)]

    @property
    def selected_streams(self) -> list[ApiStream]:
        """Return the streams that are to be read."""
        return [stream for stream in self.api_streams if stream.selected]

    def tell_doubts(self) -> None:
        """Warn of what can hardly be meant, and of the reports that cannot be read."""
        strange = strange_names(self.config, self.settings_schema()["properties"])
        for doubt in (strange, *self.settings.doubts(self._clock.now())):
            if doubt:
                self.logger.warning("%s", doubt)
        for report, why in self.reports.missing.items():
            self.skipped.add_missing(report, why)
        if not self.selected_streams:
            self.logger.warning("The catalog selects no stream: nothing is read.")

    def read_all(self) -> None:
        """Read the selected streams; a STATE is the last message, since some targets keep none that records follow."""
        self.sync_all()
        if isinstance(self.message_writer, BlockWriter) and self.message_writer.is_state_due:
            self.message_writer.write_message(StateMessage(self.state))

    def raise_if_required(self) -> None:
        """Say in the end whether what was skipped had to be read.

        Raises:
            ConfigurationError: It had: it was asked for by name, or nothing else could be read.
        """
        selected = [stream.name for stream in self.selected_streams]
        # A catalog that only repeats which streams are read without one names none.
        usual = {stream.name for stream in self._declared if stream.selected_by_default}
        self.skipped.raise_if_required(
            selected,
            are_named=self.input_catalog is not None and {*selected} != usual,
            reports=[stream.name for stream in self.reports.streams],
        )

    def setup_mapper(self) -> None:
        """Make the stream maps of the streams that are read."""
        self.mapper = stream_maps.Mapper(self.config, self.streams.values(), self.logger)

    def load_state(self, state: dict[str, Any]) -> None:
        """Learn a state: bookmarks in the one form, and none in the future.

        Args:
            state: The state of an earlier run.

        Raises:
            ConfigurationError: It is none, or a bookmark is no date.
        """
        if found := bookmarks.found_in(state, self._declared):
            selected = {stream.name for stream in self.selected_streams}
            self.state["bookmarks"] = bookmarks.tidied(
                found, selected, self._clock.now(), self.logger.warning, declared=self._declared
            )
