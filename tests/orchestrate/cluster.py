"""Airflow as an agency runs it: API server, scheduler, DAG processor and two Celery workers, on free ports."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.documents import ROOT
from tests.warehouse.chain import program
from tests.warehouse.postgres_server import HOST, OWNER, binaries, free_port

from .processes import end_all, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.support import Json

DAGS = (ROOT / "orchestrate" / "dags", ROOT / "tests" / "orchestrate" / "dags")
"""Those of the project, and those of the tests."""

WORKERS = ("one", "two")
DATABASES = ("airflow", "meltano", "warehouse")

_WORKER = ("celery", "worker", "--concurrency", "2", "--skip-serve-logs")
_PATIENCE = 300.0
_BETWEEN_LOOKS = 1.0
"""Seconds; each look at a run takes Airflow's API a good part of a tenth."""


@dataclass
class Cluster:
    """A running Airflow.

    Attributes:
        folder: Its home.
        api: Address of its API.
        env: The environment of its processes.
        processes: Its parts, by what they are called.
    """

    folder: Path
    api: str
    env: Mapping[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _session: requests.Session = field(default_factory=requests.Session)

    def start(self, name: str, *arguments: str) -> None:
        """Start a part of it."""
        pid_file = self.folder / f"{name}.pid"
        command = [program("airflow", "airflow"), *arguments, "--pid", pid_file]
        self.processes[name] = start(map(str, command), self.env, self.folder / f"{name}.output")

    def airflow(self, *arguments: str) -> None:
        """Run a command of Airflow to its end."""
        with (self.folder / "commands.output").open("ab") as output:
            subprocess.run(  # noqa: S603 - Airflow itself
                [program("airflow", "airflow"), *arguments],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=_PATIENCE,
                check=True,
            )

    def ask(self, method: str, path: str, **body: object) -> Json:
        """Ask the API."""
        if "Authorization" not in self._session.headers:
            self._session.trust_env = False
            told = self._session.get(f"{self.api}/auth/token", timeout=30)
            self._session.headers["Authorization"] = f"Bearer {told.json()['access_token']}"
        reply = self._session.request(method, f"{self.api}/api/v2/{path}", json=body or None, timeout=30)
        assert reply.ok, reply.text
        answer: Json = reply.json() if reply.content else {}
        return answer

    def connect(self, name: str, **connection: object) -> None:
        """Tell Airflow of a connection."""
        self.ask("POST", "connections", connection_id=name, conn_type="generic", **connection)

    def unpause(self, dag: str) -> None:
        """Let a DAG run, as soon as it is known."""
        self.wait_for(lambda: self.ask("GET", f"dags?dag_id_pattern={dag}")["dags"], f"{dag} is not known")
        self.ask("PATCH", f"dags/{dag}", is_paused=False)

    def pause(self, dag: str) -> None:
        """Let a DAG run no more, whatever the time of day is."""
        self.ask("PATCH", f"dags/{dag}", is_paused=True)

    def runs(self, dag: str) -> list[str]:
        """Return the ids of the runs of a DAG, the first one first."""
        return [run["dag_run_id"] for run in self.ask("GET", f"dags/{dag}/dagRuns")["dag_runs"]]

    def trigger(self, dag: str, **conf: object) -> str:
        """Start a run of a DAG, and return its id."""
        run = self.ask("POST", f"dags/{dag}/dagRuns", logical_date=None, conf=conf)
        identifier: str = run["dag_run_id"]
        return identifier

    def tasks(self, dag: str, run: str) -> list[Json]:
        """Return what became of the tasks of a run so far."""
        tasks: list[Json] = self.ask("GET", f"dags/{dag}/dagRuns/{run}/taskInstances")["task_instances"]
        return tasks

    def is_listening(self) -> bool:
        """Whether the API answers."""
        try:
            return requests.get(f"{self.api}/api/v2/version", timeout=5).ok
        except requests.ConnectionError:
            return False

    def wait_for(self, what: Callable[[], Any], why: str, pause: float = _BETWEEN_LOOKS) -> Any:  # noqa: ANN401 - whatever is waited for
        """Wait until something is there, and return it; fail with the logs if it does not come."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if found := what():
                return found
            time.sleep(pause)
        pytest.fail(f"{why}\n{self.tail()}")

    def wait_for_run(self, dag: str, run: str) -> list[Json]:
        """Wait until a run has ended, well, and return its tasks."""

        def ended() -> bool:
            state = self.ask("GET", f"dags/{dag}/dagRuns/{run}")["state"]
            assert state != "failed", self.tail()
            return bool(state == "success")

        self.wait_for(ended, f"{dag} does not end", pause=2 * _BETWEEN_LOOKS)
        return self.tasks(dag, run)

    def tail(self) -> str:
        """Return the ends of all logs."""
        logs = [path for path in self.folder.rglob("*") if path.suffix in {".output", ".log"}]
        return "\n".join(f"== {path}\n{path.read_text(encoding='utf-8', errors='replace')[-3000:]}" for path in logs)


def redis() -> str:
    """Return the program of the broker, or fail with what to install."""
    if found := shutil.which("redis-server"):
        return found
    pytest.fail("There is no Redis here: apt-get install redis-server")


@contextmanager
def cluster(folder: Path, postgres: int, system: Path, alerts: str) -> Iterator[Cluster]:
    """Run Airflow.

    Args:
        folder: Its home; all that it starts is known by it.
        postgres: Port of a PostgreSQL server, in which it makes its databases.
        system: Folder of Meltano's plugins.
        alerts: Address that alerts are sent to.

    Yields:
        It, with all parts running and no DAG unpaused.
    """
    broker, port = free_port(), free_port()
    for name in DATABASES:
        where = (f"--host={HOST}", f"--port={postgres}", f"--username={OWNER}")
        subprocess.run([binaries() / "createdb", *where, name], timeout=60, check=True)  # noqa: S603 - the server's own
    database = f"{OWNER}:none@{HOST}:{postgres}/airflow"
    env = _environment(folder, database, broker, port, system)
    env["AIRFLOW_CONN_CALLGEAR_ALERTS"] = json.dumps({"conn_type": "generic", "password": alerts})
    running = Cluster(folder, f"http://{HOST}:{port}", env)
    try:
        command = [redis(), "--port", str(broker), "--bind", HOST, "--save", "", "--dir", str(folder)]
        running.processes["redis"] = start(command, running.env, folder / "redis.output")
        running.airflow("db", "migrate")
        running.start("api", "api-server", "--host", HOST, "--port", str(port), "--workers", "1")
        running.start("scheduler", "scheduler", "--skip-serve-logs")
        running.start("processor", "dag-processor")
        for name in WORKERS:
            running.start(name, *_WORKER, "--celery-hostname", f"{name}@localhost")
        running.wait_for(running.is_listening, "The API does not listen")
        yield running
    finally:
        end_all(running.processes.values(), f"AIRFLOW_HOME={folder}")


def _environment(folder: Path, database: str, broker: int, port: int, system: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "TAP_CALLGEAR_", "TARGET_", "MELTANO_", "PG"))
        and not name.lower().endswith("_proxy")
        and name != "PYTHONDONTWRITEBYTECODE"
    }
    dags = folder / "dags"
    dags.mkdir()
    for place in DAGS:
        for entry in place.glob("[!_]*"):
            (dags / entry.name).symlink_to(entry)
    settings = {
        "core__executor": "CeleryExecutor",
        "core__dags_folder": str(dags),
        "core__load_examples": "False",
        "core__execution_api_server_url": f"http://{HOST}:{port}/execution/",
        "core__simple_auth_manager_all_admins": "True",
        "core__fernet_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        # Five minutes if left alone. The loader of a try that was killed takes some seconds to keep its state.
        "core__default_task_retry_delay": "10",
        "core__parallelism": "8",
        "database__sql_alchemy_conn": f"postgresql+psycopg2://{database}",
        "celery__broker_url": f"redis://{HOST}:{broker}/0",
        "celery__result_backend": f"db+postgresql://{database}",
        "celery__worker_prefetch_multiplier": "1",
        "api__port": str(port),
        "api__base_url": f"http://{HOST}:{port}",
        "api_auth__jwt_secret": secrets.token_urlsafe(48),
        "dag_processor__refresh_interval": "5",
        "dag_processor__min_file_process_interval": "600",  # no file changes
        "scheduler__task_instance_heartbeat_timeout": "15",
        "scheduler__task_instance_heartbeat_timeout_detection_interval": "2",
        "scheduler__task_instance_heartbeat_sec": "2",
        "workers__min_heartbeat_interval": "2",
        "logging__base_log_folder": str(folder / "logs"),
    }
    programs = [ROOT / ".venvs" / name / "bin" for name in ("airflow", "meltano")]
    return {
        **kept,
        **{f"AIRFLOW__{name.upper()}": value for name, value in settings.items()},
        "AIRFLOW_HOME": str(folder),
        "SPT_NOENV": "1",  # a process that gives itself a title keeps its environment, by which it is known
        "PATH": os.pathsep.join([*map(str, programs), kept["PATH"]]),
        "MELTANO_PROJECT_ROOT": str(ROOT),
        "MELTANO_SYS_DIR_ROOT": str(system),
        "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false",
        "NO_PROXY": HOST,
        "no_proxy": HOST,
    }
