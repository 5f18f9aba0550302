"""A session is opened once, renewed once however many threads find it dead, and closed at the end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from tap_callgear.api.credentials import AccessKey, Login
from tap_callgear.api.redaction import Secrets

if TYPE_CHECKING:
    from collections.abc import Mapping


class Desk:
    """Opens and closes sessions, and remembers what it was asked."""

    def __init__(self) -> None:
        """Open for business."""
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    def __call__(self, method: str, params: Mapping[str, str]) -> Mapping[str, object]:
        """Answer a method with an object."""
        self.asked.append((method, params))
        return {"access_token": f"session-{len(self.asked)}"} if method == "login.user" else {}


def test_a_fixed_key_is_sent_as_it_is_and_can_be_neither_renewed_nor_closed() -> None:
    desk, key = Desk(), AccessKey("abc")
    assert key.token(desk) == "abc"
    assert not key.renew("abc")
    key.close(desk)
    assert desk.asked == []


def test_a_session_is_opened_at_the_first_call_only_and_its_key_is_a_secret_from_then_on() -> None:
    desk, secrets = Desk(), Secrets()
    login = Login("user@example.com", "pass", secrets)
    assert [login.token(desk) for _ in range(3)] == ["session-1"] * 3
    assert desk.asked == [("login.user", {"login": "user@example.com", "password": "pass"})]
    assert secrets.hide("it was session-1") == "it was *****"


def test_many_threads_that_find_a_session_dead_open_one_new_one() -> None:
    desk = Desk()
    login = Login("user@example.com", "pass", Secrets())
    stale = login.token(desk)
    together = threading.Barrier(8)
    tokens = []

    def find_it_dead() -> None:
        together.wait()
        assert login.renew(stale)
        tokens.append(login.token(desk))

    threads = [threading.Thread(target=find_it_dead) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tokens == ["session-2"] * 8


def test_a_late_word_of_a_dead_session_does_not_end_the_new_one() -> None:
    desk = Desk()
    login = Login("user@example.com", "pass", Secrets())
    stale = login.token(desk)
    login.renew(stale)
    fresh = login.token(desk)
    assert login.renew(stale)
    assert login.token(desk) == fresh


def test_the_session_is_closed_at_the_end_once_and_only_where_one_is_open() -> None:
    desk = Desk()
    login = Login("user@example.com", "pass", Secrets())
    login.close(desk)
    assert desk.asked == []
    token = login.token(desk)
    login.close(desk)
    login.close(desk)
    assert desk.asked[1:] == [("logout.user", {"access_token": token})]
