"""Names that users write, beside the names that there are."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def named_with_nearest(names: Iterable[str], known: Iterable[str]) -> str:
    """Name what is not known, each with the name that was probably meant.

    Args:
        names: The names that are not known.
        known: The names that are.

    Returns:
        A text such as `user_id (did you mean user_ids?), colour`.
    """
    by_letters = {_letters(name): name for name in known}
    told = []
    for name in names:
        near = difflib.get_close_matches(_letters(name), by_letters, n=1, cutoff=0.75)
        told.append(f"{name} (did you mean {by_letters[near[0]]}?)" if near else name)
    return ", ".join(told)


def _letters(name: str) -> str:
    """Return a name without what spellings differ in: case, underscores, hyphens."""
    return "".join(letter for letter in name.lower() if letter.isalnum())
