"""Run the tap as ``tap-callgear`` or ``python -m tap_callgear``."""

from __future__ import annotations

from tap_callgear.process import import_undisturbed


def main() -> None:
    """Import the tap and run it."""
    import_undisturbed()
    from tap_callgear.cli import main as run  # noqa: PLC0415 - what is to be imported undisturbed

    run()


if __name__ == "__main__":
    main()
