"""What the command line asks of a tap beside a sync: a test of the settings, and an estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_callgear.api.errors import MethodRefused
from tap_callgear.extraction.estimate import describe

if TYPE_CHECKING:
    from tap_callgear.extraction.estimate import Estimate
    from tap_callgear.tap import TapCallGear


def test(tap: TapCallGear) -> None:
    """Read a record of each stream that a run without a catalog would read.

    Args:
        tap: The tap.
    """
    tap.run_sync_dry_run(streams=[stream for stream in tap.streams.values() if stream.selected])


def estimate(tap: TapCallGear) -> str:
    """Say how many records and points the selected streams will take; reads a row every 89 days.

    Args:
        tap: The tap.

    Returns:
        A table for people.
    """
    estimates: list[Estimate] = []
    for stream in (stream for stream in tap.api_streams if stream.selected):
        try:
            estimates += [stream.estimate(context) for context in stream.contexts]
        except MethodRefused as refusal:
            tap.skip(stream, None, refusal)
    return describe(estimates, tap.connect().points.limits())
