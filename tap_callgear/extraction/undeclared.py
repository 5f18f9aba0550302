"""Fields that the schema does not name: what they stand for where that is known, and a warning where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

_MOST_NAMES = 30
"""Undeclared fields of a stream that are named in warnings; with more of them, their names are likely data."""

_LONGEST_NAME = 60
"""Letters of such a name that are shown."""


class UndeclaredFields:
    """Remembers the undeclared fields that were met, by the path of the object that holds them."""

    def __init__(self, aliases: Mapping[str, str] | None = None, warn: Callable[[str], None] | None = None) -> None:
        """Have met none.

        Args:
            aliases: Names that the API is documented to use by mistake, with the declared names they stand for.
            warn: Takes a line for people, once a field.
        """
        self._aliases = aliases or {}
        self._warn = warn or (lambda _: None)
        self._names: dict[str, dict[str, str | None]] = {}
        self._warned: set[str] = set()
        self._unnamed: set[str] = set()

    def met(self, path: str) -> Mapping[str, str | None]:
        """Return the names that an object was met with, each with the declared name it stands for, if any."""
        return self._names.get(path, {})

    def are_countless(self, path: str) -> bool:
        """Whether an object holds so many, or such odd, undeclared names that they are dropped without a look."""
        return path in self._unnamed

    def aliases(self, declared: Container[str]) -> Iterable[tuple[str, str]]:
        """Yield the other names of an object's declared properties, each with the name it stands for."""
        return ((name, right) for name, right in self._aliases.items() if right in declared and name not in declared)

    def right_path(self, path: str) -> str:
        """Return the path of a property by its declared names."""
        return ".".join(self._aliases.get(name, name) for name in path.split("."))

    def sort_out(self, path: str, names: Iterable[str], declared: Container[str]) -> bool:
        """Learn the names that an object holds beside those that are wanted of it.

        Args:
            path: The path of the object.
            names: The names.
            declared: Those that the schema has.

        Returns:
            Whether any was not met before.
        """
        known = self._names.setdefault(path, {})
        fresh = [name for name in names if name not in known] if path not in self._unnamed else []
        for name in fresh:
            right = self._aliases.get(name)
            known[name] = right = right if right is not None and right in declared else None
            if name not in declared and right is None:
                self._warn_of(path, name)
        return bool(fresh)

    def _warn_of(self, path: str, name: str) -> None:
        if len(self._warned) == _MOST_NAMES or not is_plain(name):
            self._unnamed.add(path)
        where = path + shown(name)
        if len(self._warned) < _MOST_NAMES and where not in self._warned:
            self._warned.add(where)
            more = "; so is every other such field, without a word" if len(self._warned) == _MOST_NAMES else ""
            self._warn(f"The API sends a field that is not declared; it is left out{more}: {where}")


def is_plain(name: str) -> bool:
    """Whether a compiled type can have a field of that name."""
    return not any(letter in '"\\' or letter < " " for letter in name)


def shown(name: str) -> str:
    """Return a name as it is fit to be shown: in one line, and not too long."""
    name = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."
    return name if name and name.isprintable() else repr(name)
