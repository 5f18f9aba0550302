"""Reads all customers every hour, every night and every week: a task for each group of customers.

meltano.yml says what each rhythm reads. As many groups are read side by side as the pool of the key has slots.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from airflow.sdk import DAG, DeadlineAlert, DeadlineReference, SyncCallback, task

from agency.alerts import failed, late
from agency.customers import KEYS, customers_of, group_count
from agency.meltano import MeltanoOperator
from agency.parts import Part, groups_of

RHYTHMS = {
    "hourly": ("0 * * * *", timedelta(minutes=50)),
    "nightly": ("20 2 * * *", timedelta(hours=3)),
    "weekly": ("40 4 * * 0", timedelta(hours=12)),
}
"""When each begins, and how long it may take."""


@task
def groups(key: str) -> list[Part]:
    """Divide the customers into groups."""
    return groups_of(customers_of(key), group_count())


def declare(key: str, rhythm: str, schedule: str, patience: timedelta) -> None:
    """Declare the DAG of a key and a rhythm."""
    with DAG(
        f"{key}_{rhythm}",
        schedule=schedule,
        start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
        catchup=False,
        max_active_runs=1,
        tags=["callgear"],
        default_args={
            "pool": key,
            "retries": 3,
            "execution_timeout": patience,
            "on_failure_callback": failed,
        },
        deadline=DeadlineAlert(DeadlineReference.DAGRUN_QUEUED_AT, patience, SyncCallback(late)),
        doc_md=__doc__,
    ):
        MeltanoOperator.partial(
            task_id="read", key=key, tap=f"tap-callgear--{rhythm}", map_index_template="{{ task.suffix }}"
        ).expand_kwargs(groups(key))


for each in KEYS:
    for name, (when, at_most) in RHYTHMS.items():
        declare(each, name, when, at_most)
