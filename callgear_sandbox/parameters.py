"""The parameters of a method: which there are, which must be there, and of what type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from callgear_sandbox.errors import (
    DATA_TYPE_ERROR,
    INVALID_PARAMETER_VALUE,
    REQUIRED_PARAMETER_MISSED,
    UNEXPECTED_PARAMETERS,
    ApiError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from callgear_sandbox.encoding import Json

Kind = Literal["number", "string", "boolean", "array", "object", "iso8601"]

_FITS: Final[Mapping[Kind, Callable[[object], bool]]] = {
    "number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "iso8601": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


@dataclass(frozen=True)
class Parameter:
    """A parameter that a method takes."""

    name: str
    kind: Kind
    required: bool = False


ACCESS_TOKEN: Final = Parameter("access_token", "string", required=True)
USER_ID: Final = Parameter("user_id", "number")
DATES: Final = (
    Parameter("date_from", "iso8601", required=True),
    Parameter("date_till", "iso8601", required=True),
)


def check(params: Json, parameters: Iterable[Parameter], refused: Collection[str] = ()) -> None:
    """Refuse parameters that are unknown, missing or of another type, and those that are to be refused."""
    declared = {parameter.name: parameter for parameter in parameters}
    for name, value in params.items():
        if name not in declared or name in refused:
            raise ApiError(UNEXPECTED_PARAMETERS, "Unexpected method parameter(s)", field=name)
        check_type(declared[name], value)
    for parameter in declared.values():
        if parameter.required and parameter.name not in params:
            raise missed(parameter)


def check_type(parameter: Parameter, value: object) -> None:
    """Refuse a value of another type; null is no value of any type."""
    if not _FITS[parameter.kind](value):
        raise ApiError(
            DATA_TYPE_ERROR,
            f"The parameter must be of type {parameter.kind}",
            field=parameter.name,
            value=value,
        )


def missed(parameter: Parameter) -> ApiError:
    """Return the error of a parameter that must be there."""
    return ApiError(REQUIRED_PARAMETER_MISSED, "The required parameter has been missed", field=parameter.name)


def invalid(value: object, reason: str, *, field: str) -> ApiError:
    """Return the error of a value that is of the right type, and yet wrong."""
    return ApiError(
        INVALID_PARAMETER_VALUE,
        f"Invalid parameter value: {reason}",
        field=field,
        value=value,
    )
