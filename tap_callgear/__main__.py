"""Run the tap as ``tap-callgear`` or ``python -m tap_callgear``."""

from __future__ import annotations

import gc
import signal


def main() -> None:
    """Import the tap with the garbage collector at rest, since nothing of that is garbage, and run it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the run can be ended in a better way
    gc.disable()
    from tap_callgear.cli import main as run  # noqa: PLC0415 - what is to be imported at rest

    run()


if __name__ == "__main__":
    main()
