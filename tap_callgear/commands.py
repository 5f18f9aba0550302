"""What the command line asks of a tap beside a sync: a test of the settings, and an estimate."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from tap_callgear.api.errors import CallGearError, ConfigurationError
from tap_callgear.check import check
from tap_callgear.forecast import forecast

if TYPE_CHECKING:
    from tap_callgear.tap import TapCallGear


def test(tap: TapCallGear) -> None:
    """Say whether the settings work, by reading a record of each selected stream.

    A terminal is told in words alone. Elsewhere the records are written for programs, and the log holds the words.

    Args:
        tap: The tap.

    Raises:
        CallGearError: The settings do not work.
    """
    if not tap.selected_streams:
        text = "Nothing can be tested: the catalog selects no stream."
        raise ConfigurationError(text)
    say = click.echo if (is_for_people := sys.stdout.isatty()) else tap.logger.info
    findings = check(tap.selected_streams, tap.connect(), tap.skipped)
    if not is_for_people:
        for stream, records in findings.samples.items():
            stream.write_sample(records)
    try:
        tap.raise_if_required()
    except CallGearError:
        if findings.samples:
            say(f"Some of it works: {findings}")
        raise
    say(f"The settings work: {findings}")


def estimate(tap: TapCallGear) -> str:
    """Say how many records and points the selected streams will take.

    Args:
        tap: The tap.

    Returns:
        A table for people.
    """
    return forecast(tap.selected_streams, tap.connect())
