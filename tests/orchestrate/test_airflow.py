"""The DAGs of `orchestrate/` on a real Airflow: nothing is lost, doubled or read from the start, whatever is killed.

The tests go on from each other: a history is read, then the hours after it, then the news.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.meltano_project import system_folder
from tests.support import STREAMS, key_of, play
from tests.warehouse.helpers import analyst
from tests.warehouse.postgres_server import HOST, OWNER, binaries, postgres

from .cluster import WORKERS, cluster
from .processes import kill_tree, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox
    from tests.support import Json
    from tests.warehouse.helpers import Ask

    from .cluster import Cluster

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(900)]

CUSTOMERS = tuple(range(1001, 1025))
GROUPS = 3
KEY = "a-key-that-nobody-may-see-0123456789"
PASSWORD = "a-password-that-nobody-may-see-9876543210"  # noqa: S105 - of the test's own server, which takes any
NEWS = timedelta(days=2)
SLOW, TOO_SLOW = 0.4, 5.0
"""Seconds a reply, in which the 48 requests take five seconds, and a minute: more than the task may take."""

LOOKBACK = timedelta(days=1)
HALF = 36
"""Of the 48 requests of a part: two streams of 24 customers."""
IN_FLIGHT = 8
"""Requests whose rows may not have come to the loader yet: 4 at a time, and those read ahead."""

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


class Webhook(ThreadingHTTPServer):
    """Where alerts go."""

    def __init__(self) -> None:
        """Listen on a free port."""
        super().__init__((HOST, 0), _Receiver)
        self.texts: list[str] = []


class _Receiver(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        self.server.texts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
        self.send_response(HTTPStatus.NO_CONTENT)
        self.end_headers()

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    """Take in alerts."""
    with Webhook() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def airflow(
    port: int, sandbox: Sandbox, webhook: Webhook, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """Return a running Airflow that knows the agent's key, the warehouse and Meltano's own database."""
    system = system_folder(tmp_path_factory.mktemp("meltano"))
    alerts = f"http://{HOST}:{webhook.server_port}"
    with cluster(tmp_path_factory.mktemp("airflow"), port, system, alerts) as running:
        extra = f'{{"timezone": "UTC", "start_date": "{month(1)}"}}'
        running.connect("callgear", host=sandbox.url, password=KEY, extra=extra)
        server = {"host": HOST, "port": port, "login": OWNER, "password": PASSWORD}
        for name, database in (("callgear_warehouse", "warehouse"), ("callgear_state", "meltano")):
            running.connect(name, schema=database, **server)
        running.ask("POST", "variables", key="callgear_groups", value=str(GROUPS))
        running.ask("POST", "pools", name="callgear", slots=2)
        yield running


@pytest.fixture
def ask(port: int, airflow: Cluster) -> Iterator[Ask]:
    """Return a way to ask the warehouse."""
    address = f"host={HOST} port={port} user={OWNER} dbname=warehouse"
    with analyst(
        "target-postgres", "tests.warehouse.postgres_client", address, log=airflow.folder / "client"
    ) as asking:
        yield asking


def of_database(program: str, port: int, *arguments: str) -> str:
    """Run a client of Airflow's own database, and return what it prints."""
    where = (f"--host={HOST}", f"--port={port}", f"--username={OWNER}")
    command = [str(binaries() / program), *where, *arguments, "airflow"]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60)  # noqa: S603 - its own
    return done.stdout


def asked(sandbox: Sandbox) -> Asked:
    """Return what was asked of the reports since the requests were last cleared: stream, customer and start."""
    return Counter(
        (str(request.method).removeprefix("get.").removesuffix("_report"), user, start)
        for request in list(sandbox.requests)
        if (start := str(request.params.get("date_from", ""))) and (user := int(str(request.params["user_id"])))
    )


def tries(tasks: list[Json]) -> list[int]:
    """Return how often each part was tried."""
    return sorted(task["try_number"] for task in tasks if task["task_id"] == "read")


def assert_loaded(ask: Ask, sandbox: Sandbox, end: date = date.max) -> None:
    """Assert that the warehouse holds every row that a single run from the same first day would read, once."""
    start, until = (datetime(day.year, day.month, day.day, tzinfo=timezone.utc) for day in (month(3), end))
    for stream in STREAMS:
        rows = ask(f"SELECT * FROM callgear.{stream}")  # noqa: S608 - a name of ours
        assert Counter((row["user_id"], key_of(stream, row)) for row in rows) == Counter(
            (user, key)
            for user in CUSTOMERS
            for key, instant in sandbox.instants(stream, user).items()
            if start <= instant < until
        )


def test_a_history_whose_task_is_killed_goes_on_where_it_was(airflow: Cluster, sandbox: Sandbox, ask: Ask) -> None:
    sandbox.options = replace(sandbox.options, latency=SLOW)
    airflow.unpause("callgear_history")
    run = airflow.trigger("callgear_history", start_date=f"{month(3)}", end_date=f"{month(1)}", months=1)

    def of_the_second_part() -> Asked:
        # A window begins a second early, since it is not known whether its ends are counted in.
        return Counter(one for one in asked(sandbox) if one[2] > f"{month(2) - timedelta(days=1)}")

    airflow.wait_for(lambda: len(of_the_second_part()) >= HALF, "the second part is not read", pause=0.1)
    (task,) = (task for task in airflow.tasks("callgear_history", run) if task["state"] == "running")
    os.kill(task["pid"], signal.SIGKILL)
    airflow.wait_for(lambda: tries(airflow.tasks("callgear_history", run))[-1] > 1, "it is not tried again")
    before = of_the_second_part()
    sandbox.requests.clear()
    sandbox.options = replace(sandbox.options, latency=0)
    assert tries(airflow.wait_for_run("callgear_history", run)) == [1, 2]
    again = before.keys() & asked(sandbox).keys()
    assert len(again) <= IN_FLIGHT < HALF, "all else goes on from the state"
    assert_loaded(ask, sandbox, month(1))


def test_the_hours_after_it_are_read_by_groups_when_they_are_due(airflow: Cluster, sandbox: Sandbox, ask: Ask) -> None:
    sandbox.requests.clear()
    airflow.unpause("callgear_hourly")
    (run,) = airflow.wait_for(lambda: airflow.runs("callgear_hourly"), "nothing is scheduled")
    assert run.startswith("scheduled")
    tasks = airflow.wait_for_run("callgear_hourly", run)
    airflow.pause("callgear_hourly")  # an hour may be over
    assert tries(tasks) == [1] * GROUPS
    names = {task["rendered_map_index"] for task in tasks} - {None}
    assert names == {f"group-{number}-of-{GROUPS}" for number in range(GROUPS)}
    assert set(asked(sandbox).values()) == {1}
    assert_loaded(ask, sandbox)


def test_a_task_that_takes_too_long_is_ended_and_goes_on_where_it_was(
    airflow: Cluster, sandbox: Sandbox, ask: Ask
) -> None:
    sandbox.requests.clear()
    sandbox.options = replace(sandbox.options, latency=TOO_SLOW)
    airflow.unpause("callgear_impatient")
    run = airflow.trigger("callgear_impatient", user_ids=[*CUSTOMERS])
    airflow.wait_for(lambda: tries(airflow.tasks("callgear_impatient", run))[-1] > 1, "it is not tried again")
    before = asked(sandbox)
    sandbox.requests.clear()
    sandbox.options = replace(sandbox.options, latency=0)
    assert tries(airflow.wait_for_run("callgear_impatient", run)) == [2]
    again = before.keys() & asked(sandbox).keys()
    assert before
    assert len(again) <= IN_FLIGHT, "all else goes on from the state"
    assert_loaded(ask, sandbox)


def test_a_run_reads_the_news_alone_though_a_worker_dies_and_people_are_told_what_is_late_or_fails(
    airflow: Cluster, sandbox: Sandbox, webhook: Webhook, port: int, ask: Ask
) -> None:
    def of_this_hour() -> list[str]:
        hour = f"scheduled__{datetime.now(timezone.utc):%Y-%m-%dT%H}"
        return [run for run in airflow.runs("callgear_hourly") if run.startswith(hour)]

    airflow.unpause("callgear_hourly")
    airflow.wait_for_run("callgear_hourly", airflow.wait_for(of_this_hour, "nothing is scheduled")[0])
    known = {(stream, user): max(sandbox.instants(stream, user).values()) for stream in STREAMS for user in CUSTOMERS}
    sandbox.now = None
    sandbox.requests.clear()
    sandbox.options = replace(sandbox.options, latency=TOO_SLOW)
    run = airflow.trigger("callgear_hourly")

    def workers_at_work() -> list[int]:
        running = {task["pid"] for task in airflow.tasks("callgear_hourly", run) if task["state"] == "running"}
        return [pid for name in WORKERS if running & tree_of(pid := airflow.processes[name].pid)]

    airflow.wait_for(lambda: asked(sandbox), "nothing is read", pause=0.1)
    kill_tree(airflow.wait_for(workers_at_work, "no worker is at work")[0])
    sandbox.options = replace(sandbox.options, latency=0)

    of_database("psql", port, "--command=UPDATE deadline SET deadline_time = now() - interval '1 minute'")
    airflow.ask("POST", "variables", key="callgear_customers", value="no list")
    airflow.unpause("callgear_weekly")

    tasks = airflow.wait_for_run("callgear_hourly", run)
    assert 1 < tries(tasks)[-1] <= 3
    for (stream, user, start), count in asked(sandbox).items():
        since = known[stream, user] - LOOKBACK - timedelta(seconds=2)
        assert datetime.fromisoformat(start).replace(tzinfo=timezone.utc) >= since
        assert count <= 2
    assert_loaded(ask, sandbox)
    airflow.wait_for(lambda: f"callgear_hourly: run {run} is late" in webhook.texts, "nobody is told what is late")
    airflow.wait_for(
        lambda: [text for text in webhook.texts if text.startswith("callgear_weekly: groups failed after 4 tries")],
        "nobody is told what failed",
    )


def test_both_workers_worked_and_no_secret_is_in_a_log_or_a_rendered_template(airflow: Cluster, port: int) -> None:
    files = {path: path.read_bytes() for path in airflow.folder.rglob("*") if path.is_file()}
    for name in WORKERS:
        assert b"task_id='read'" in files[airflow.folder / f"{name}.output"]
    kept = of_database("pg_dump", port)
    assert f"group-0-of-{GROUPS}" in kept, "templates are kept there"
    assert any(b"Run completed" in content for content in files.values()), "what Meltano says is in the log"
    for secret in (KEY, PASSWORD):
        assert secret not in kept
        assert [path for path, content in files.items() if secret.encode() in content] == []
