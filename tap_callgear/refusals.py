"""What becomes of a run where the account does not let some of its streams be read."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tap_callgear.api.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk.helpers.types import Context

    from tap_callgear.api.errors import MethodRefused
    from tap_callgear.streams.base import ApiStream


class Refusals:
    """Holds the streams that were skipped: an account seldom has every product."""

    def __init__(self, logger: logging.Logger) -> None:
        """Start with none."""
        self._logger = logger
        self._refusals: dict[str, MethodRefused] = {}

    def add(self, stream: ApiStream, context: Context | None, refusal: MethodRefused) -> None:
        """Take in that a stream is skipped, and warn of it; once is enough for all customers of an agent.

        Args:
            stream: The stream.
            context: The partition, where there are any.
            refusal: What the API said.
        """
        level = logging.INFO if stream.name in self._refusals else logging.WARNING
        self._refusals.setdefault(stream.name, refusal)
        product = f" It needs: {stream.product}." if stream.product else ""
        self._logger.log(level, "The stream %s is skipped. %s%s", stream.label(context), refusal, product)

    def judge(self, selected: Sequence[str], *, are_named: bool) -> None:
        """Decide in the end whether the run did what it was to do.

        Args:
            selected: The streams that were to be read.
            are_named: Whether somebody asked for them by name.

        Raises:
            ConfigurationError: A stream was skipped that somebody asked for, or nothing could be read.
        """
        skipped = ", ".join(self._refusals)
        if self._refusals and self._refusals.keys() >= set(selected):
            first = next(iter(self._refusals.values()))
            text = f"No stream can be read: {skipped}. {first}"
            raise ConfigurationError(text)
        if self._refusals and are_named:
            text = f"Not all that the catalog asks for was read: deselect {skipped}, or do as the warnings above say."
            raise ConfigurationError(text)
