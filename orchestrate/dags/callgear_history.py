"""Reads a history once, when somebody starts it: a task for each span of time, one after another.

The hourly DAG reads what follows: let the `start_date` of the connection be the `end_date` that is given here.
"""

from __future__ import annotations

from datetime import date, timedelta

from airflow.sdk import DAG, Param, get_current_context, task

from agency.alerts import failed
from agency.customers import KEYS, customers_of
from agency.meltano import MeltanoOperator
from agency.parts import Part, spans_of


@task
def spans(key: str) -> list[Part]:
    """Divide the time between the first and the last day; every part reads all customers."""
    params = get_current_context()["params"]
    start, end = (date.fromisoformat(params[name]) for name in ("start_date", "end_date"))
    return spans_of(start, end, params["months"], customers_of(key))


def declare(key: str) -> None:
    """Declare the DAG of a key. Lists have no history, so it is the core alone."""
    with DAG(
        f"{key}_history",
        schedule=None,
        max_active_runs=1,
        tags=["callgear"],
        params={
            "start_date": Param("2024-01-01", type="string", format="date", description="The first day."),
            "end_date": Param("2026-01-01", type="string", format="date", description="The day after the last."),
            "months": Param(12, type="integer", minimum=1, description="How much each task reads."),
        },
        default_args={
            "pool": key,
            "retries": 3,
            "execution_timeout": timedelta(hours=12),
            "on_failure_callback": failed,
        },
        doc_md=__doc__,
    ):
        MeltanoOperator.partial(
            task_id="read",
            key=key,
            tap="tap-callgear--hourly",
            map_index_template="{{ task.suffix }}",
            max_active_tis_per_dagrun=1,
        ).expand_kwargs(spans(key))


for each in KEYS:
    declare(each)
