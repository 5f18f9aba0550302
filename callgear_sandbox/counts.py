"""Counts that replies tell, and what a sandbox may be told to say instead of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callgear_sandbox.encoding import Json


def told_total(total: int, wish: str) -> object:
    """Return `total_items` as the option of that name wishes it.

    Raises:
        ValueError: If the wish is none of those that are known.
    """
    if wish in {"right", "absent"}:
        return total
    if wish == "text":
        return str(total)
    if wish.startswith("="):
        return _verbatim(wish[1:])
    return max(0, total + int(wish))


def told_limits(limits: Json, wishes: Mapping[str, str]) -> Json:
    """Return `limits`, some of them replaced by other JSON, or by nothing."""
    told = {name: value for name, value in limits.items() if name not in wishes}
    return told | {name: _verbatim(wish) for name, wish in wishes.items() if wish}


def _verbatim(written: str) -> msgspec.Raw:
    """Return JSON that is sent as it is written, be it true to the standard or not."""
    return msgspec.Raw(written.encode())
