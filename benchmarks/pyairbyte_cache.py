"""Reads streams of a source into a DuckDB file with PyAirbyte, in its environment: python pyairbyte_cache.py ORDERS.

ORDERS is a JSON file: `cache` names the DuckDB file, and `sources` holds for each stream the executable and settings.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import airbyte as ab


def main() -> None:
    """Read every stream."""
    orders = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with ab.DuckDBCache(db_path=orders["cache"]) as cache:
        for stream, order in orders["sources"].items():
            source = ab.get_source(
                f"source-{stream}", local_executable=order["executable"], config=order["config"], streams=[stream]
            )
            source.read(cache=cache, force_full_refresh=True)


if __name__ == "__main__":
    main()
