"""What a run takes from Airflow's connections: they are asked for on the worker, so no DAG holds them.

The connection of a key holds it as its password, or login and password; the API's address as its host; and other
settings of the tap as its extra. `callgear_warehouse` is the database to load into, and `callgear_state` the one
that Meltano keeps its state in.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk import Connection, Variable

if TYPE_CHECKING:
    from collections.abc import Mapping

WAREHOUSE = "callgear_warehouse"
STATE = "callgear_state"

_POSTGRES = 5432


def project() -> Path:
    """Return the folder of meltano.yml: that of the variable callgear_project, or the one that this file is part of."""
    return Path(Variable.get("callgear_project", default=str(Path(__file__).parents[3])))


def environment(key: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment of a run of Meltano.

    Args:
        key: The connection that holds the key.
        settings: Settings of the tap that are the run's own.
    """
    return {
        "MELTANO_ENVIRONMENT": "prod",
        **os.environ,
        **_variables("TAP_CALLGEAR", {**_tap(Connection.get(key)), **settings}),
        **_variables("TARGET_POSTGRES", _warehouse(Connection.get(WAREHOUSE))),
        "MELTANO_DATABASE_URI": _address(Connection.get(STATE)),
    }


def _variables(prefix: str, settings: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"{prefix}_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in settings.items()
        if value is not None
    }


def _tap(connection: Connection) -> dict[str, Any]:
    access = {"login": connection.login} if connection.login else {"access_token": connection.password}
    password = connection.password if connection.login else None
    return {**access, "password": password, "api_url": connection.host or None, **connection.extra_dejson}


def _warehouse(connection: Connection) -> dict[str, Any]:
    return {
        "host": connection.host,
        "port": connection.port or _POSTGRES,
        "user": connection.login,
        "password": connection.password,
        "database": connection.schema,
        **connection.extra_dejson,
    }


def _address(connection: Connection) -> str:
    user, password = (quote(part or "", safe="") for part in (connection.login, connection.password))
    place = f"{connection.host}:{connection.port or _POSTGRES}/{connection.schema}"
    return f"postgresql+psycopg://{user}:{password}@{place}"
