"""`singer-check-tap`, the strictest judge of Singer messages, finds nothing to complain of in real output.

It lives in an environment of its own: ``bash scripts/setup singer-tools``.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .support import STREAMS, assert_complete, play, run_tap

if TYPE_CHECKING:
    from .support import Run

pytestmark = pytest.mark.warehouse

JUDGE = Path(__file__).parents[1] / ".venvs" / "singer-tools" / "bin" / "singer-check-tap"
"""There must be one: a judge that is not heard would pass everything."""


def judged(output: bytes, folder: Path) -> str:
    """Return what the judge says of messages that it finds valid."""
    verdict = subprocess.run([JUDGE], input=output, capture_output=True, cwd=folder, timeout=60, check=False)  # noqa: S603 - the judge itself
    assert verdict.returncode == 0, verdict.stderr.decode()
    return verdict.stdout.decode()


def assert_valid(run: Run, folder: Path) -> None:
    """Assert that the judge finds a run's output valid, and that it has seen all of it."""
    assert run.exit_code == 0, run.stderr
    said = judged(run.stdout, folder)
    assert "The output is valid." in said
    assert f"{len(run.of_type('RECORD'))} record messages" in said
    assert f"{len(run.states)} state messages" in said
    for stream in STREAMS:
        count = len(run.records(stream))
        assert re.search(rf"\| {stream} +\| {count} +\| \d", said), said


@pytest.mark.parametrize(
    "options, settings",
    [
        pytest.param({}, {}, id="plain"),
        pytest.param({"zone": "America/New_York", "quirks": True}, {}, id="quirks in another zone"),
        pytest.param(
            {"user_ids": (11, 12), "refused_fields": ("tags", "hits")},
            {"user_ids": [11, 12]},
            id="refused fields of an agent",
        ),
        pytest.param({}, {"flattening_enabled": True, "flattening_max_depth": 1}, id="flattened"),
    ],
)
def test_the_output_is_valid(options: dict[str, Any], settings: dict[str, Any], tmp_path: Path) -> None:
    with play(rows=300, **options) as sandbox:
        run = run_tap(sandbox, config={"page_size": 100, **settings})
    assert_valid(run, tmp_path)


def test_the_output_of_a_run_that_goes_on_is_valid(tmp_path: Path) -> None:
    with play(rows=300, quirks=True) as sandbox:
        first = run_tap(sandbox)
        assert_complete(first, sandbox)
        second = run_tap(sandbox, state=first.state)
    assert 0 < len(second.records("communications")) < len(first.records("communications"))
    assert_valid(second, tmp_path)


def test_the_judge_is_strict(tmp_path: Path) -> None:
    with play(rows=20) as sandbox:
        run = run_tap(sandbox)
    naive = run.stdout.replace(b'+00:00","', b'","')
    assert naive != run.stdout
    with pytest.raises(AssertionError, match=r"is not a .date-time.|Error parsing property"):
        judged(naive, tmp_path)
