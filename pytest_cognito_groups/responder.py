"""The service that a fake puts in the place of Amazon's: answers requests, records the calls, stops what must not go
on.
"""

from __future__ import annotations

from _thread import allocate_lock
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NoReturn, final

from pytest_cognito_groups.calls import messages
from pytest_cognito_groups.calls.hints import hint
from pytest_cognito_groups.calls.record import METHODS, Call
from pytest_cognito_groups.calls.walks import PartialRead, Unread, Walks, is_probe
from pytest_cognito_groups.clock import milliseconds
from pytest_cognito_groups.forks import new_lock
from pytest_cognito_groups.hook.clients import service_model
from pytest_cognito_groups.hook.events import caller
from pytest_cognito_groups.hook.invocation import Invocation, Reply
from pytest_cognito_groups.hook.regions import partition
from pytest_cognito_groups.hook.transport import transport_errors
from pytest_cognito_groups.options import Options
from pytest_cognito_groups.service.errors import ServiceError, TransportError
from pytest_cognito_groups.service.faults import Fault, take, wrong
from pytest_cognito_groups.service.operations import Answer, Request, Service, subject
from pytest_cognito_groups.service.pages import Cursor, Paging, Subject, Tokens
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import Milliseconds
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

    def __init__(self, options: Options, random_seed: int | str, way: messages.Way) -> None:
        self.lock = new_lock()
        self._answering = False
        self.model = service_model()
        self.options = options
        self.random_seed = random_seed
        self._way = way  # in which a message tells how an option is set
        self.pools: dict[str, Pool] = {}
        self.faults: list[Fault] = []
        self._allowed = frozenset(map(self.model.passing, options.allow_operations))
        ragged = str(random_seed) if self.ragged else None
        self._service = Service(
            self.model,
            Paging(options.default_limit, options.page_size, ragged),
            Tokens(f"pytest-cognito-groups/{options.paging}"),
            lambda region: partition(region) is not None,
        )
        self._calls: dict[int, Call] = {}
        self._next_call = 0
        self._of_moto: dict[str, tuple[int, str]] = {}  # by the call's id: its number, and the pool that no fake has
        self._walks = Walks()
        self._partial = [PartialRead.named(text) for text in options.partial_reads]
        self._stops: list[str] = []

    # The hook's side

    def has_pool(self, pool_id: str) -> bool:
        return pool_id in self.pools

    def allows(self, operation: str) -> bool:
        return "*" in self._allowed or operation in self._allowed

    def refuse(self, operation: str, goes_to: str, *, past_moto: bool) -> NoReturn:
        method, place = self.model.methods[operation], caller().place
        self._stop_call(messages.refused(method, place, goes_to, past_moto=past_moto, way=self._way))

    def handed_to_moto(self, invocation: Invocation, pool_id: str) -> None:
        with self.lock:
            if invocation.id not in self._of_moto:
                self._of_moto[invocation.id] = self._next_call, pool_id
                self._next_call += 1

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
        if request.pool_id in self.pools:
            self.birth(request.pool_id)
        pool = self.pools.get(request.pool_id)
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
        if fault.transport:
            return TransportError(fault.error)
        return fault.service_error(request, partition(request.asked_region) or "aws")

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
            call = messages.signature(METHODS[request.operation], request.params)
            self._stop_call(messages.runaway(call, most, who.place, token=request.token is not None, way=self._way))
        on_purpose = who.paginator or is_probe(request) or any(each.covers(who.functions) for each in self._partial)
        if not on_purpose and (self.options.paging == "full" or reply.page.several):
            function = who.functions[0] if who.functions else None
            unread = Unread(request, reply.next_token, reply.page.seen, reply.page.total, who.place, function)
            self._walks.handed_out(found, following, unread)

    # The test's side

    def put(self, pool: Pool, faults: Sequence[Fault] = ()) -> None:
        """Put the pool in the place of the one of its id, and plan the faults. Under the lock.

        Every change of a pool comes through here and is this one assignment: what is refused or interrupted before it
        has changed nothing.
        """
        vars(self).update(pools={**self.pools, pool.config.id: pool}, faults=[*self.faults, *faults])

    def birth(self, pool_id: str) -> Milliseconds:
        """When the pool came to be, and all in it that was seeded without a date; settled by the first to ask."""
        with self.lock:
            born = self.pools[pool_id].born
            if born is None:
                born = milliseconds()
                self.put(self.pools[pool_id].settled(born))
            return born

    @property
    def begun(self) -> int:
        """How many calls there have been, forgotten ones included."""
        return self._next_call

    def calls(self, *, since: int = 0) -> Sequence[Call]:
        """The calls that are not forgotten, but for as many as had `begun` by then."""
        with self.lock:
            return [call for number, call in self._calls.items() if number >= since]

    def of_moto(self, *, since: int = 0) -> Mapping[str, int]:
        """How many calls moto answered for each pool that no fake has; those that `calls` would leave out left out."""
        with self.lock:
            return Counter(pool_id for number, pool_id in self._of_moto.values() if number >= since)

    def reset_calls(self) -> None:
        with self.lock:
            self._calls.clear()
            self._of_moto.clear()
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
        return messages.unread(unread, way=self._way) if unread else None

    def unraised(self) -> str | None:
        """The faults of the test's own that were not reached, told; `None` when there are none."""
        with self.lock:
            unraised = [fault for fault in self.faults if fault.own and not fault.reached]
        return messages.unraised(unraised, way=self._way) if unraised else None

    @property
    def ragged(self) -> bool:
        return self.options.paging == "ragged"

    def hint(self, call: Call) -> str | None:
        """What the model knows of a call that failed and the service does not tell."""
        with self.lock:
            return hint(call, list(self._calls.values()), self.pools, self._service.is_elsewhere)

    def problems(self) -> list[str]:
        """What fails the test at its end: calls that were stopped above all, else the checks that the options ask
        for.
        """
        if self._stops:
            return list(dict.fromkeys(self._stops))
        found = [
            self.unread() if self.options.assert_all_pages_read else None,
            self.unraised() if self.options.assert_all_faults_raised else None,
        ]
        return [problem for problem in found if problem is not None]
