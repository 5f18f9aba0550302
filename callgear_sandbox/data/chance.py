"""Chance without state: the same number and purpose always draw the same lot."""

from __future__ import annotations

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15


def mix(number: int) -> int:
    """Scatter a number over 64 bits (the finalizer of SplitMix64)."""
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _MASK
    return number ^ (number >> 31)


class Lots:
    """The lots of one purpose.

    Drawing is a pure function of seed, purpose and number, so that a row can be told without
    having told the rows before it.
    """

    __slots__ = ("_base",)

    def __init__(self, seed: int, purpose: str) -> None:
        """Derive a sequence of its own for the purpose."""
        base = mix((seed * _STEP) & _MASK)
        for character in purpose.encode():
            base = mix((base + character * _STEP) & _MASK)
        self._base = base

    def __getitem__(self, number: int) -> int:
        """Return the 64 bits drawn for a number."""
        return mix((self._base + number * _STEP) & _MASK)
