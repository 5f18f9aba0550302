"""Who is measured: each reads one stream of the same API, with settings of its own form."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from low_code import manifest
from measuring import DAYS, UNTIL

from tap_callgear.streams.communications import Communications
from tap_callgear.streams.visitor_sessions import VisitorSessions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_callgear.streams.base import ReportStream

Json = dict[str, Any]

STREAMS: dict[str, type[ReportStream]] = {"communications": Communications, "visitor_sessions": VisitorSessions}
PAGE = 10_000

_HERE = Path(__file__).parent
_LOW_CODE = _HERE.parent / ".venvs" / "airbyte-cdk" / "bin" / "source-declarative-manifest"
_FROM = f"{int(UNTIL[:4]) - 1}{UNTIL[4:]}"
_KEY = "sandbox-key-1234567890"
assert DAYS == 365, "the range that is read is the year of the data"  # noqa: PLR2004, S101


@dataclass(frozen=True)
class Subject:
    """Somebody who reads.

    Attributes:
        name: What the tables call it.
        prepare: Writes its files into a folder, and gives the command that reads a stream from an address.
    """

    name: str
    prepare: Callable[[Path, str, str, Json], Sequence[str]]


def _written(path: Path, content: object) -> str:
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def _settings(url: str, more: Json) -> Json:
    return {"access_token": _KEY, "api_url": url, "start_date": _FROM, "end_date": UNTIL, **more}


def _singer(*tap: str) -> Callable[[Path, str, str, Json], Sequence[str]]:
    def prepare(folder: Path, url: str, stream: str, more: Json) -> Sequence[str]:
        config = _written(folder / "config.json", _settings(url, more))
        told = subprocess.run([*tap, "--config", config, "--discover"], capture_output=True, check=True).stdout
        catalog = json.loads(told)
        for entry in catalog["streams"]:
            for part in entry["metadata"]:
                part["metadata"]["selected"] = entry["stream"] == stream
        return [*tap, "--config", config, "--catalog", _written(folder / "catalog.json", catalog)]

    return prepare


def _airbyte(*source: str) -> Callable[[Path, str, str, Json], Sequence[str]]:
    def prepare(folder: Path, url: str, stream: str, more: Json) -> Sequence[str]:
        return [*source, "read", *_airbyte_files(folder, url, stream, more)]

    return prepare


def _low_code(folder: Path, url: str, stream: str, more: Json) -> Sequence[str]:
    path = _written(folder / "manifest.yaml", manifest(STREAMS, PAGE))
    return [str(_LOW_CODE), "read", "--manifest-path", path, *_airbyte_files(folder, url, stream, more)]


def _airbyte_files(folder: Path, url: str, stream: str, more: Json) -> Sequence[str]:
    wanted = {"name": stream, "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
    configured = {"stream": wanted, "sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}
    config = _written(folder / "config.json", _settings(url, more))
    catalog = _written(folder / "catalog.json", {"streams": [configured]})
    return ["--config", config, "--catalog", catalog]


TAP = Subject("tap-callgear", _singer(sys.executable, "-m", "tap_callgear"))
SOURCE = Subject("source-callgear", _airbyte(sys.executable, "-m", "tap_callgear.airbyte"))
STOCK = Subject("stock SDK tap", _singer(sys.executable, str(_HERE / "stock_tap.py")))
LOW_CODE = Subject("Airbyte low-code", _low_code)
