"""What both faces do with the process that they run in: signals, the garbage collector, and what is logged at all."""

from __future__ import annotations

import gc
import logging
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from tap_callgear.api.clock import SystemClock

EXIT_BY_SIGNAL = 128
"""What is added to a signal's number for the exit code of a run that it ended."""


def import_undisturbed() -> None:
    """Have SIGINT end the process at once, and no garbage looked for among what is imported: none of it is."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()


def stop_on_signals(clock: SystemClock) -> None:
    """End the run at the next safe place on SIGINT, SIGTERM or SIGHUP; a second signal ends it at once.

    SIGHUP stays ignored where it is, as `nohup` has it.

    Args:
        clock: What knows the safe places.
    """

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the interpreter's signature
        signal.signal(number, signal.SIG_DFL)
        clock.stop(number)

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
    hang_up = getattr(signal, "SIGHUP", None)  # there is none on Windows
    if hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN:
        signal.signal(hang_up, handle)


def spare_the_garbage_collector() -> None:
    """Let it look less often, and not at what was imported: records are many, short-lived and hold no cycles."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@contextmanager
def warnings_held_back(is_needed: bool) -> Iterator[None]:  # noqa: FBT001 - the one thing it takes
    """Log nothing up to warnings here.

    Args:
        is_needed: Whether to do so.
    """
    if is_needed:
        logging.disable(logging.WARNING)
    try:
        yield
    finally:
        if is_needed:
            logging.disable(logging.NOTSET)
