"""Run the source as ``source-callgear`` or ``python -m tap_callgear.airbyte``."""

from __future__ import annotations

from tap_callgear.process import import_undisturbed


def main() -> None:
    """Import the source and run it."""
    import_undisturbed()
    from tap_callgear.airbyte.cli import main as run  # noqa: PLC0415 - what is to be imported undisturbed

    run()


if __name__ == "__main__":
    main()
