"""Build the models of transform/ in a DuckDB file, and write the analyses as plain SQL.

`bash scripts/try` runs it in the environment of dbt. What the tests of the models have found goes to stderr, in words;
what dbt has to say besides goes to stdout.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dbt.cli.main import dbtRunner

if TYPE_CHECKING:
    from dbt_common.events.base_types import EventMsg

PROJECT = Path(__file__).resolve().parent.parent / "transform"


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Build the models in a DuckDB file.")
    parser.add_argument("database", type=Path)
    parser.add_argument("folder", type=Path, help="where dbt may write")
    parser.add_argument("--zone", default="UTC", help="the account's time zone")
    parser.add_argument("--streams", nargs="+", required=True, help="the streams whose tables are there")
    return parser.parse_args()


def tell_finding(event: EventMsg) -> None:
    """Say on stderr what a test has found; macros/tell_failures.sql words it."""
    if event.info.name == "JinjaLogInfo":
        print(event.info.msg.strip(), file=sys.stderr)


def main() -> None:
    """Build, test, and write the analyses."""
    arguments = parse_arguments()
    os.environ["DBT_DUCKDB_PATH"] = str(arguments.database)
    variables = {"callgear_timezone": arguments.zone, "callgear_streams": arguments.streams}
    options = [
        f"--project-dir={PROJECT}",
        f"--profiles-dir={PROJECT}",
        f"--target-path={arguments.folder}",
        f"--log-path={arguments.folder}",
        f"--vars={json.dumps(variables)}",
        "--no-use-colors",
        "--no-write-json",  # nobody reads it, and it takes a fifth of the time
    ]
    parsed = dbtRunner().invoke(["parse", *options])
    built = parsed.success and dbtRunner(parsed.result, callbacks=[tell_finding]).invoke(["build", *options]).success
    analyses = ["compile", "--select", "resource_type:analysis", *options]
    written = parsed.success and dbtRunner(parsed.result).invoke(analyses).success
    sys.exit(0 if built and written else 1)


if __name__ == "__main__":
    main()
