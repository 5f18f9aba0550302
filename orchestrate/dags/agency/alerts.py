"""Tells people what went wrong: a task that failed for good, and a run that is late.

Airflow 3 has no SLAs: a deadline of the DAG takes their place. Both alerts go to the log. Where the environment of the
workers has AIRFLOW_CONN_CALLGEAR_ALERTS, a connection whose password is the address of a webhook, they go to that too,
in the form that Slack takes. What is called for a deadline may not ask for a connection from anywhere else.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowSecretsBackendAccessDenied

if TYPE_CHECKING:
    from airflow.sdk import Context

WEBHOOK = "callgear_alerts"
_SECONDS = 10

_logger = logging.getLogger(__name__)


def failed(context: Context) -> None:
    """Tell of a task that failed and is not tried again."""
    task = context["ti"]
    part = f"[{task.map_index}]" if task.map_index >= 0 else ""
    send(f"{task.dag_id}: {task.task_id}{part} failed after {task.try_number} tries, run {task.run_id}")


def late(context: dict[str, Any]) -> None:
    """Tell of a run that is not done by its deadline."""
    run = context["dag_run"]
    send(f"{run['dag_id']}: run {run['dag_run_id']} is late")


def send(text: str) -> None:
    """Send a text to where alerts go."""
    _logger.error("%s", text)
    try:
        address = Connection.get(WEBHOOK).password
    except (AirflowNotFoundException, AirflowSecretsBackendAccessDenied):
        return
    body = json.dumps({"text": text}).encode()
    request = Request(address, data=body, headers={"Content-Type": "application/json"})  # noqa: S310 - the user's own
    with urlopen(request, timeout=_SECONDS):  # noqa: S310 - the user's own
        pass
