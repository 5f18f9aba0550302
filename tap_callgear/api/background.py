"""Work in the background that never keeps the process alive, and a wait for it that a signal ends."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYetDone
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
A = TypeVar("A")

_BETWEEN_LOOKS = 0.2
"""Seconds between two looks at whether a signal came while something is awaited."""


def in_background(work: Callable[[], T]) -> Future[T]:
    """Start some work in a thread of its own.

    Args:
        work: What to do.

    Returns:
        Its result or failure, to come.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def await_result(future: Future[T], check: Callable[[], None]) -> T:
    """Wait for a result.

    Args:
        future: The result to come.
        check: Raises where the run is to end.

    Returns:
        The result; its failure is raised.
    """
    while True:
        check()
        try:
            return future.result(timeout=_BETWEEN_LOOKS)
        except NotYetDone:
            if future.done():
                raise


def awaited(work: Callable[[], T], check: Callable[[], None]) -> T:
    """Do some work in the background, and wait for its result; see `await_result`."""
    return await_result(in_background(work), check)


def side_by_side(work: Callable[[A], T], items: Iterable[A], most: int) -> Iterator[tuple[A, Future[T]]]:
    """Do the same work for many items, some of them at a time.

    Args:
        work: What to do with an item.
        items: The items.
        most: How many of them to work on at a time.

    Yields:
        Each item with its result or failure, to come, in the order of the items.
    """
    ahead: deque[tuple[A, Future[T]]] = deque()
    for item in items:
        ahead.append((item, in_background(partial(work, item))))
        if len(ahead) >= most:
            yield ahead.popleft()
    yield from ahead
