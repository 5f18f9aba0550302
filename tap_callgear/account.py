"""The account that a tap reads: how the streams reach it, and what of it may not be read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from tap_callgear.api.clock import SystemClock
from tap_callgear.api.redaction import Secrets
from tap_callgear.sdk import SdkTap
from tap_callgear.session import ApiSession
from tap_callgear.settings import Settings
from tap_callgear.skipped import SkippedStreams

if TYPE_CHECKING:
    from tap_callgear.api.clock import Clock
    from tap_callgear.api.errors import CallGearError
    from tap_callgear.skipped import Partition


class AccountTap(SdkTap):
    """A tap that reads an account.

    Attributes:
        skipped: What was skipped so far.
    """

    def __init__(
        self,
        *,
        secrets: Secrets | None,
        clock: Clock | None,
        session: ApiSession | None = None,
        **kwargs: Any,  # noqa: ANN401 - the SDK's
    ) -> None:
        """Ask nothing yet.

        Args:
            secrets: What no log may show.
            clock: The clock and the sleep.
            session: The session, where another tap of the same account has it, and will close it.
            kwargs: Whatever the SDK takes.
        """
        self._secrets = secrets or Secrets()
        self._clock: Clock = clock or SystemClock()
        self._session = session
        self._is_session_ours = session is None
        self.skipped = SkippedStreams(self.logger)
        super().__init__(**kwargs)

    @cached_property
    def settings(self) -> Settings:
        """Return the checked settings.

        Raises:
            ConfigurationError: A setting cannot be; the text names it and the remedy.
        """
        return Settings.from_config(self.config)

    def connect(self) -> ApiSession:
        """Return the session of the run, which is made where it is first needed."""
        if self._session is None:
            self._session = ApiSession(self.settings, self._secrets, self._clock, self.logger)
        return self._session

    def close(self) -> None:
        """End the session and let go of the connections, if there are any of this tap."""
        if self._session is not None and self._is_session_ours:
            self._session.close()
        self._session = None

    def skip(self, partition: Partition, refusal: CallGearError) -> None:
        """Go on without what the account does not let be read, saying so.

        Args:
            partition: What it is.
            refusal: What the API said.
        """
        self.skipped.add(partition, refusal)
