"""What the documentation says of every method of the API: the only source of what the sandbox takes and tells.

`methods.json` holds it as data, a method an entry. `fields` and `parameters` are in the words of the documentation:
the type, then what the field is good for (`sort`, `filter`), whether it comes where no fields are asked for
(`default`), and the values that are named. What is inside an array or an object stands below it, under a name with a
dot. One field is there that only live replies are known to hold: `hold_duration` of the calls. The rest:

- `name`: what the rows are called here.
- `key`: what tells one row from another; `date` and `site_id` where only the request knows them.
- `time`: the field that `date_from` and `date_till` are about. A method that takes them and has none counts, and its
  rows stand for the whole window.
- `access`: who may call, where that is not both clients and agents.
- `shape`: how the result is drawn, where that is not data with metadata.
- `interval_days`: the longest window, where that is less than of other methods.
- `instead_of_dates`: parameters without which a window must be given, and with which it need not be.
- `report_type`: what is documented are columns, out of which people choose those of their own reports.
- `examples_say`: names of fields, and what the examples of the documentation call them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import msgspec

from callgear_sandbox.parameters import ACCESS_TOKEN, Kind, Parameter
from callgear_sandbox.queries import Columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from callgear_sandbox.question import Shape

_ABILITIES: Final = ("sort", "filter", "default")


@dataclass(frozen=True)
class Field:
    """What the documentation says of a field."""

    kind: str
    abilities: frozenset[str]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Documented:
    """What the documentation says of a method."""

    method: str
    name: str
    key: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    fields: Mapping[str, Field]
    time: str | None = None
    access: Literal["client", "agent", "both"] = "both"
    shape: Shape = "data"
    interval_days: int | None = None
    instead_of_dates: frozenset[str] = frozenset()
    report_type: str | None = None
    examples_say: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> Columns:
        """Return what can be asked about the fields."""
        default, sortable, filterable = map(self._able_to, ("default", "sort", "filter"))
        return Columns(self.inner(), default, sortable, filterable, self.time)

    def takes(self, name: str) -> bool:
        """Whether the method has a parameter."""
        return any(parameter.name == name for parameter in self.parameters)

    def inner(self, outer: str = "") -> tuple[str, ...]:
        """Return the names of the fields inside another one; without it, those of the row."""
        path = f"{outer}." if outer else ""
        found = (name.removeprefix(path) for name in self.fields if name.startswith(path))
        return tuple(name for name in found if "." not in name)

    def _able_to(self, ability: str) -> frozenset[str]:
        return frozenset(name for name in self.inner() if ability in self.fields[name].abilities)


def _field(text: str) -> Field:
    """Read one line, such as `enum sort filter: active, inactive`."""
    words, _, values = text.partition(": ")
    abilities = frozenset(words.split()).intersection(_ABILITIES)
    kind = " ".join(word for word in words.split() if word not in abilities)
    return Field(kind, abilities, tuple(values.split(", ")) if values else ())


def _parameter(name: str, text: str) -> Parameter:
    kind, _, required = text.partition(" ")
    return Parameter(name, cast("Kind", kind), required == "required")


def _read() -> Iterator[Documented]:
    methods: dict[str, dict[str, Any]] = msgspec.json.decode(files(__package__).joinpath("methods.json").read_bytes())
    for method, said in methods.items():
        yield Documented(
            method=method,
            name=said["name"],
            key=tuple(said["key"]),
            parameters=(ACCESS_TOKEN, *(_parameter(*one) for one in said["parameters"].items())),
            fields={name: _field(text) for name, text in said["fields"].items()},
            time=said.get("time"),
            access=said.get("access", "both"),
            shape=said.get("shape", "data"),
            interval_days=said.get("interval_days"),
            instead_of_dates=frozenset(said.get("instead_of_dates", ())),
            report_type=said.get("report_type"),
            examples_say=said.get("examples_say", {}),
        )


DOCUMENTED: Final[Mapping[str, Documented]] = {one.method: one for one in _read()}
"""By the name of the method."""

NAMED: Final[Mapping[str, Documented]] = {one.name: one for one in DOCUMENTED.values()}
"""By the name of the rows."""
