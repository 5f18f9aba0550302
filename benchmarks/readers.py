"""Who reads into the loaders: the tap as messages and as files, and what the two kits make of the same streams."""

from __future__ import annotations

import json
import shlex
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import servers
from destinations import program
from measuring import PYTHON, ROOT
from piping import ENVIRONMENT

STREAMS = ("communications", "visitor_sessions")

TAP, FILES, STOCK, LOW_CODE = "tap-callgear", "tap-callgear, files", "stock SDK tap", "Airbyte low-code"

_HERE = Path(__file__).parent
_COMMANDS = {
    TAP: (PYTHON, "-m", "tap_callgear"),
    FILES: (PYTHON, "-m", "tap_callgear"),
    STOCK: (PYTHON, str(_HERE / "stock_tap.py")),
}
_BATCH = 100_000


def singer(name: str, url: str, folder: Path) -> list[str]:
    """Write the files that a Singer tap reads both streams by.

    Args:
        name: Which tap.
        url: The address of the server.
        folder: Where to write them.

    Returns:
        The command that reads.
    """
    config = _config(url)
    if name == FILES:
        encoding, storage = {"format": "jsonl", "compression": "gzip"}, {"root": str(folder / "files")}
        config["batch_config"] = {"encoding": encoding, "storage": storage, "batch_size": _BATCH}
    entries = _declared()
    for entry in entries:
        for node in entry["metadata"]:
            node["metadata"]["selected"] = True
    options = {"config": config, "catalog": {"streams": entries}}
    written = {kind: _written(folder / f"{kind}.json", content) for kind, content in options.items()}
    return [*_COMMANDS[name], *(word for kind, path in written.items() for word in (f"--{kind}", path))]


def pyairbyte(url: str, folder: Path) -> tuple[list[str], Path, Path]:
    """Write what PyAirbyte reads both streams by, from the low-code source into a DuckDB file.

    Args:
        url: The address of the server.
        folder: Where to write it.

    Returns:
        The command that reads and loads; the file to which the source notes what it took; and the database.
    """
    usage, database = folder / "usage", folder / "cache.duckdb"
    sources = {}
    for entry in _declared():
        stream = {
            "name": entry["stream"],
            "json_schema": entry["schema"],
            "supported_sync_modes": ["full_refresh"],
            "source_defined_primary_key": [[name] for name in entry["key_properties"]],
        }
        catalog = _written(folder / f"{entry['stream']}.json", {"streams": [stream]})
        words = (program("airbyte-cdk", "python"), str(_HERE / "low_code_source.py"), catalog, str(usage))
        executable = folder / f"source-{entry['stream']}"
        executable.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
        executable.chmod(0o755)
        config = {**_config(url), "fields": list(entry["schema"]["properties"])}
        sources[entry["stream"]] = {"executable": str(executable), "config": config}
    orders = _written(folder / "orders.json", {"cache": str(database), "sources": sources})
    return [program("pyairbyte", "python"), str(_HERE / "pyairbyte_cache.py"), orders], usage, database


def _config(url: str) -> dict[str, Any]:
    return {
        "access_token": "sandbox-key-1234567890",
        "api_url": url,
        "start_date": servers.FROM,
        "end_date": servers.END,
    }


def _declared() -> list[dict[str, Any]]:
    """Return what the tap declares of both streams."""
    entries = json.loads(_discovered())["streams"]
    return [entry for entry in entries if entry["stream"] in STREAMS]


@cache
def _discovered() -> bytes:
    command = [*_COMMANDS[TAP], "--discover"]
    return subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT, env=ENVIRONMENT, check=True).stdout


def _written(path: Path, content: object) -> str:
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)
