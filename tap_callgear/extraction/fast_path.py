"""The fast path: rows as documented by one compiled type, others by a wider one that learns from what was met."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import msgspec

from tap_callgear.extraction.typed_rows import Widths, place_of
from tap_callgear.extraction.undeclared import UndeclaredFields

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from tap_callgear.extraction.typed_rows import TypedRows

    Compile: TypeAlias = Callable[[UndeclaredFields, Widths], TypedRows]

_LONGEST_STREAK = 8
"""Odd rows one after another, from which on the look for a documented one is no longer put off."""


class FastPath:
    """Builds records by compiled types.

    Where most rows are as documented, an odd one costs a look in vain. Where they are odd one after another, that look
    is put off ever longer.
    """

    def __init__(
        self, undeclared: UndeclaredFields, compile_rows: Callable[[UndeclaredFields, Widths], TypedRows]
    ) -> None:
        """Compile nothing yet.

        Args:
            undeclared: Knows which fields that are not declared were met.
            compile_rows: Compiles the types, with such fields and with fields so wide.
        """
        self._undeclared = undeclared
        self._compile_rows = compile_rows
        self._widths = Widths()
        # Requests under way may have a field left out, and the types compiled anew, while rows are read.
        self._lock = threading.Lock()
        self._documented: TypedRows | None = None
        self._learned: TypedRows | None = None
        self._streak = 0
        self._rows_to_pass = 0

    def read(self, row: msgspec.Raw, time: str) -> msgspec.Struct:
        """Build the record of a row.

        Args:
            row: The row as JSON text.
            time: The record's time, in the one form that leaves the tap.

        Returns:
            The record.

        Raises:
            msgspec.ValidationError: The row does not fit; `learn` makes the next one of its kind fit.
            UnicodeDecodeError: The row is not in whole Unicode.
        """
        if self._rows_to_pass:
            self._rows_to_pass -= 1
        else:
            try:
                record = (self._documented or self._compile()).read(row, time)
            except msgspec.ValidationError:
                if self._learned is self._documented:
                    raise
                self._streak = min(self._streak + 1, _LONGEST_STREAK)
                self._rows_to_pass = 2**self._streak - 2
            else:
                self._streak = 0
                return record
        return (self._learned or self._compile_learned()).read(row, time)

    def learn(self, misfit: msgspec.ValidationError | None, *, has_new_fields: bool) -> None:
        """Expect what was met.

        Args:
            misfit: What does not fit in a row, if it was tried.
            has_new_fields: Whether the row has undeclared fields that none had before.
        """
        place = place_of(misfit) if misfit is not None else None
        if not has_new_fields and place is not None:
            self._widths.widen(self._undeclared.right_path(place))
        if has_new_fields or place is not None:
            self._compile_learned()

    def reset(self) -> None:
        """Compile the types anew before the next row is read, since other properties are wanted."""
        with self._lock:
            self._documented = self._learned = None
            self._rows_to_pass = 0

    def _compile(self) -> TypedRows:
        with self._lock:
            self._documented = documented = self._compile_rows(UndeclaredFields(), Widths())
            self._learned = self._learned or documented
            return documented

    def _compile_learned(self) -> TypedRows:
        with self._lock:
            self._learned = learned = self._compile_rows(self._undeclared, self._widths)
            return learned
