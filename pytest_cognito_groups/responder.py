"""The service that a fake puts in the place of Amazon's: answers requests, records the calls, stops what must not go
on.
"""

from __future__ import annotations

from _thread import allocate_lock
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NoReturn, final

from pytest_cognito_groups.calls import explain
from pytest_cognito_groups.calls.hints import hint
from pytest_cognito_groups.calls.record import METHODS, Call
from pytest_cognito_groups.calls.walks import Unread, Walks
from pytest_cognito_groups.clock import milliseconds
from pytest_cognito_groups.forks import new_lock
from pytest_cognito_groups.hook.clients import service_model
from pytest_cognito_groups.hook.events import caller
from pytest_cognito_groups.hook.invocation import Invocation, Reply
from pytest_cognito_groups.hook.transport import transport_errors
from pytest_cognito_groups.options import Options
from pytest_cognito_groups.service.errors import ServiceError, TransportError
from pytest_cognito_groups.service.faults import Fault, take, wrong
from pytest_cognito_groups.service.operations import Answer, Request, Service, subject
from pytest_cognito_groups.service.pages import Cursor, Paging, Subject, Tokens
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.values import moment

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it

_GIVES_WAY: Final = 3
_PAUSE: Final = 0.0001
"""How often a thread gives way to another, and the seconds each time."""

_CLOSED: Final = allocate_lock()
"""Waited for in vain: time.sleep and what threading has may be a test's own."""
_CLOSED.acquire()


@final
class FakeService:
    """What the hook asks while the fake is active. Pools, calls and faults are guarded by `lock`."""

    def __init__(self, options: Options, random_seed: str, way: explain.Way) -> None:
        self.lock = new_lock()
        self._answering = False
        self.model = service_model()
        self.options = options
        self._way = way  # in which a message tells how an option is set
        self.pools: dict[str, Pool] = {}
        self.faults: list[Fault] = []
        self._allowed = frozenset(name if name == "*" else self.model.named(name) for name in options.allow_operations)
        ragged = random_seed if self.ragged else None
        self._service = Service(
            self.model,
            Paging(options.default_limit, options.page_size, ragged),
            Tokens(f"pytest-cognito-groups/{options.paging}"),
        )
        self._calls: dict[int, Call] = {}
        self._next_call = 0
        self._walks = Walks()
        self._stops: list[str] = []

    # The hook's side

    def has_pool(self, pool_id: str) -> bool:
        return pool_id in self.pools

    def allows(self, operation: str) -> bool:
        return "*" in self._allowed or operation in self._allowed

    def refuse(self, operation: str) -> NoReturn:
        self._stop_call(explain.refused(self.model.methods[operation], caller().place, way=self._way))

    def _stop_call(self, message: str) -> NoReturn:
        """Stop the call under way, past `except Exception`; remembered, for where the failure is lost or caught."""
        import pytest

        with self.lock:
            self._stops.append(message)
        pytest.fail(message, pytrace=False)

    def respond(self, request: Request, invocation: Invocation) -> Reply:
        self._give_way()
        with self.lock:
            self._answering = True
            try:
                return self._respond(request, invocation)
            finally:
                self._answering = False

    def _give_way(self) -> None:
        """Let a thread that was stopped while it answers go on, before this one queues for the lock.

        Up to Python 3.13 a thread in the queue is given the lock before the interpreter. Once there is a queue, each
        call would meet a lock whose owner does not run, and so cost a switch of threads (a lock convoy).
        """
        for _ in range(_GIVES_WAY):
            if not self._answering:
                break
            _CLOSED.acquire(timeout=_PAUSE)

    def _respond(self, request: Request, invocation: Invocation) -> Reply:
        pool = self.pools.get(request.pool_id)
        if pool is not None:
            pool.birth()
        found = None if pool is None else subject(pool, request)
        cursor = self._service.cursor(request, found)
        if request.token is not None:
            if found is None:
                self._walks.came_to_nothing(request)
            elif cursor is not None:
                self._walks.continued(found, cursor, request)
        now = milliseconds()
        reply = self._fault(request) or self._service.answer(pool, request, found, cursor, now)
        self._record(request, invocation, reply, 2 if cursor is None else cursor.page, now)
        if isinstance(reply, Answer) and reply.page.following is not None and found is not None:
            self._handed_out(found, request, reply, reply.page.following)
        return reply

    def _fault(self, request: Request) -> ServiceError | TransportError | None:
        fault = take(self.faults, request) if self.faults else None
        if fault is None:
            return None
        return TransportError(fault.error) if fault.transport else fault.service_error(request)

    def _record(self, request: Request, invocation: Invocation, reply: Reply, page: int, now: int) -> None:
        """An attempt: the first of its call, or one more of a call that is known."""
        before = self._calls.get(invocation.call)
        if before is None:
            invocation.call = self._next_call
            self._next_call += 1
        names, token = (reply.names, reply.next_token) if isinstance(reply, Answer) else ((), None)
        self._calls[invocation.call] = Call(
            operation=request.operation,
            params=request.params,
            items=names,
            page=page,
            next_token=token,
            error=None if isinstance(reply, Answer) else reply.code,
            attempts=1 if before is None else before.attempts + 1,
            backoff=0.0 if before is None else before.backoff,
            region=request.region,
            time=moment(now) if before is None else before.time,
        )

    def slept(self, invocation: Invocation, seconds: float) -> None:
        with self.lock:
            call = self._calls.get(invocation.call)
            if call is not None:
                self._calls[invocation.call] = replace(call, backoff=call.backoff + seconds)

    def _handed_out(self, found: Subject, request: Request, reply: Answer, following: Cursor) -> None:
        who = caller()
        most = self.options.max_repeats
        if self._walks.repeated(found, request) > most:
            call = explain.signature(METHODS[request.operation], request.params)
            self._stop_call(explain.runaway(call, most, who.place, token=request.token is not None, way=self._way))
        if not who.paginator and (self.options.paging == "full" or reply.page.several):
            unread = Unread(request, reply.next_token, reply.page.seen, reply.page.total, who.place)
            self._walks.handed_out(found, following, unread)

    # The test's side

    @property
    def begun(self) -> int:
        """How many calls there have been, forgotten ones included."""
        return self._next_call

    def calls(self, *, since: int = 0) -> Sequence[Call]:
        """The calls that are not forgotten, but for as many as had `begun` by then."""
        with self.lock:
            return [call for number, call in self._calls.items() if number >= since]

    def reset_calls(self) -> None:
        with self.lock:
            self._calls.clear()
            self._walks.forget_repeats()

    def plan(self, fault: Fault) -> None:
        """Add a planned error; `ValueError` when it is none that can be."""
        for _, text in wrong(fault, self.model, transport_errors()):
            raise ValueError(text)
        with self.lock:
            self.faults.append(fault)

    def unread(self) -> str | None:
        """The pages that were left unread, told; `None` when there are none."""
        with self.lock:
            unread = list(self._walks.unread())
        return explain.unread(unread, way=self._way) if unread else None

    def unraised(self) -> str | None:
        """The faults of the test's own that were not reached, told; `None` when there are none."""
        with self.lock:
            unraised = [fault for fault in self.faults if fault.own and not fault.reached]
        return explain.unraised(unraised, way=self._way) if unraised else None

    @property
    def ragged(self) -> bool:
        return self.options.paging == "ragged"

    def hint(self, call: Call) -> str | None:
        """What the model knows of a call that failed and the service does not tell."""
        with self.lock:
            return hint(call, list(self._calls.values()), self.pools)

    def stopped(self) -> list[str]:
        """The calls that were stopped, told, whatever became of the failure."""
        return list(dict.fromkeys(self._stops))

    def problems(self) -> list[str]:
        """What fails the test at its end: calls that were stopped above all, else the checks that the options ask
        for.
        """
        if self._stops:
            return self.stopped()
        found = [
            self.unread() if self.options.assert_all_pages_read else None,
            self.unraised() if self.options.assert_all_faults_raised else None,
        ]
        return [problem for problem in found if problem is not None]
