"""What answers in the service's place, and what it shows of itself in reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, NoReturn, TypeAlias, final

from pytest_cognito_groups import forks
from pytest_cognito_groups.calls import messages
from pytest_cognito_groups.calls.hints import hint
from pytest_cognito_groups.calls.record import Call
from pytest_cognito_groups.calls.walks import PartialRead, Unread, Walks, is_probe
from pytest_cognito_groups.clock import milliseconds
from pytest_cognito_groups.forks import new_lock
from pytest_cognito_groups.hook.data import code_of, partition, service_model
from pytest_cognito_groups.hook.events import caller, is_active
from pytest_cognito_groups.hook.invocation import Invocation, Reply
from pytest_cognito_groups.options import Options
from pytest_cognito_groups.service.errors import ServiceError, TransportError
from pytest_cognito_groups.service.faults import Fault, Planned, take, wrong
from pytest_cognito_groups.service.operations import OPERATIONS, Outcome, Request, Service
from pytest_cognito_groups.service.outputs import output_text, skeleton
from pytest_cognito_groups.service.pages import Cursor, Page, Paging, Subject, Tokens
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import Milliseconds, moment

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it

Watch: TypeAlias = "Callable[[FakeService, Request, Invocation, Reply, Outcome, Pool | None], None]"

watch: Watch | None = None
"""Is shown each attempt of a call, where the running pytest asks what no test has tried."""

Response: TypeAlias = str | Callable[[Mapping[str, object]], object]
"""The body of an answer that a test gives, or what makes the answer of a request's parameters."""


@final
class FakeService:
    """What the hook asks while the fake is active. Pools, calls and faults are guarded by `lock`."""

    def __init__(self, options: Options, random_seed: int | str, way: messages.Way) -> None:
        self.lock = new_lock()
        self.model = service_model()
        self.options = options
        self.random_seed = random_seed
        self._way = way  # how a message says that an option is set
        self.pools: dict[str, Pool] = {}
        self.faults: list[Planned] = []
        self._allowed = frozenset(map(self.model.passing, options.allow_operations))
        ragged = str(random_seed) if self.ragged else None
        self._service = Service(
            self.model,
            Paging(options.page_size, ragged),
            options.default_limit,
            Tokens(f"pytest-cognito-groups/{options.paging}"),
            lambda region: partition(region) is not None,
        )
        self._given: dict[str, Response] = {}
        self._calls: dict[int, Call] = {}
        self._next_call = 0
        self._of_moto: dict[str, tuple[int, str]] = {}  # by the call's id: its number, and the pool that no fake has
        self._unknown_to_moto: list[tuple[int, str, str]] = []  # the call's number, its method, and the fake's pool
        self._walks = Walks()
        self._partial = [PartialRead.named(text) for text in options.partial_reads]
        self._stops: list[str] = []
        self._judged = False  # whether unread pages were reported as what fails the test

    # The hook's side

    def has_pool(self, pool_id: str) -> bool:
        return pool_id in self.pools

    def allows(self, operation: str) -> bool:
        return operation in self._allowed or ("*" in self._allowed and operation not in OPERATIONS)

    def answers(self, operation: str) -> bool:
        return operation in self._given

    def refuse(self, operation: str, goes_to: str, *, past_moto: bool) -> NoReturn:
        method, place = self.model.methods[operation], caller().place
        answer = skeleton(self.model, operation)
        with self.lock:
            planned = any(each.fault.operation == operation for each in self.faults)
        self._stop_call(
            messages.refused(method, place, answer, goes_to, past_moto=past_moto, planned=planned, way=self._way)
        )

    def handed_to_moto(self, invocation: Invocation, pool_id: str) -> None:
        with self.lock:
            if invocation.id not in self._of_moto:
                self._of_moto[invocation.id] = self._next_call, pool_id
                self._next_call += 1

    def unknown_to_moto(self, operation: str, pool_id: str) -> None:
        with self.lock:
            self._unknown_to_moto.append((self._next_call, self.model.methods[operation], pool_id))
            self._next_call += 1

    def _stop_call(self, message: str) -> NoReturn:
        """Stop the call under way, past `except Exception`; remembered, for where the failure is lost or caught."""
        import pytest

        with self.lock:
            self._stops.append(message)
        pytest.fail(message, pytrace=False)

    def respond(self, request: Request, invocation: Invocation) -> Reply:
        given = self._given.get(request.operation)
        if given is not None:
            return self._respond_as_told(given, request, invocation)
        with self.lock:
            pool, now = self._asked(request)
            fault = self._fault(request)
            outcome = self._service.answer(pool, request, now)
            self._continued(request, outcome)
            if fault is not None:
                outcome = outcome._replace(items=(), pool=None, page=None, next_token=None)
            elif outcome.pool is not None:
                self.put(outcome.pool)
            reply = outcome.reply if fault is None else fault
            self._record(request, invocation, reply, outcome, pool, now)
            subject, page = outcome.subject, outcome.page
            if subject is not None and page is not None and page.following is not None:
                self._handed_out(request, subject, page, page.following, outcome.next_token)
            return reply

    def _respond_as_told(self, given: Response, request: Request, invocation: Invocation) -> Reply:
        """As the test says. Its function runs without the lock: it may wait for threads that make calls."""
        with self.lock:
            pool, now = self._asked(request)
            reply: Reply | None = self._fault(request)

        def record(reply: Reply) -> None:
            with self.lock:
                self._record(request, invocation, reply, Outcome(""), pool, now)

        try:
            if reply is None:
                reply = self._given_reply(given, request)
        except Exception as error:
            record(ServiceError(code_of(error), str(error)))
            raise
        record(reply)
        return reply

    def _asked(self, request: Request) -> tuple[Pool | None, Milliseconds]:
        """The pool that the request asks, with its dates settled, and the time."""
        pool, now = self.pools.get(request.pool_id), milliseconds()
        if pool is not None and pool.born is None:
            pool = pool.settled(now)
            self.put(pool)
        return pool, now

    def _given_reply(self, given: Response, request: Request) -> str | ServiceError:
        """The answer that the test gives for the operation, whatever the pool and the region."""
        broken = self._service.refusal(None, request)
        if broken is not None:
            return broken
        if isinstance(given, str):
            return given
        response = given(MappingProxyType(request.params))
        try:
            return output_text(self.model, request.operation, response)
        except (TypeError, ValueError) as error:
            return self._stop_call(messages.not_an_answer(str(error), caller().place))

    def _continued(self, request: Request, outcome: Outcome) -> None:
        """A position is read when a later request goes on from it, with whatever outcome."""
        if request.token is None:
            return
        if outcome.subject is None:
            self._walks.came_to_nothing(request)
        elif outcome.cursor is not None:
            self._walks.continued(outcome.subject.key, outcome.cursor, request)

    def _fault(self, request: Request) -> ServiceError | TransportError | None:
        fault = take(self.faults, request) if self.faults else None
        if fault is None:
            return None
        if fault.transport:
            return TransportError(fault.error)
        return fault.service_error(request, partition(request.asked_region) or "aws")

    def _record(
        self, request: Request, invocation: Invocation, reply: Reply, outcome: Outcome, pool: Pool | None, now: int
    ) -> None:
        """An attempt: the first of its call, or one more of a call that is known."""
        before = self._calls.get(invocation.call)
        if before is None:
            invocation.call = self._next_call
            self._next_call += 1
        page = 1 if request.token is None else 2 if outcome.cursor is None else outcome.cursor.page
        self._calls[invocation.call] = Call(
            operation=request.operation,
            params=request.params,
            items=outcome.items,
            page=page,
            next_token=outcome.next_token,
            error=None if isinstance(reply, str) else reply.code,
            attempts=1 if before is None else before.attempts + 1,
            backoff=0.0 if before is None else before.backoff,
            region=request.region,
            time=moment(now) if before is None else before.time,
        )
        if watch is not None:
            watch(self, request, invocation, reply, outcome, pool)

    def slept(self, invocation: Invocation, seconds: float) -> None:
        with self.lock:
            call = self._calls.get(invocation.call)
            if call is not None:
                self._calls[invocation.call] = replace(call, backoff=call.backoff + seconds)

    def _handed_out(self, request: Request, subject: Subject, page: Page, following: Cursor, token: str | None) -> None:
        """Note that a token was handed out, or stop the call if the walk never ends."""
        who = caller()
        most = self.options.max_repeats
        if self._walks.repeated(subject.key, request) > most:
            self._stop_call(messages.runaway(request, most, who.place, way=self._way))
        on_purpose = who.paginator or is_probe(request) or any(each.covers(who.functions) for each in self._partial)
        if not on_purpose:
            function = who.functions[0] if who.functions else None
            fails = self.options.paging == "full" or page.several
            unread = Unread(request, token, page.seen, page.total, who.place, function, fails)
            self._walks.handed_out(subject.key, following, unread)

    # The test's side

    def put(self, pool: Pool, faults: Sequence[Planned] = ()) -> None:
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
        """How many calls moto answered for each pool that no fake has, except those that `calls` would omit."""
        with self.lock:
            return Counter(pool_id for number, pool_id in self._of_moto.values() if number >= since)

    def missed_by_moto(self, *, since: int = 0) -> Sequence[tuple[str, str]]:
        """The calls of other operations, as (method, pool), that moto answered without knowing the pool; each once."""
        with self.lock:
            noted = [(method, pool_id) for number, method, pool_id in self._unknown_to_moto if number >= since]
        return list(dict.fromkeys(noted))

    def reset_calls(self) -> None:
        with self.lock:
            self._calls.clear()
            self._of_moto.clear()
            self._unknown_to_moto.clear()
            self._walks.forget_repeats()

    def give(self, operation: str, response: object) -> None:
        """Give this answer to the operation from now on; `TypeError` or `ValueError` for what it can't return."""
        given = response if callable(response) else output_text(self.model, operation, response)
        with self.lock:
            self._given = {**self._given, operation: given}

    @property
    def answered(self) -> Collection[str]:
        """The operations that are answered, on the wire: by the model, or so far as the test has given answers."""
        return {**self.model.operations, **self._given}

    def plan(self, fault: Fault, *, own: bool = True) -> None:
        """Plan an error; `ValueError` when it is invalid. `own`: the test itself plans it."""
        for each in wrong(fault, self.model):
            raise ValueError("\n  ".join([each.text, *each.usable]))
        with self.lock:
            self.faults.append(Planned(fault, own))

    def unread(self) -> str | None:
        """The message about pages left unread; `None` when there are none."""
        unread = [each for each in self._unread_pages() if each.fails]
        return messages.unread(unread, way=self._way) if unread else None

    def _unread_pages(self) -> Sequence[Unread]:
        with self.lock:
            return list(self._walks.unread())

    def unread_by_then(self) -> Sequence[Unread]:
        """What had not been read when the test failed of something else."""
        return self._unread_pages() if self.options.assert_all_pages_read and not self._judged else ()

    def unraised(self) -> str | None:
        """The message about the test's own faults that were not reached; `None` when there are none."""
        with self.lock:
            unraised = [planned for planned in self.faults if planned.own and not planned.reached]
        return messages.unraised(unraised, self.calls(), way=self._way) if unraised else None

    @property
    def ragged(self) -> bool:
        return self.options.paging == "ragged"

    def hint(self, call: Call) -> str | None:
        """What the model knows about a failed call and the service doesn't say."""
        with self.lock:
            return hint(call, list(self._calls.values()), self.pools, self._service.is_elsewhere)

    def stopped(self) -> list[str]:
        """The message about calls that were stopped, whatever became of the failure."""
        return list(dict.fromkeys(self._stops))

    def problems(self) -> list[str]:
        """What fails the test at its end: calls that were stopped above all, else the checks that the options ask
        for.
        """
        if self._stops:
            return self.stopped()
        self._judged = True
        found = [
            self.unread() if self.options.assert_all_pages_read else None,
            self.unraised() if self.options.assert_all_faults_raised else None,
        ]
        return [problem for problem in found if problem is not None]


# The section of a failing test: the calls of each fake that was active during it, the fixture's or another

_MOST: Final = 8
"""Fakes of one test that are shown, the last ones."""

_seen: tuple[tuple[FakeService, int], ...] = ()
"""The fakes that are or were active during the test, and how many calls of each had begun before it; replaced whole."""

_forks = 0
"""How often the process had forked when the test began."""

_lock: Final = new_lock()


def entered(service: FakeService) -> None:
    global _seen
    with _lock:
        if service not in dict(_seen):  # a fake may be entered again
            _seen = (*_seen, (service, service.begun))[-_MOST:]


def begin() -> None:
    """Begin a test: of the earlier fakes, keep only those that are still active."""
    global _seen, _forks
    with _lock:
        _forks = forks.number()
        _seen = tuple((service, service.begun) for service, _ in _seen if is_active(service))


def unseen() -> list[str]:
    """What the calls that are shown may lack."""
    return [messages.FORKED] if forks.number() > _forks else []


def sections(own: FakeService | None, *, repeat: Callable[[int], str], everything: bool) -> Iterator[str]:
    """A text for the fixture's own fake, and for each other that the test has called. `repeat` gives the command that
    draws the pages from the number again; a command has no way to say a text that they were drawn from.
    """
    for service, before in _seen:
        calls, of_moto = service.calls(since=before), service.of_moto(since=before)
        missed = service.missed_by_moto(since=before)
        if calls or of_moto or missed or service is own:
            seed = service.random_seed
            command = repeat(seed) if service.ragged and isinstance(seed, int) else None
            text = messages.section(
                calls,
                of_moto=of_moto,
                missed=missed,
                hint=service.hint,
                everything=everything,
                repeat=command,
                unread=service.unread_by_then(),
                stopped=bool(service.stopped()),
            )
            yield "\n".join([text, *unseen()])
