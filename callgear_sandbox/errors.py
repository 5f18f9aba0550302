"""The errors of the Data API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from callgear_sandbox.encoding import Json
    from callgear_sandbox.options import NamedIn

PARSE_ERROR: Final = "parse_error"
INVALID_REQUEST: Final = "invalid_request"
METHOD_NOT_FOUND: Final = "method_not_found"
BATCH_OPERATIONS_NOT_SUPPORTED: Final = "batch_operations_not_supported"
NOTIFICATIONS_NOT_SUPPORTED: Final = "notifications_not_supported"
KEY_EXPIRED: Final = "access_token_expired"
KEY_INVALID: Final = "access_token_invalid"
KEY_BLOCKED: Final = "access_token_blocked"
AUTH_ERROR: Final = "auth_error"
IP_NOT_WHITELISTED: Final = "ip_not_whitelisted"
FORBIDDEN: Final = "forbidden"
METHOD_COMPONENT_DISABLED: Final = "method_component_disabled"
PARAMETER_COMPONENT_DISABLED: Final = "parameter_component_disabled"
LIMIT_EXCEEDED: Final = "limit_exceeded"
INTERNAL_ERROR: Final = "internal_error"
UNEXPECTED_PARAMETERS: Final = "unexpected_parameters"
REQUIRED_PARAMETER_MISSED: Final = "required_parameter_missed"
INVALID_PARAMETER_VALUE: Final = "invalid_parameter_value"
DATA_TYPE_ERROR: Final = "data_type_error"
SORT_PROHIBITED: Final = "sort_prohibited"
FILTER_PROHIBITED: Final = "filter_prohibited"
DATE_INTERVAL_LIMIT_REACHED: Final = "date_interval_limit_reached"

METHOD_REFUSALS: Final = (METHOD_COMPONENT_DISABLED, FORBIDDEN, METHOD_NOT_FOUND)
"""What an account answers to a method that it does not have."""

_CODES: Final = {
    PARSE_ERROR: -32700,
    INVALID_REQUEST: -32600,
    METHOD_NOT_FOUND: -32601,
    BATCH_OPERATIONS_NOT_SUPPORTED: -32099,
    NOTIFICATIONS_NOT_SUPPORTED: -32099,
    KEY_EXPIRED: -32001,
    KEY_INVALID: -32001,
    KEY_BLOCKED: -32001,
    AUTH_ERROR: -32001,
    IP_NOT_WHITELISTED: -32003,
    FORBIDDEN: -32003,
    METHOD_COMPONENT_DISABLED: -32008,
    PARAMETER_COMPONENT_DISABLED: -32008,
    LIMIT_EXCEEDED: -32029,
    INTERNAL_ERROR: -32603,
}
_INVALID_PARAMETERS: Final = -32602
"""The code of every other error: something is wrong with a parameter."""


class ApiError(Exception):
    """A refusal, by its mnemonic."""

    def __init__(
        self,
        mnemonic: str,
        message: str,
        *,
        field: str | None = None,
        value: object = None,
        among: Sequence[object] | None = None,
        params: Json | None = None,
    ) -> None:
        """Name the culprit.

        Args:
            mnemonic: What kind of refusal this is.
            message: The same for people; it does not name the culprit.
            field: The parameter that is refused.
            value: Its value, or the one item of it that is refused.
            among: All items of the parameter, where one of them is refused.
            params: The message's variables.
        """
        super().__init__(message)
        self.mnemonic = mnemonic
        self._field = field
        self._value = value
        self._among = among
        self._params = params or {}

    def as_json(self, metadata: Json | None, named_in: NamedIn = "value") -> Json:
        """Return the error as it stands in a reply."""
        message = str(self)
        field, value = self._field, self._value
        if named_in == "list" and self._among is not None:
            value = self._among
        elif named_in == "message" and field is not None:
            message = f"{message}: {field if self._among is None else value}"
        if named_in in {"message", "nowhere"}:
            field = value = None
        told = {} if metadata is None else {"metadata": metadata}
        return {
            "code": _CODES.get(self.mnemonic, _INVALID_PARAMETERS),
            "message": message,
            "data": {
                "mnemonic": self.mnemonic,
                "field": field,
                "value": value,
                "params": self._params,
                "extended_helper": None,
                **told,
            },
        }
