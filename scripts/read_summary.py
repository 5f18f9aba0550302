"""Turn what the tap said at the end of a run into variables of the models: python read_summary.py < LOG.

The models hold the tables against it: dbt build --vars "$(python read_summary.py < tap.log)". It needs only Python.
"""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

READ: Final = re.compile(
    r"tap-callgear\.(?P<stream>\w+)\b.*\bRead (?P<records>[\d,]+) records? .*, from (?P<first>\S+) to (?P<last>[^\s;]+)"
)
"""What is said of a stream; of a list, which has no times, it is not this."""


def summary_of(lines: Iterable[str]) -> dict[str, dict[str, object]]:
    """Return how many records of each stream were read, from when to when; customers of an agent are taken together."""
    told: dict[str, list[re.Match[str]]] = {}
    for found in filter(None, map(READ.search, lines)):
        told.setdefault(found["stream"], []).append(found)
    return {
        stream: {
            "records": sum(int(found["records"].replace(",", "")) for found in parts),
            "from": min(found["first"] for found in parts),
            "to": max(found["last"] for found in parts),
        }
        for stream, parts in told.items()
    }


def main() -> None:
    """Print the variables; a log that says nothing of what was read would have everything pass."""
    summary = summary_of(sys.stdin)
    if not summary:
        sys.exit("This log says of no report how many records were read: give the log of a run by hand, not Meltano's.")
    print(json.dumps({"callgear_summary": summary}))


if __name__ == "__main__":
    main()
