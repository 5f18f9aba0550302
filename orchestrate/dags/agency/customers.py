"""Who is read: the keys, and the customers of each."""

from __future__ import annotations

import json

from airflow.sdk import Variable

from agency.meltano import records_of

KEYS = ("callgear",)
"""The connections that hold the keys. Each has a pool of the same name, so that its points are not fought over."""

_GROUPS = 8


def customers_of(key: str) -> list[int]:
    """Return the ids of the customers: those of the variable KEY_customers, or else all that the agent has.

    Args:
        key: The connection that holds the agent's key.
    """
    # Left to deserialize it, Airflow takes what is no JSON for absent.
    if (listed := Variable.get(f"{key}_customers", default=None)) is not None:
        customers: list[int] = json.loads(listed)
        return customers
    return [user["id"] for user in records_of("tap-callgear--customers", key)]


def group_count() -> int:
    """Return how many groups the customers are divided into: the variable callgear_groups."""
    return int(Variable.get("callgear_groups", default=_GROUPS))
