"""From the columns of a report to the properties of a stream, and from a row of the one to a row of the other."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tap_callgear.customers import USER_ID
from tap_callgear.extraction import values
from tap_callgear.extraction.key_fillers import fill_in, fillers_of
from tap_callgear.extraction.records import repaired_row
from tap_callgear.reports.columns import form_of
from tap_callgear.reports.forms import INTEGER_SCHEMA, PAIR, STRING_SCHEMA, scalar_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tap_callgear.report_types import ReportType
    from tap_callgear.reports.forms import Form

Json = dict[str, Any]

ROW_NUMBER: Final = "row_number"
"""The property that tells rows of one second apart, where no column does."""

UNEXPECTED: Final = "unexpected_values"
"""The property that keeps what is of no expected form."""

IDENTITY: Final = "row_identity"
"""What tells rows apart while they are read, where no column does; no record has it."""

_OWN: Final = (ROW_NUMBER, UNEXPECTED, IDENTITY, USER_ID)

_NUMBER_SAYS = "Tells rows of the same second apart; counted anew whenever that second is read."
_UNEXPECTED_SAYS = (
    "Values that are not of the expected form, by column and just as they came, as JSON text. Null as a rule."
)

_HASH_BYTES = 12

_json = msgspec.json.Encoder(decimal_format="number")
_in_order = msgspec.json.Encoder(decimal_format="number", order="deterministic")


class Layout:
    """The properties of the stream of one report.

    Attributes:
        cursor: The property that holds a record's time, and the column that it is read from.
        is_numbered: Whether rows of one second are told apart by numbers.
        primary_keys: The properties of the key.
        row_keys: The properties that tell rows apart while they are read.
        key_columns: The columns that these are read from; all that is surely asked for, beside the time.
        schema: The schema of the stream.
        row_schema: The schema of a row as it is read.
    """

    def __init__(self, kind: ReportType, columns: Mapping[str, str], *, description: str, is_numbered: bool) -> None:
        """Choose the names, and write the schema.

        Args:
            kind: The type of the report.
            columns: The columns that there are, each with what people call it.
            description: What is said of the stream.
            is_numbered: Whether rows of one second are told apart by numbers, since no columns do.
        """
        forms = {column: form_of(column) for column in ({kind.cursor: ""} | dict(columns))}
        names = property_names(forms)
        self._places = {column: (form.read, names[column]) for column, form in forms.items()}
        self._column_of = {name: column for column, own in names.items() for name in own}
        identity = tuple(column for column in kind.identity if column in forms)
        keys = tuple(names[column][-1 if forms[column] is PAIR else 0] for column in identity)
        self._identity = identity
        self.cursor = kind.cursor
        self.is_numbered = is_numbered
        self.key_columns = () if is_numbered else identity
        self.primary_keys = (kind.cursor, ROW_NUMBER) if is_numbered else keys
        self.row_keys = (IDENTITY,) if is_numbered else keys
        properties = {
            name: _declared(form.properties[ending], says, columns.get(column, column), column)
            for column, form in forms.items()
            for name, ending, says in zip(names[column], form.properties, form.says, strict=True)
        }
        if is_numbered:
            properties[ROW_NUMBER] = {**INTEGER_SCHEMA, "description": _NUMBER_SAYS}
        properties[UNEXPECTED] = {**STRING_SCHEMA, "description": _UNEXPECTED_SAYS}
        required = tuple(dict.fromkeys((*self.primary_keys, kind.cursor)))
        for name in required:
            properties[name] = {**properties[name], "type": [properties[name]["type"][0]]}
        self.schema: Json = {
            "type": "object",
            "description": description,
            "properties": properties,
            "required": list(required),
        }
        self.row_schema: Json = {**self.schema, "properties": {**properties, IDENTITY: {"type": ["string"]}}}
        # A part of several may be missing; a key of one part that is missing would be that of other rows as well.
        parts = [name for name in self.row_keys if name != kind.cursor]
        self._fillers = fillers_of(properties, parts if len(parts) > 1 else ())

    def columns_of(self, properties: Iterable[str]) -> list[str]:
        """Return the columns to ask for, to have some properties.

        Args:
            properties: The properties that are wanted.
        """
        columns = (self._column_of.get(name) for name in properties)
        return list(dict.fromkeys([*(column for column in columns if column), *self._identity]))

    def properties_of(self, columns: Iterable[str]) -> list[str]:
        """Return the properties that come of some columns."""
        return [name for column in columns if column in self._places for name in self._places[column][1]]

    def reshape(self, row: msgspec.Raw) -> msgspec.Raw:
        """Return a row of the API as a row of the stream's properties.

        Args:
            row: The row as JSON text.

        Returns:
            The row, in which every value is of its declared type; times are still those of the account.

        Raises:
            msgspec.DecodeError: The row is not an object.
        """
        try:
            told = values.parse(row)
        except UnicodeDecodeError:
            told = values.parse(repaired_row(row))
        parts: Json = {}
        unexpected: Json = {}
        for column, value in told.items():
            if value is None:
                continue  # as what does not come at all
            if column not in self._places:
                unexpected[column] = value
                continue
            read, names = self._places[column]
            read_parts, is_whole = read(value)
            parts.update(zip(names, read_parts, strict=True))
            if not is_whole:
                unexpected[column] = value
        parts[UNEXPECTED] = scalar_text(unexpected)
        fill_in(parts, self._fillers)
        if self.is_numbered:
            parts[IDENTITY] = self._identity_of(told, parts)
        return msgspec.Raw(_json.encode(parts))

    def _identity_of(self, told: Json, parts: Json) -> str:
        """Return what no other row has, but for one that is the same in all columns."""
        named = (scalar_text(told.get(column)) or "" for column in self._identity)
        content = hashlib.blake2b(_in_order.encode(parts), digest_size=_HASH_BYTES).hexdigest()
        return " ".join((*named, content))


def property_names(forms: Mapping[str, Form]) -> dict[str, tuple[str, ...]]:
    """Name the properties of columns, no two alike, whatever letters are capital.

    Args:
        forms: The forms of the columns.

    Returns:
        The names by column. A column is called what it is; what more comes of it makes way for columns of that name.
    """
    taken = {name.casefold() for name in _OWN}
    own = {column: _free((column,), taken) for column in forms}
    return {
        column: tuple(
            _free((f"{own[column]}{ending}", f"{own[column]}_value{ending}"), taken) if ending else own[column]
            for ending in form.properties
        )
        for column, form in forms.items()
    }


def _free(names: Sequence[str], taken: set[str]) -> str:
    name = next((each for each in names if each.casefold() not in taken), names[-1])
    while name.casefold() in taken:
        name += "_"
    taken.add(name.casefold())
    return name


def _declared(schema: Json, says: str, label: str, column: str) -> Json:
    """Return a schema with a description."""
    told = label if not label or label == column else f"{label} ({column})"
    return {**schema, "description": f"{told or column}{f', {says}' if says else ''}."}
