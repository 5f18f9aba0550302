"""What holds for every test: the examples of property tests, the order, and whose processes coverage is measured in."""

from __future__ import annotations

import gc
import os
import pkgutil
from collections import Counter
from contextlib import contextmanager, nullcontext
from importlib import import_module
from typing import TYPE_CHECKING

import coverage
import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

import callgear_sandbox
import tap_callgear

from .fork_server import MEASURING
from .parts import PARTS, nothing_started, part_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

# How Python works is the same on every machine. Above all, a process that may not keep what it compiles takes three
# times as long to start.
for name in [name for name in os.environ if name.startswith("PYTHON") and name != "PYTHON"]:
    del os.environ[name]

# A machine under load is slow, not wrong: time is judged by benchmarks.
settings.register_profile(
    "steady",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("quick", settings.get_profile("steady"), max_examples=10)
settings.register_profile("search", settings.get_profile("steady"), derandomize=False, max_examples=2_000)
settings.load_profile("steady")


_IN_THE_TESTS_OWN_PROCESS = {"api", "sandbox"}
"""Folders of tests that start servers, and look at what talks to them from the process that they run in."""

_MEASURING_TAKES = pytest.StashKey[str | None]()
"""What a process finds in its environment whose coverage is measured."""

_CASES = 3
"""Cases of a test with parameters that are measured."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Measure coverage of what is tested as it is imported, and of nothing else until the first test.

    To find the tests takes nearly twice as long where that is measured, and every worker finds all of them.
    """
    if coverage.Coverage.current() is not None:
        for package in (tap_callgear, callgear_sandbox):
            for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
                import_module(module.name)
    with _nothing_measured():
        return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test as of its part; begin with the parts that take long, so that no worker is left alone with one.

    What repeats itself takes two or three times as long where coverage is measured, and shows little that others do
    not: so it is not. Where the tap is a process of its own, there is the sandbox alone to measure, which has tests of
    its own.
    """
    parts = {item: part_of(item) for item in items if isinstance(item, pytest.Function)}
    cases = Counter[object]()
    for item, part in parts.items():
        item.add_marker(part)
        cases[item.function] += 1
        is_elsewhere = part != "unit" and item.path.parent.name not in _IN_THE_TESTS_OWN_PROCESS
        is_one_more = cases[item.function] > _CASES or is_hypothesis_test(item.function)
        if not item.get_closest_marker("measured") and (is_elsewhere or is_one_more):
            item.add_marker("repeats")
    items.sort(key=lambda item: PARTS.index(parts[item]) if item in parts else 0)


def pytest_collection_finish() -> None:
    """Have garbage be looked for among what tests make, not among the thousands of tests each time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Measure coverage in no process that a test starts, but for those of tests that are marked."""
    taken = os.environ.pop(MEASURING, None)
    session.stash[_MEASURING_TAKES] = taken
    try:
        return (yield)
    finally:
        if taken is not None:
            os.environ[MEASURING] = taken


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure coverage as a test is marked, in what it shares with others of its file, too.

    A start that is measured takes half as long again, and most show nothing new.
    """
    takes = item.session.stash[_MEASURING_TAKES]
    if takes and item.get_closest_marker("measured"):
        os.environ[MEASURING] = takes
    with _nothing_measured() if item.get_closest_marker("repeats") else nullcontext():
        result = yield
    # It is set anew where measuring goes on after a test without.
    os.environ.pop(MEASURING, None)
    return result


@contextmanager
def _nothing_measured() -> Iterator[None]:
    """Measure no coverage here: two measure it in a worker, that of pytest-cov and that of every process."""
    stopped: list[coverage.Coverage] = []
    while (measuring := coverage.Coverage.current()) is not None:
        measuring.stop()
        stopped.append(measuring)
    yield
    for measuring in reversed(stopped):
        measuring.start()


@pytest.fixture(autouse=True)
def held(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold a test of the part `unit` to starting nothing."""
    with nothing_started() if request.node.get_closest_marker("unit") else nullcontext():
        yield
