"""Maps exceptions to Airbyte failure types, with the line that the Singer face shows, too."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tap_callgear.api.errors import (
    ApiError,
    CallGearError,
    ConfigurationError,
    IntervalTooLong,
    PointsSpent,
    RowsMissing,
    TransientError,
)

if TYPE_CHECKING:
    from tap_callgear.api.redaction import Secrets

FailureType = Literal["config_error", "transient_error", "system_error"]

_BY_SETTINGS = frozenset({"invalid_parameter_value", "data_type_error", "parameter_component_disabled"})
"""Refusals of the API whose remedy is a setting or a deselected field."""

_UNKNOWN = "The source failed in a way that it does not know; please report this message with its stack trace."


@dataclass(frozen=True)
class Failure:
    """A failure as Airbyte wants it told.

    Attributes:
        failure_type: Who can fix it: config_error the user, transient_error time alone, system_error the tap's authors.
        message: One line for people.
        internal_message: What the code calls it.
        stack_trace: Where it happened, for our own faults only.
    """

    failure_type: FailureType
    message: str
    internal_message: str
    stack_trace: str | None = None


def failure_of(error: Exception, secrets: Secrets) -> Failure:
    """Tell what an exception means.

    Args:
        error: The exception.
        secrets: What none of the texts may show.

    Returns:
        The failure, with every secret masked.
    """
    kind = type(error).__name__
    if isinstance(error, CallGearError):
        internal = f"{kind}: {error.mnemonic}" if isinstance(error, ApiError) else kind
        return Failure(_type_of(error), _shown(str(error), secrets), _shown(internal, secrets))
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return Failure("system_error", _UNKNOWN, _shown(f"{kind}: {error}", secrets), _shown(trace, secrets))


def _shown(text: str, secrets: Secrets) -> str:
    """Return a text without secrets, and without the half characters that a file's name may hold and JSON may not."""
    return secrets.hide(text).encode("utf-8", "replace").decode("utf-8")


def _type_of(error: CallGearError) -> FailureType:
    if isinstance(error, (ConfigurationError, IntervalTooLong)):
        return "config_error"
    if isinstance(error, (TransientError, PointsSpent, RowsMissing)):
        return "transient_error"
    if isinstance(error, ApiError) and error.mnemonic in _BY_SETTINGS:
        return "config_error"
    return "system_error"
