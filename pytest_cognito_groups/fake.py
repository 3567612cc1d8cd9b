"""`CognitoGroups`: the façade; owns pools, calls, faults, and the lock."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeAlias, Unpack, final
from zlib import crc32

from pytest_cognito_groups import fake_service
from pytest_cognito_groups.calls import assertions, messages
from pytest_cognito_groups.calls.record import CallList, OperationName
from pytest_cognito_groups.clock import Freeze
from pytest_cognito_groups.fake_service import FakeService
from pytest_cognito_groups.hook.clients import attach, client
from pytest_cognito_groups.hook.data import error_of, service_model
from pytest_cognito_groups.hook.events import activate, deactivate, is_active
from pytest_cognito_groups.options import Options, OptionValues
from pytest_cognito_groups.options import options as check_options
from pytest_cognito_groups.options import random_seed as chosen_seed
from pytest_cognito_groups.seed import Seed, Source, names_a_file, read
from pytest_cognito_groups.service.faults import ErrorCode, Fault
from pytest_cognito_groups.service.names import Names
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import PoolConfig
from pytest_cognito_groups.userpool import PoolAccess, UserPool, Values

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it

Answer: TypeAlias = Mapping[str, object] | Callable[[Mapping[str, Any]], Mapping[str, object] | None] | None


@final
class CognitoGroups(PoolAccess):
    """Amazon Cognito user pools that answer `AdminListGroupsForUser`, `ListUsersInGroup` and nine more
    operations for every client of the process.

    The value of the fixture `cognito_groups`. On its own: `with CognitoGroups.from_yaml(text) as cognito_groups:`; on
    leaving, it makes the checks that end a test and raises `AssertionError`.
    """

    def __init__(self, *, random_seed: int | str | None = None, **options: Unpack[OptionValues]) -> None:
        """A fake of one empty pool, `us-east-1_TestPool1`. `ValueError` or `TypeError` for an invalid option."""
        self._set_up(Seed(), check_options(options), random_seed)

    @classmethod
    def from_yaml(cls, text: str, *, random_seed: int | str | None = None, **options: Unpack[OptionValues]) -> Self:
        """A fake of the pools that the YAML text describes; it answers while it is entered.

        `random_seed` decides what ragged paging does; without it, pytest's command line, then the running test's id,
        else 0. The options are those of the mark; one that is not given is the running pytest's (command line, then
        configuration), else at its default. `SeedError` for a seed that is wrong, `ValueError` or `TypeError` for an
        invalid option.
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be YAML text, not {text!r}")
        if names_a_file(text):
            raise ValueError(f"text must be YAML text; to read a file: Path({text!r}).read_text()")
        checked = check_options(options)
        return cls._from_seed(read([[Source(text)]], service_model()), checked, random_seed)

    @classmethod
    def _from_seed(
        cls,
        seed: Seed,
        options: Options,
        random_seed: int | str | None,
        *,
        folders: Sequence[Path] = (),
        own_from: int = 0,
        way: messages.Way = messages.of_call,
    ) -> Self:
        """A fake of what has been read. Faults of the seed's levels from `own_from` on are the test's own."""
        fake = cls.__new__(cls)
        fake._set_up(seed, options, random_seed, folders, way)
        for fault in seed.faults:
            fake._service.plan(fault, own=fault.level >= own_from)
        return fake

    def _set_up(
        self,
        seed: Seed,
        options: Options,
        random_seed: int | str | None,
        folders: Sequence[Path] = (),
        way: messages.Way = messages.of_call,
    ) -> None:
        pools = seed.pools or (Pool.filled(Names(PoolConfig(), {})),)
        service = FakeService(options, _seed_by_hand() if random_seed is None else random_seed, way)
        super().__init__(service, pools[0].config.id, folders)
        self._pools: dict[str, UserPool] = {}
        self._now = seed.now
        self._freeze: Freeze | None = None
        self._entered = False
        for state in pools:
            service.put(state)

    def __repr__(self) -> str:
        return f"<CognitoGroups {' '.join(self._service.pools)} calls={len(self._service.calls())}>"

    # Life

    def __enter__(self) -> Self:
        return self._start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self._stop()
        except BaseException:
            self._stop()  # what the interrupt has left
            raise
        if error is None:
            problems = self._service.problems()
            if problems:
                raise AssertionError("\n\n".join(problems))

    def _start(self) -> Self:
        if self._freeze is not None or is_active(self._service):
            raise RuntimeError("this CognitoGroups is already active; leave it first, or make another")
        try:
            if self._now is not None:
                self._freeze = Freeze(self._now)
                self._freeze.start()
            activate(self._service)
            self._entered = True
            fake_service.entered(self._service)
            return self  # noqa: TRY300  # an interrupt after this block would find nobody to end the fake
        except BaseException:
            self._stop()
            raise

    def _stop(self) -> None:
        """End what has begun. Each step may be repeated: what an interrupt leaves, the next try does."""
        deactivate(self._service)
        if self._freeze is not None:
            self._freeze.stop()
            self._freeze = None

    @property
    def clock(self) -> FrozenDateTimeFactory | None:
        """With a seed's `now:`, freezegun's frozen clock while the fake is active: `tick(60)`, in seconds, and
        `move_to(date)`. Else `None`.
        """
        return None if self._freeze is None else self._freeze.factory

    # Pools

    @property
    def pool(self) -> UserPool:
        """The first pool."""
        return self._pool(self._pool_id)

    def _pool(self, pool_id: str) -> UserPool:
        """The public face of a service pool: made on first use, one for each pool."""
        if pool_id not in self._service.pools:
            raise KeyError(pool_id)
        return self._pools.setdefault(pool_id, UserPool(self._service, pool_id, self._folders))

    @property
    def pools(self) -> Mapping[str, UserPool]:
        """The pools by id. `KeyError` for an unknown id."""
        return Values(lambda: self._service.pools, self._pool)

    def add_pool(
        self,
        id: str,  # noqa: A002  # the field's name for it
        *,
        alias_attributes: Sequence[Literal["email", "phone_number", "preferred_username"]] = (),
        username_attributes: Sequence[Literal["email", "phone_number"]] = (),
        case_sensitive: bool = True,
    ) -> UserPool:
        """Add an empty pool and return it; the arguments mean what they mean in a seed.

        `ValueError` for what the service would refuse, or an id that is taken.
        """
        self._text("id", id, "UserPoolIdType")
        if id in self._service.pools:
            raise ValueError(f"pool {id} already exists")
        for argument, names, shape in (
            ("alias_attributes", alias_attributes, "AliasAttributeType"),
            ("username_attributes", username_attributes, "UsernameAttributeType"),
        ):
            if isinstance(names, str):
                raise TypeError(f"{argument} must be a sequence of names, not the string {names!r}")
            for name in names:
                self._text(argument, name, shape)
        config = PoolConfig(id, tuple(alias_attributes), tuple(username_attributes), case_sensitive)
        with self._service.lock:
            self._service.put(Pool.filled(Names(config, {})))
            return self._pool(id)

    # Clients

    @property
    def client(self) -> Any:
        """A ready botocore cognito-idp client for the first pool's region (`us-east-1` where the pool's id names
        none).
        """
        return client(self.pool.region)

    def attach(self, client_or_session: object) -> None:
        """Answer for a client or a session, botocore's or boto3's, that was made before this package was imported.
        `TypeError` for anything else.
        """
        attach(client_or_session)

    # Calls

    @property
    def calls(self) -> CallList:
        """The calls so far, in the order in which they were made: a snapshot, which later calls don't change."""
        return CallList(self._service.calls(), check=self._check)

    def reset_calls(self) -> None:
        """Forget the calls so far. Pages left unread and faults not raised still fail the test."""
        self._service.reset_calls()

    def _check(self, operation: str | None, params: Mapping[str, object]) -> str | None:
        return assertions.wire_name(self._service.model, self._service.answered, operation, params)

    def _made(self) -> assertions.Made:
        if not self._entered:
            raise RuntimeError(
                "this CognitoGroups was never entered, so it has answered no calls; make them inside its with block"
            )
        missing = [*messages.answered_by_moto(self._service.of_moto()), *fake_service.unseen()]
        return assertions.Made(self.calls, self._service.ragged, missing)

    def assert_called(
        self, operation: OperationName | str | None = None, *, times: int | None = None, **params: object
    ) -> None:
        """Assert that the operation (`None`: any) was called with these parameters among its own; with `times`, exactly
        that many times.
        """
        if times is not None and (isinstance(times, bool) or not isinstance(times, int)):
            raise TypeError(f"times must be a whole number or None, not {times!r}")
        _hold(assertions.called(self._check(operation, params), params, times, self._made()))

    def assert_called_once(self, operation: OperationName | str, **params: object) -> None:
        """`assert_called` with `times=1`: exactly one call of the operation has these parameters among its own."""
        self.assert_called(operation, times=1, **params)

    def assert_called_once_with(self, operation: OperationName | str, **params: object) -> None:
        """Assert that the operation was called exactly once, and with exactly these parameters."""
        _hold(assertions.called_once_with(self._check(operation, params), params, self._made()))

    def assert_not_called(self, operation: OperationName | str | None = None, **params: object) -> None:
        """Assert that no call of the operation (`None`: of any) has these parameters among its own."""
        _hold(assertions.not_called(self._check(operation, params), params, self._made()))

    def assert_calls(self, expected: Sequence[tuple[OperationName | str, Mapping[str, object]]]) -> None:
        """Assert that these calls were made in this order, other calls allowed between them. `expected`: pairs of an
        operation and the parameters among the call's own.
        """
        if not _are_calls(expected):
            raise TypeError(f"expected must be a list of (operation, {{parameter: value}}), not {expected!r}")
        names = [(self._check(operation, params), params) for operation, params in expected]
        _hold(assertions.called_in_order(names, self._made()))

    def assert_all_pages_read(self) -> None:
        """Assert that every `NextToken` and `PaginationToken` handed out so far was sent back, paginators aside, as the
        end of the test does.
        """
        _hold(self._service.unread())

    def assert_all_faults_raised(self) -> None:
        """Assert that every fault planned by the test itself was raised as often as planned (with `times=None`, once or
        more), as the end of the test does.
        """
        _hold(self._service.unraised())

    # Faults

    def add_fault(
        self,
        operation: OperationName | str | None,
        error: ErrorCode | type[Exception] | Exception,
        *,
        message: str | None = None,
        times: int | None = 1,
        after: int = 0,
        **params: object,
    ) -> None:
        """Answer requests for the operation (`None`: for every one) that have these parameters among their own with an
        error. Several faults for one request are used up in the order in which they were added.

        `error`: a code of the service, as text or as the exception that a client raises for it (its class, or an
        instance, which gives the message too); or a botocore exception class, of connections or credentials, to raise
        as the transport would. `message`: the text of a service's error, else its usual one. `times`: how many HTTP
        requests get it, botocore's retries among them (`None`: all). `after`: how many that match go through first.

        `ValueError` for what is invalid, with what is valid. An operation that isn't answered by itself gets its fault
        once `answer` has given it an answer.
        """
        name = None if operation is None else self._service.model.named(operation)
        code, told, transport = error_of(error)
        own = told if message is None else message
        self._service.plan(Fault(None, name, code, own, times, after, tuple(params.items()), transport))

    def throttle(self, operation: OperationName | str | None = None, *, times: int | None = 1, after: int = 0) -> None:
        """`add_fault` with `TooManyRequestsException`, `Rate exceeded` (WIRE-6)."""
        self.add_fault(operation, "TooManyRequestsException", times=times, after=after)

    # Other operations

    def answer(self, operation: str, response: Answer) -> None:
        """Answer the operation, any in cognito-idp, until the fake ends; the latest answer counts.

        `response`: the answer as a mapping, `None` or `{}` for an operation that returns nothing, or a function that
        gets the request's parameters and returns it, and may change the pools. Dates are datetimes (a naive one is
        UTC) or seconds, blobs are bytes. `ValueError` or `TypeError` for what the operation can't return, naming the
        member; if a function returned it, the call fails the test. What a function raises reaches the caller. Calls are
        recorded, and faults go first.
        """
        self._service.give(self._service.model.named(operation), response)


def _hold(wrong: str | None) -> None:
    """Fail with the text, where an assertion gave one."""
    if wrong is not None:
        raise AssertionError(wrong)


def _are_calls(expected: object) -> bool:
    """Whether it is a list of pairs of an operation and its parameters."""
    return isinstance(expected, Sequence) and all(
        isinstance(each, tuple) and len(each) == 2 and isinstance(each[1], Mapping) for each in expected
    )


_GROUP: Final = re.compile(r"@[^]@:/]*$")


def _seed_by_hand() -> int:
    """What a fake draws its pages from when it isn't given a random seed."""
    chosen = chosen_seed()
    if chosen is not None:
        return chosen
    test = os.environ.get("PYTEST_CURRENT_TEST")
    return 0 if test is None else seed_of(test.rpartition(" (")[0])


def seed_of(test: str) -> int:
    """What the pages of a test are drawn from, unless the command line says it."""
    return crc32(without_group(test).encode())


def without_group(test: str) -> str:
    """The id of the test without the group that pytest-xdist appends with `--dist=loadgroup`."""
    return _GROUP.sub("", test)
