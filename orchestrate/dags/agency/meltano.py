"""Runs Meltano as a task: its log is the task's, it ends when the task does, and a retry goes on from its state."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException

from agency.settings import environment, project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow.sdk import Context

LOADER = "target-postgres"
_GUARDED_MELTANO = (sys.executable, str(Path(__file__).with_name("guard.py")), "meltano")


class MeltanoOperator(BaseOperator):
    """Loads one part of the work into the warehouse.

    Attributes:
        key: The connection that holds the key of the account.
        tap: The extractor of meltano.yml.
        suffix: Names the state, so that parts do not share one.
        settings: Settings of the tap that are the part's own. They are shown, so none may be a secret.
    """

    template_fields = ("suffix", "settings")
    ui_color = "#e8f4ea"

    def __init__(self, *, key: str, tap: str, suffix: str, settings: dict[str, Any], **kwargs: Any) -> None:  # noqa: ANN401 - Airflow's own
        """Take what the part is; nothing is asked for yet."""
        super().__init__(**kwargs)
        self.key = key
        self.tap = tap
        self.suffix = suffix
        self.settings = settings
        self._process: subprocess.Popen[str] | None = None

    def execute(self, context: Context) -> None:
        """Run Meltano to its end.

        Args:
            context: Airflow's context of the task.

        Raises:
            AirflowException: Meltano ended otherwise than well; its last lines in the log say why.
        """
        # What a try that was killed left behind looks like a run that goes on. Airflow has seen to it that none does.
        force = ["--force"] if context["ti"].try_number > 1 else []
        command = [*_GUARDED_MELTANO, "run", *force, f"--state-id-suffix={self.suffix}", self.tap, LOADER]
        with _folder_of_its_own() as own:
            self._process = process = subprocess.Popen(  # noqa: S603 - Meltano itself
                command,
                cwd=project(),
                env={**environment(self.key, self.settings), **own},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                text=True,
                # A signal to the group of the task would reach the tap and the loader at once.
                start_new_session=True,
            )
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            try:
                for line in process.stdout:
                    self.log.info("%s", line.rstrip())
            except BaseException:
                self.on_kill()
                process.communicate()
                raise
            exit_code = process.wait()
        if exit_code:
            message = f"Meltano ended with exit code {exit_code}"
            raise AirflowException(message)

    def on_kill(self) -> None:
        """End the run in good order: what was read is loaded, and its state is kept."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()


def records_of(tap: str, key: str) -> list[dict[str, Any]]:
    """Return the records that an extractor of meltano.yml reads.

    Args:
        tap: The extractor.
        key: The connection that holds the key.

    Raises:
        AirflowException: It ended otherwise than well.
    """
    with _folder_of_its_own() as own:
        run = subprocess.run(  # noqa: S603 - Meltano itself
            ["meltano", "invoke", tap],  # noqa: S607 - on the PATH of the worker
            cwd=project(),
            env={**environment(key, {}), **own},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    if run.returncode:
        raise AirflowException(run.stderr.decode(errors="replace"))
    messages = map(json.loads, run.stdout.splitlines())
    return [message["record"] for message in messages if message["type"] == "RECORD"]


@contextmanager
def _folder_of_its_own() -> Iterator[dict[str, str]]:
    """Yield the variable by which a run does not share Meltano's folder with those beside it, which lay files there.

    Nothing of it stays on the worker, its settings with the key least of all.
    """
    shared = Path(os.environ.get("MELTANO_SYS_DIR_ROOT") or project() / ".meltano")
    with TemporaryDirectory(prefix="meltano-") as folder:
        for installed in ("extractors", "loaders"):
            Path(folder, installed).symlink_to(shared / installed)
        yield {"MELTANO_SYS_DIR_ROOT": folder}
