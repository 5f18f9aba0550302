"""One exchange: the body of a request comes in, a reply goes out, and a record is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from callgear_sandbox.account import Record
from callgear_sandbox.counts import told_limits, told_total
from callgear_sandbox.envelope import Call, failure, nothing, opened, success
from callgear_sandbox.errors import FORBIDDEN, INTERNAL_ERROR, METHOD_NOT_FOUND, ApiError
from callgear_sandbox.faults import UNHEARD, HttpReply, drawn, spoilt
from callgear_sandbox.methods import METHODS
from callgear_sandbox.parameters import (
    ACCESS_TOKEN,
    USER_ID,
    check,
    check_type,
    invalid,
    missed,
)
from callgear_sandbox.question import Question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from callgear_sandbox.account import Account
    from callgear_sandbox.encoding import Json
    from callgear_sandbox.envelope import CallId
    from callgear_sandbox.options import FaultKind, Options
    from callgear_sandbox.question import Answer, Method

_SECRET: Final = frozenset({"access_token", "password"})


class Exchange:
    """Answers one request, with the options that were valid when it came."""

    def __init__(self, account: Account, address: str) -> None:
        """Take the caller's address, and draw whether the way fails."""
        self._account = account
        self._address = address
        self._options: Options = account.options
        self._chance: Random = account.chance()
        self._fault: FaultKind | None = drawn(self._options.faults, self._chance)
        self._call: Call | None = None
        self._rows = 0

    def reply(self, body: bytes) -> HttpReply:
        """Answer the request, or fail it as chance will have it."""
        slow = self._options.slow_seconds if self._fault == "slow" else 0.0
        with self._account.answering():
            self._account.pause(self._options.latency + slow)
            answered, outcome = self._answered(body)
        harmed = self._fault if outcome == "ok" else None
        self._account.requests.append(self._record(harmed or outcome))
        reply = HttpReply(answered)
        return reply if self._fault is None else spoilt(reply, self._fault)

    def _record(self, outcome: str) -> Record:
        if self._call is None:
            return Record(None, {}, outcome)
        params = {name: value for name, value in self._call.params.items() if name not in _SECRET}
        return Record(self._call.method, params, outcome, self._rows)

    def _answered(self, body: bytes) -> tuple[bytes, str]:
        """Return the body of the reply, and the mnemonic of what came of the call."""
        call_id: CallId | None = None
        try:
            envelope = opened(body)
            call_id = envelope.id
            call = self._call = envelope.call()
            if self._fault in UNHEARD:
                return b"", "ok"
            if self._fault == "null_result":
                return nothing(call_id), "null_result"
            if self._fault == "internal_error":
                raise ApiError(INTERNAL_ERROR, "Internal error")  # noqa: TRY301
            return self._succeeded(call), "ok"
        except ApiError as error:
            metadata: Json | None = {"limits": self._limits()} if self._options.error_metadata else None
            return failure(call_id, error.as_json(metadata, self._options.named_in)), error.mnemonic

    def _succeeded(self, call: Call) -> bytes:
        method = METHODS.get(call.method)
        if method is None:
            raise ApiError(METHOD_NOT_FOUND, "The method is not found")
        self._admit(call, method)
        self._options = replace(self._options, refused_fields=tuple(self._refused_fields(method.name)))
        with self._account.points.charging(method.cost, self._options):
            check(call.params, method.parameters, self._options.refused_fields)
            self._check_user(call, method)
            answer = method.answer(self._question(call))
        self._rows = answer.rows
        call_id = _other(call.id) if self._fault == "other_id" else call.id
        return success(call_id, answer.data, self._metadata(answer), answer.shape)

    def _refused_fields(self, method: str) -> Iterator[str]:
        """Yield what a method refuses: what everyone refuses, and what it refuses alone."""
        for name in self._options.refused_fields:
            where, _, field = name.rpartition("/")
            if where in {"", method}:
                yield field

    def _admit(self, call: Call, method: Method) -> None:
        """Check who calls, from where, and with which rights."""
        options = self._options
        self._account.access.check_address(self._address, options)
        if method.audience == "anyone":
            return
        if ACCESS_TOKEN.name not in call.params:
            raise missed(ACCESS_TOKEN)
        token = call.params[ACCESS_TOKEN.name]
        check_type(ACCESS_TOKEN, token)
        self._account.access.check_token(cast("str", token), options)
        refused_right = {"all": (), "reports": ("account",), "none": ("account", "report")}
        stranger = "client" if options.user_ids else "agent"
        if method.right in refused_right[options.rights] or method.audience == stranger:
            raise ApiError(FORBIDDEN, f"Not enough rights for {method.name}")
        if method.name in options.refused_methods:
            raise _refused(method.name, options.refused_methods[method.name])

    def _check_user(self, call: Call, method: Method) -> None:
        """Require an agent to say for whom it asks, and nobody else to say so."""
        if USER_ID not in method.parameters:
            return
        user_id = call.params.get(USER_ID.name)
        if user_id is None and self._options.user_ids:
            raise missed(USER_ID)
        if user_id is not None and user_id not in self._options.user_ids:
            raise invalid(user_id, "no such customer", field="user_id")
        for refused in (str(user_id), f"{user_id}/{method.name}"):
            if refused in self._options.refused_users:
                raise _refused(method.name, self._options.refused_users[refused])

    def _question(self, call: Call) -> Question:
        account = self._account
        return Question(
            params=call.params,
            options=self._options,
            now=account.instant(),
            chance=self._chance,
            access=account.access,
            worlds=lambda user_id: account.world(user_id, self._options),
        )

    def _metadata(self, answer: Answer) -> Json:
        metadata: Json = {"limits": self._limits()}
        if answer.total is not None and self._options.total_items != "absent":
            metadata["total_items"] = told_total(answer.total, self._options.total_items)
        return metadata

    def _limits(self) -> Json:
        return told_limits(self._account.points.limits(self._options), self._options.limits)


def _refused(method: str, why: str) -> ApiError:
    """Return the error of a method that the account does not have: a mnemonic and, of a product, its name."""
    mnemonic, _, component = why.partition(":")
    return ApiError(
        mnemonic,
        f"Method {method} is not available: {why}",
        params={"components": component} if component else None,
    )


def _other(call_id: CallId) -> CallId:
    return f"{call_id}-other" if isinstance(call_id, str) else call_id + 1
