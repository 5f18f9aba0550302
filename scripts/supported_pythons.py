"""Print the Python versions of the package's classifiers, as an output of a workflow step."""

from __future__ import annotations

import json
import re
from pathlib import Path


def main() -> None:
    """Print one line such as `pythons=["3.10", "3.11"]`."""
    metadata = Path(__file__).parent.parent / "pyproject.toml"
    pythons = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', metadata.read_text())
    print(f"pythons={json.dumps(pythons)}")


if __name__ == "__main__":
    main()
