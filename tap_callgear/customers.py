"""Tells what a refusal says of an agent's customer: whether it is the customer's own, and how much it bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_callgear.api.errors import ApiError, ConfigurationError, InternalError, MethodRefused, SessionEnded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk.helpers.types import Context

USER_ID = "user_id"
"""The parameter, and the property of every record, that names a customer."""

_OF_THE_KEY = frozenset({"access_token_blocked", "auth_error"})
"""Refusals that every customer would get, beside those of a key that is expired or unknown."""

_OF_THE_CUSTOMER = frozenset({"ip_not_whitelisted", "account_inactive"})
"""Refusals that a customer gets whatever is asked for: its account and its list of addresses are its own."""

_MOST_NAMED = 10


class ZoneUnknown(ConfigurationError):
    """The API does not tell the zone of an account."""


def context_of(customer: int | None) -> Context | None:
    """Return the context of a customer; None for the account itself."""
    return None if customer is None else {USER_ID: customer}


def customer_of(context: Context | None) -> int | None:
    """Return the customer that a partition is of; None where the account is the key's own."""
    return context.get(USER_ID) if context else None


def is_customers_own(error: Exception) -> bool:
    """Whether an error that came while a customer was asked for says nothing of other customers."""
    if isinstance(error, ApiError):
        return not isinstance(error, SessionEnded) and error.mnemonic not in _OF_THE_KEY
    return isinstance(error, (ZoneUnknown, InternalError))


def can_do_without(customer: int | None, error: Exception) -> bool:
    """Whether something else may be read after an error, so that it need not end the run.

    Args:
        customer: The customer that was asked for; None for the account itself.
        error: The error.
    """
    return isinstance(error, MethodRefused) if customer is None else is_customers_own(error)


def bars_customer(customer: int, error: Exception) -> bool:
    """Whether a refusal holds for all that could be asked of a customer.

    Args:
        customer: The customer that was asked for.
        error: What came of it.
    """
    if not isinstance(error, ApiError):
        return False
    reply = error.reply
    is_of_id = customer == reply.value or any(USER_ID in said for said in (reply.field, reply.message))
    return error.mnemonic in _OF_THE_CUSTOMER or is_of_id


def named(customers: Sequence[int]) -> str:
    """Return the customers' ids for people, the first few of many."""
    some = ", ".join(map(str, customers[:_MOST_NAMED]))
    rest = len(customers) - _MOST_NAMED
    return f"{some} and {rest:,} more" if rest > 0 else some
