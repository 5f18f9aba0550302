"""Oddities that real replies show beside what the documentation says."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from callgear_sandbox.data.chance import Lots
from callgear_sandbox.data.fixtures import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callgear_sandbox.encoding import Json

_NAMES: Final = TABLES["quirks"][0]
"""Which fields show which oddity."""

_UNKNOWN: Final = (("visitor_device", "glasses"), ("channel", "telepathy"), ("visitor_type", "Not filled in"))
_SPELT_AS_DECLARED: Final[Mapping[str, str]] = MappingProxyType({})


class Quirks:
    """Spoils rows, each in its own way, without changing what they mean."""

    def __init__(self, seed: int) -> None:
        """Draw from lots of its own."""
        self._lots = Lots(seed, "quirks")

    def spoil(self, number: int, row: Json, spelling: Mapping[str, str] = _SPELT_AS_DECLARED) -> Json:
        """Return a row with the oddities that its number draws, and perhaps another spelling of names."""
        lot = self._lots[number]
        odd = {
            **row,
            **{name: str(row[name]) for name in _NAMES["as_text"] if lot & 1 and row.get(name) is not None},
            **{name: int(str(row[name])) for name in _NAMES["as_number"] if lot & 1 and str(row.get(name)).isdecimal()},
            **{name: "" for name in _NAMES["empty_dates"] if lot & 2 and row.get(name, "") is None},
            **{name: None for name in _NAMES["null_collections"] if lot & 4 and not row.get(name, True)},
            **{name: value for name, value in _UNKNOWN if lot & 56 == 0 and name in row},
        }
        if lot & 64:
            odd["undeclared_field"] = {"since": "yesterday", "values": [1, None]}
        _respell_tags(odd, lot >> 8)
        _respell_banner(odd, lot >> 10)
        _respell_hits(odd, lot >> 12)
        _respell_duration(odd, lot >> 16)
        return {spelling.get(name, name): value for name, value in odd.items()} if lot & 128 else odd


def _respell_tags(row: Json, lot: int) -> None:
    tags = cast("list[Json] | None", row.get("tags"))
    if not tags or lot & 1:
        return
    respelled = [{**tag, "undeclared_colour": "#00aa88"} for tag in tags]
    for tag in respelled:
        if "tag_employee_full_name" in tag:
            tag["tag_employee_full"] = tag.pop("tag_employee_full_name")
        tag["tag_id"] = str(tag["tag_id"])
    row["tags"] = respelled


def _respell_banner(row: Json, lot: int) -> None:
    data = cast("Json | None", row.get("integrated_campaign_data"))
    if not data or lot & 1:
        return
    respelled = dict(data)
    respelled["banner_id"] = int(cast("str", respelled.pop("current_banner_id")))
    row["integrated_campaign_data"] = respelled


def _respell_hits(row: Json, lot: int) -> None:
    hits = cast("list[Json] | None", row.get("hits"))
    if hits and len(hits) == 1 and lot & 1:
        row["hits"] = hits[0]
    if "hits" in row and lot & 6 == 0:
        row["hist"] = row.pop("hits")


def _respell_duration(row: Json, lot: int) -> None:
    if "duration" in row and lot & 7 == 0:
        seconds = int(cast("int | str", row["duration"]))
        row["duration"] = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
