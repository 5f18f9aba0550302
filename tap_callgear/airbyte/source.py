"""The four commands of the source."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from tap_callgear.airbyte import messages
from tap_callgear.airbyte.catalog import airbyte_stream, requested_streams, singer_catalog
from tap_callgear.airbyte.failures import failure_of
from tap_callgear.airbyte.spec import settings_of, specification
from tap_callgear.airbyte.state import singer_state
from tap_callgear.api.errors import ConfigurationError, Stopped
from tap_callgear.check import check
from tap_callgear.inputs.config import tidied
from tap_callgear.inputs.names import named_with_nearest
from tap_callgear.output import OutputLost
from tap_callgear.sdk import StateWriter
from tap_callgear.settings import CONFIG_SCHEMA
from tap_callgear.tap import TapCallGear

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_sdk.helpers.types import TapState

    from tap_callgear.airbyte.catalog import Requested
    from tap_callgear.airbyte.writer import AirbyteWriter
    from tap_callgear.api.clock import SystemClock
    from tap_callgear.api.errors import CallGearError
    from tap_callgear.api.redaction import Secrets
    from tap_callgear.reports.saved import SavedReports
    from tap_callgear.skipped import Partition

Json = dict[str, Any]

_LOGGER = logging.getLogger(TapCallGear.name)


class Checkpoints(StateWriter):
    """Has a state written at the end of every window, where the SDK would leave out one that repeats the last."""

    def __init__(self, writer: AirbyteWriter) -> None:
        """Speak through a writer."""
        super().__init__(writer)
        self._writer = writer

    def write_state(self, state: TapState) -> None:
        """Write the state of the stream that is being read."""
        self._writer.checkpoint(state)


class AirbyteTap(TapCallGear):
    """The tap with a writer of the Airbyte protocol."""

    selects_chosen_columns = False

    def __init__(self, writer: AirbyteWriter, **given: Any) -> None:  # noqa: ANN401 - what the SDK takes
        """Speak through a writer."""
        self._checkpoints = Checkpoints(writer)
        super().__init__(message_writer=writer, **given)

    def skip(self, partition: Partition, refusal: CallGearError) -> None:
        """End the reading of a stream that the account does not let be read; other streams, and customers, go on.

        Args:
            partition: What it is.
            refusal: What the API said.

        Raises:
            CallGearError: It is not one of several customers that is refused.
        """
        if partition.customer is None:
            raise refusal
        super().skip(partition, refusal)

    @property
    def state_writer(self) -> StateWriter:
        """Return what the streams hand their states to."""
        return self._checkpoints


class Source:
    """The source. Each command says what it has to say through the writer."""

    def __init__(self, writer: AirbyteWriter, secrets: Secrets, clock: SystemClock) -> None:
        """Speak through a writer.

        Args:
            writer: The writer.
            secrets: What no message may show.
            clock: The clock and the sleep.
        """
        self._writer = writer
        self._secrets = secrets
        self._clock = clock
        self._taps: list[AirbyteTap] = []
        self._reports: SavedReports | None = None

    def close(self) -> None:
        """End the sessions and let go of the connections, if there are any."""
        for tap in self._taps:
            tap.close()

    def spec(self) -> None:
        """Tell which settings there are."""
        self._writer.send(messages.spec(specification()))

    def check(self, config: Mapping[str, Any]) -> None:
        """Check the settings, by asking for the zone and for a row of each stream that is read by default.

        Args:
            config: The settings as Airbyte holds them.

        Raises:
            CallGearError: They do not; the text says what to fix.
        """
        tap = self._tap(settings_of(config))
        tap.tell_doubts()
        findings = check(tap.selected_streams, tap.connect(), tap.skipped)
        tap.raise_if_required()
        _LOGGER.info("The settings work: %s", findings)
        self._writer.send(messages.connection_status(None))

    def discover(self, config: Mapping[str, Any]) -> None:
        """Tell which streams there are; needs no network, unless the settings ask for reports of the account's own.

        Args:
            config: The settings as Airbyte holds them.

        Raises:
            CallGearError: The API is to be asked for reports, and cannot be.
        """
        self._writer.send(messages.catalog([airbyte_stream(entry) for entry in self._discovered(config)["streams"]]))

    def read(self, config: Mapping[str, Any], configured: Mapping[str, Any], state: object) -> bool:
        """Read the streams that a catalog asks for, one after the other; one that fails does not keep others back.

        Args:
            config: The settings as Airbyte holds them.
            configured: The configured catalog.
            state: The states of an earlier read, or None.

        Returns:
            Whether all of it was read.

        Raises:
            ConfigurationError: Nothing can be read with what was given.
            Stopped: A signal ended the reading; what was read before is in the states.
        """
        requested = requested_streams(configured)
        discovered = self._discovered(config)
        cursors = {
            entry["tap_stream_id"]: cursor
            for entry in discovered["streams"]
            if (cursor := entry.get("replication_key"))
        }
        given = {
            "catalog": singer_catalog(discovered, requested),
            "state": singer_state(
                state, requested, cursors, [entry["tap_stream_id"] for entry in discovered["streams"]]
            ),
        }
        settings = settings_of(config)
        # An attempt that goes on must not repeat what lies in the destination already, where nothing merges it.
        settings_by_mode = {False: settings, True: {**settings, "lookback_days": 0}}
        modes = sorted({stream.is_full_refresh for stream in requested}) or [False]
        taps = {mode: self._tap(settings_by_mode[mode], **given) for mode in modes}
        taps[modes[0]].tell_doubts()
        outcomes = [self._read_stream(taps[stream.is_full_refresh], stream) for stream in requested]
        return all(outcomes)

    def _read_stream(self, tap: AirbyteTap, requested: Requested) -> bool:
        """Read one stream, and tell how it went."""
        stream = tap.streams.get(requested.name)
        if stream is None:
            named = named_with_nearest([requested.name], tap.streams)
            text = f"There is no stream {named}: refresh the schema of the connection."
            self._writer.refuse(requested, failure_of(ConfigurationError(text), self._secrets))
            return False
        self._writer.begin(requested)
        try:
            stream.sync()
        except OutputLost:
            raise
        except Stopped:
            self._writer.abandon(tap.state)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the other streams are read
            self._writer.abandon(tap.state, failure_of(error, self._secrets))
            return False
        if (refusal := tap.skipped.failure_of(stream.name)) is not None:
            self._writer.abandon(tap.state, failure_of(refusal, self._secrets))
            return False
        self._writer.complete(tap.state)
        return True

    def _tap(self, settings: Mapping[str, Any], **given: Any) -> AirbyteTap:  # noqa: ANN401 - what the SDK takes
        """Return a tap; the first one has the session, and finds the account's own reports, for all."""
        given = {"config": dict(settings), "secrets": self._secrets, "clock": self._clock, **given}
        session = self._taps[0].connect() if self._taps else None
        tap = AirbyteTap(self._writer, reports=self._reports, session=session, **given)
        self._taps.append(tap)
        self._reports = tap.reports
        return tap

    def _discovered(self, config: Mapping[str, Any]) -> Json:
        """Return the Singer catalog of all there is: an agent's records say whose they are."""
        if config.get("reports"):
            return self._tap(settings_of(config)).catalog_dict
        try:
            given = tidied({"user_ids": config.get("user_ids")}, CONFIG_SCHEMA).get("user_ids")
        except ConfigurationError:  # a check tells of it
            given = None
        user_ids = [user_id for user_id in given if type(user_id) is int] if isinstance(given, list) else []
        return TapCallGear(config={"user_ids": user_ids}, validate_config=False, setup_mapper=False).catalog_dict
