"""The low-code source as PyAirbyte runs it: an executable that notes what each of its runs takes.

    python low_code_source.py CATALOG USAGE spec|check|discover|read ...

What it can do without reading comes from the CATALOG, an Airbyte catalog of streams; reading is `low_code.py`'s.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

_KILOBYTE = 1024


def main() -> None:
    """Answer, and note what it took."""
    catalog, usage, command, *options = sys.argv[1:]
    streams = json.loads(Path(catalog).read_text(encoding="utf-8"))["streams"]
    answers = {
        "spec": {"type": "SPEC", "spec": {"connectionSpecification": {"type": "object", "properties": {}}}},
        "check": {"type": "CONNECTION_STATUS", "connectionStatus": {"status": "SUCCEEDED"}},
        "discover": {"type": "CATALOG", "catalog": {"streams": streams}},
    }
    if command in answers:
        print(json.dumps(answers[command]))
        return
    reader = [sys.executable, str(Path(__file__).with_name("low_code.py")), command, *options]
    ended = subprocess.run(reader, check=False)
    took = resource.getrusage(resource.RUSAGE_CHILDREN)
    note = {"cpu": took.ru_utime + took.ru_stime, "megabytes": took.ru_maxrss / _KILOBYTE}
    with Path(usage).open("a", encoding="utf-8") as notes:
        notes.write(json.dumps(note) + "\n")
    sys.exit(ended.returncode)


if __name__ == "__main__":
    main()
