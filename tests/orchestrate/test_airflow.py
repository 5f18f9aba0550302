"""The DAGs of `orchestrate/` on a real Airflow: nothing is lost, doubled or read from the start, whatever is killed.

The tests go on from each other: a history is read, then the hours after it, then the news.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.meltano_project import system_folder
from tests.support import STREAMS, key_of, play
from tests.warehouse.chain import analyst
from tests.warehouse.postgres_server import HOST, OWNER, postgres

from .cluster import WORKERS, cluster
from .processes import kill_tree, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox
    from tests.support import Json
    from tests.warehouse.chain import Ask

    from .cluster import Cluster

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(400)]

CUSTOMERS = tuple(range(1001, 1025))
GROUPS = 4
KEY = "a-key-that-nobody-may-see-0123456789"
PASSWORD = "a-password-that-nobody-may-see-9876543210"  # noqa: S105 - of the test's own server, which takes any
NEWS = timedelta(days=2)
SLOW = 0.4

Asked = Counter[tuple[str, int, str]]


def month(ago: int) -> date:
    """Return the first day of a month, so many before this one."""
    today = datetime.now(timezone.utc).date()
    months = today.year * 12 + today.month - 1 - ago
    return date(months // 12, months % 12 + 1, 1)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return an agent with 24 customers, whose rows of the last two days are not there yet."""
    with play(rows=120, days=120, until=None, user_ids=CUSTOMERS, token=KEY) as sandbox:
        sandbox.now = datetime.now(timezone.utc) - NEWS
        yield sandbox


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Run the server of all databases."""
    with postgres(zone="UTC") as port:
        yield port


@pytest.fixture(scope="module")
def airflow(port: int, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return a running Airflow that knows the agent's key, the warehouse and Meltano's own database."""
    system = system_folder(tmp_path_factory.mktemp("meltano"))
    with cluster(tmp_path_factory.mktemp("airflow"), port, system) as running:
        extra = f'{{"timezone": "UTC", "start_date": "{month(1)}"}}'
        running.connect("callgear", host=sandbox.url, password=KEY, extra=extra)
        server = {"host": HOST, "port": port, "login": OWNER, "password": PASSWORD}
        for name, database in (("callgear_warehouse", "warehouse"), ("callgear_state", "meltano")):
            running.connect(name, schema=database, **server)
        running.ask("POST", "variables", key="callgear_groups", value=str(GROUPS))
        running.ask("POST", "pools", name="callgear", slots=4)
        yield running


@pytest.fixture(scope="module")
def ask(port: int, airflow: Cluster) -> Iterator[Ask]:
    """Return a way to ask the warehouse."""
    address = f"host={HOST} port={port} user={OWNER} dbname=warehouse"
    with analyst(
        "target-postgres", "tests.warehouse.postgres_client", address, log=airflow.folder / "client"
    ) as asking:
        yield asking


def asked(sandbox: Sandbox) -> Asked:
    """Return what was asked of the reports since the requests were last cleared: stream, customer and start."""
    return Counter(
        (str(request.method), int(str(request.params["user_id"])), str(request.params["date_from"]))
        for request in list(sandbox.requests)
        if "date_from" in request.params
    )


def tries(tasks: list[Json]) -> list[int]:
    """Return how often each part was tried."""
    return sorted(task["try_number"] for task in tasks if task["task_id"] == "read")


def assert_loaded(ask: Ask, sandbox: Sandbox, until: date | None = None) -> None:
    """Assert that the warehouse holds every row that a single run would read, once."""
    for stream in STREAMS:
        rows = ask(f"SELECT * FROM callgear.{stream}")  # noqa: S608 - a name of ours
        start, end = (
            datetime(day.year, day.month, day.day, tzinfo=timezone.utc) for day in (month(3), until or date.max)
        )
        there = Counter(
            (user, key)
            for user in CUSTOMERS
            for key, instant in sandbox.instants(stream, user).items()
            if start <= instant < end
        )
        assert Counter((row["user_id"], key_of(stream, row)) for row in rows) == there


def test_a_history_whose_task_is_killed_goes_on_where_it_was(airflow: Cluster, sandbox: Sandbox, ask: Ask) -> None:
    start, middle, end = month(3), month(2), month(1)
    sandbox.options = replace(sandbox.options, latency=SLOW)
    airflow.unpause("callgear_history")
    run = airflow.trigger("callgear_history", start_date=f"{start}", end_date=f"{end}", months=1)

    def half_of_the_second() -> bool:
        # A window begins a second early, since it is not known whether its ends are counted in.
        return sum(begin >= f"{middle - timedelta(days=1)}" for _, _, begin in asked(sandbox)) >= len(CUSTOMERS) + 12

    airflow.wait_for(half_of_the_second, "the second part is not read")
    (task,) = (task for task in airflow.tasks("callgear_history", run) if task["state"] == "running")
    os.kill(task["pid"], signal.SIGKILL)
    airflow.wait_for(lambda: tries(airflow.tasks("callgear_history", run))[-1] == 2, "it is not tried again")
    before = asked(sandbox)
    sandbox.requests.clear()
    sandbox.options = replace(sandbox.options, latency=0)
    tasks = airflow.wait_for_run("callgear_history", run)
    after = asked(sandbox)
    print(tries(tasks), len(before), len(after), len(before.keys() & after.keys()))
    assert_loaded(ask, sandbox, end)


def test_an_hourly_run(airflow: Cluster, sandbox: Sandbox, ask: Ask) -> None:
    sandbox.requests.clear()
    airflow.unpause("callgear_hourly")
    run = airflow.wait_for(lambda: airflow.runs("callgear_hourly"), "nothing is scheduled")[0]
    tasks = airflow.wait_for_run("callgear_hourly", run)
    print(tries(tasks), {task["hostname"] for task in tasks}, [task["rendered_map_index"] for task in tasks])
    assert_loaded(ask, sandbox)


def test_news(airflow: Cluster, sandbox: Sandbox, ask: Ask) -> None:
    sandbox.now = None
    sandbox.requests.clear()
    sandbox.options = replace(sandbox.options, latency=SLOW)
    run = airflow.trigger("callgear_hourly")

    def begun() -> bool:
        return sum(asked(sandbox).values()) > 6

    airflow.wait_for(begun, "nothing is read")
    workers = {name: airflow.processes[name].pid for name in WORKERS}
    running = {task["pid"] for task in airflow.tasks("callgear_hourly", run) if task["state"] == "running"}
    victim = next(name for name, pid in workers.items() if running & tree_of(pid))
    print(victim, running, {name: len(tree_of(pid)) for name, pid in workers.items()})
    kill_tree(workers[victim])
    sandbox.options = replace(sandbox.options, latency=0)
    tasks = airflow.wait_for_run("callgear_hourly", run)
    print(tries(tasks))
    print(sorted(asked(sandbox)))
    assert_loaded(ask, sandbox)
