"""A task that is ended before it is done, beside the DAGs of `orchestrate/`, whose tasks may take an hour or more."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG

from agency.meltano import MeltanoOperator

with DAG("callgear_impatient", schedule=None, params={"user_ids": []}):
    MeltanoOperator(
        task_id="read",
        key="callgear",
        tap="tap-callgear--hourly",
        suffix="impatient",
        settings={"user_ids": "{{ params.user_ids }}"},
        execution_timeout=timedelta(seconds=40),
        retries=1,
    )
