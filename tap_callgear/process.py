"""What both faces do with the process that they run in: signals that end a run cleanly, a garbage collector at rest."""

from __future__ import annotations

import gc
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    from tap_callgear.api.clock import SystemClock

EXIT_BY_SIGNAL = 128
"""What is added to a signal's number for the exit code of a run that it ended."""


def stop_on_signals(clock: SystemClock) -> None:
    """End the run at the next safe place on SIGINT or SIGTERM; a second signal ends it at once.

    Args:
        clock: What knows the safe places.
    """

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the interpreter's signature
        signal.signal(number, signal.SIG_DFL)
        clock.stop(number)

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)


def spare_the_garbage_collector() -> None:
    """Let it look less often, and not at what was imported: records are many, short-lived and hold no cycles."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
