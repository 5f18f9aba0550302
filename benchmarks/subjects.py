"""Who is measured: the tap's two faces, and what the two kits make of the same streams by themselves."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import measuring
import servers

if TYPE_CHECKING:
    from collections.abc import Sequence

_HERE = Path(__file__).parent
_KEY = "sandbox-key-1234567890"

TAP = "tap-callgear"
SOURCE = "source-callgear"
STOCK = "stock SDK tap"
LOW_CODE = "Airbyte low-code"
_PYTHON_OF_LOW_CODE = str(measuring.ROOT / ".venvs" / "airbyte-cdk" / "bin" / "python")

STREAMS = ("communications", "visitor_sessions")


@dataclass(frozen=True)
class Subject:
    """A command that reads one stream.

    Attributes:
        command: The command, less its files.
        is_airbyte: Whether it speaks Airbyte's protocol, else Singer's.
    """

    command: tuple[str, ...]
    is_airbyte: bool = False


SUBJECTS = {
    TAP: Subject((measuring.PYTHON, "-m", "tap_callgear")),
    SOURCE: Subject((measuring.PYTHON, "-m", "tap_callgear.airbyte"), is_airbyte=True),
    STOCK: Subject((measuring.PYTHON, str(_HERE / "stock_tap.py"))),
    LOW_CODE: Subject((_PYTHON_OF_LOW_CODE, str(_HERE / "low_code.py")), is_airbyte=True),
}


def prepare(name: str, folder: Path, url: str, stream: str, **settings: object) -> list[str]:
    """Write the files that a subject reads a stream by.

    Args:
        name: The subject's name.
        folder: Where to write them.
        url: The address of the server.
        stream: The stream.
        settings: More settings.

    Returns:
        The command that reads the stream.
    """
    subject = SUBJECTS[name]
    declared = _declared(stream)
    config: dict[str, Any] = {
        "access_token": _KEY,
        "api_url": url,
        "start_date": servers.FROM,
        "end_date": servers.END,
        **settings,
    }
    if name == LOW_CODE:
        config["fields"] = list(declared["schema"]["properties"])
    if name == SOURCE:
        config["credentials"] = {"auth_type": "access_token", "access_token": config.pop("access_token")}
    catalog = _configured(declared) if subject.is_airbyte else _selected(declared)
    files = {"config": config, "catalog": catalog}
    for kind, content in files.items():
        _write(folder / f"{kind}.json", content)
    verb = ["read"] if subject.is_airbyte else []
    return [*subject.command, *verb, *(word for kind in files for word in (f"--{kind}", str(folder / f"{kind}.json")))]


def requests_of(run: measuring.Run) -> int:
    """Return how many requests the tap says that a stream took."""
    return int(run.log.split(" Read ")[1].split()[3])


def _declared(stream: str) -> dict[str, Any]:
    """Return what the tap declares of a stream."""
    entries: Sequence[dict[str, Any]] = json.loads(_discovered())["streams"]
    return next(entry for entry in entries if entry["stream"] == stream)


@cache
def _discovered() -> bytes:
    return subprocess.run([*SUBJECTS[TAP].command, "--discover"], capture_output=True, check=True).stdout


def _selected(declared: dict[str, Any]) -> dict[str, Any]:
    """Return a Singer catalog in which all of a stream is selected."""
    for node in declared["metadata"]:
        node["metadata"]["selected"] = True
    return {"streams": [declared]}


def _configured(declared: dict[str, Any]) -> dict[str, Any]:
    """Return an Airbyte catalog that reads all of a stream."""
    stream = {
        "name": declared["stream"],
        "json_schema": declared["schema"],
        "supported_sync_modes": ["full_refresh"],
        "source_defined_primary_key": [[name] for name in declared["key_properties"]],
    }
    return {"streams": [{"stream": stream, "sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}]}


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")
