"""botocore's events: every client of every session asks the active fakes before a request leaves the process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import uuid4

from pytest_cognito_groups import hook
from pytest_cognito_groups.forks import new_lock
from pytest_cognito_groups.hook import retries
from pytest_cognito_groups.hook.data import is_aws
from pytest_cognito_groups.hook.invocation import Invocation, Responder, current
from pytest_cognito_groups.hook.wire import awaitable, is_asynchronous, parameters, response, turn
from pytest_cognito_groups.service.operations import OPERATIONS, Request

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

SERVICE: Final = "cognito-identity-provider"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who called the client: whether through a paginator, the place in the code under test as (file, line), and the
    functions on the way from there to the test as (file, qualified name), the innermost first.
    """

    paginator: bool
    place: tuple[str, int] | None
    functions: Sequence[tuple[str, str]]


_active: tuple[
    Responder, ...
] = ()  # from the outermost to the innermost; replaced whole, so that reading needs no lock
_lock: Final = new_lock()
_metadata_setting: list[str | None] = []
_METADATA: Final = "AWS_EC2_METADATA_DISABLED"


def activate(responder: Responder) -> None:
    """Let the responder answer, before those that were active already."""
    global _active
    with _lock:
        if not _metadata_setting:
            _metadata_setting.append(os.environ.get(_METADATA))
            os.environ[_METADATA] = "true"  # a client made from here on looks for no instance
        retries.forget(responder)
        _active = (*_active, responder)


def deactivate(responder: Responder) -> None:
    """Take the responder out, wherever it is; with the last one, everything is as it was. What an interrupt has
    left of it is done by the next try.
    """
    global _active
    with _lock:
        _active = tuple(other for other in _active if other is not responder)
        if not _active:
            retries.resume()
            for before in _metadata_setting:
                if before is None:
                    os.environ.pop(_METADATA, None)
                else:
                    os.environ[_METADATA] = before
            _metadata_setting.clear()


def is_active(responder: Responder) -> bool:
    return any(other is responder for other in _active)


def _moto() -> Callable[[str, AWSPreparedRequest], AWSResponse | None] | None:
    """What answers in moto's name, while its mock is active."""
    models = sys.modules.get("moto.core.models")
    stubber: Any = getattr(models, "botocore_stubber", None)
    return stubber if getattr(stubber, "enabled", False) else None


# Handlers

_PROCESS: Final = str(uuid4())[:-12]
_requests: Final = count()
"""The ids of requests are UUIDs that differ in their last digits: to draw each anew takes longer than most of an
answer."""


class Origin(NamedTuple):
    """What a call comes from: the signer of its client; the URL that it is meant for, and its body."""

    signer: Any
    url: str
    body: object

    @property
    def credentials(self) -> object:
        return self.signer._credentials

    @property
    def signs_here(self) -> bool:
        """Whether it can sign without asking elsewhere for credentials."""
        return self.credentials is not None and not hasattr(self.credentials, "refresh_needed")


_ORIGIN: Final = "pytest_cognito_groups"
"""Where the context of a call has its origin."""


def _botocore(value: object) -> ModuleType:
    """The botocore whose class, or one derived from it, the value is of."""
    own = next(base for base in type(value).__mro__ if base.__module__.startswith("botocore."))
    package: ModuleType = own.__init__.__globals__["botocore"]  # type: ignore[misc]
    return package


def _before_call(params: Mapping[str, Any], request_signer: Any, context: dict[str, object], **_: object) -> None:
    """Runs before the first attempt, and so before anything that the client keeps between calls is consulted."""
    if _active:
        retries.keep_apart(request_signer)
    if _active or hook.guard is not None:
        context[_ORIGIN] = Origin(request_signer, params["url"], params.get("body"))


def _choose_signer(
    event_name: str, context: Mapping[str, object], region_name: str | None = None, **_: object
) -> object:
    """Take requests that are answered in this process unsigned, so that no credentials are needed; refuse other
    operations here, before anything is sent: signed and unsigned requests pass this event, those of a client with a
    Stubber do not.
    """
    active = _active
    if context.get("is_presign_request"):
        return None
    origin = context.get(_ORIGIN)
    moto = _moto() is not None
    if not active:
        if not moto:
            _guard(event_name, origin.body if isinstance(origin, Origin) else None)
        elif hook.guard is not None and isinstance(origin, Origin):  # moto's answer, or none
            return None if origin.signs_here else _botocore(origin.signer).UNSIGNED
        return None
    if not isinstance(origin, Origin):  # begun before the fake
        return None
    operation = event_name.rpartition(".")[2]
    if _is_answered(operation, active):
        invocation = current.get()
        if invocation is None:
            current.set(Invocation("", region_name))
        else:
            invocation.region = region_name
    elif not moto:
        _check(operation, active, origin.url)
        return None
    elif origin.credentials is not None and _allowed(operation, active):
        return None
    # moto knows accounts by who has signed.
    return None if moto and origin.signs_here else _botocore(origin.signer).UNSIGNED


def _is_answered(operation: str, active: tuple[Responder, ...]) -> bool:
    """Whether calls of the operation are answered in this process. One that is let through goes before the model."""
    for responder in active:
        if responder.answers(operation):
            return True
    return operation in OPERATIONS and not _allowed(operation, active)


def _allowed(operation: str, active: tuple[Responder, ...]) -> bool:
    return any(responder.allows(operation) for responder in active)


def _check(operation: str, active: tuple[Responder, ...], url: str) -> None:
    """Stop a call of another operation, unless it may pass."""
    if not _allowed(operation, active):
        active[-1].refuse(operation, "AWS" if is_aws(url) else url.rstrip("/"), past_moto=_moto() is not None)


def _guard(event_name: str, body: object) -> None:
    """Stop a call while no fake is active, where there is a guard."""
    if hook.guard is not None:
        hook.guard(event_name.rpartition(".")[2], parameters(body) or {})


def _before_send(request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse | None:
    """Answer in the service's place. Whatever is raised here reaches the caller: nothing goes on to the network."""
    active = _active
    if not active:
        _let_go()
        answered = None if hook.guard is None else _of_moto(request, event_name)
        if answered is None:
            _guard(event_name, request.body)
        return answered
    operation = event_name.rpartition(".")[2]
    if not _is_answered(operation, active):
        answered = _of_moto(request, event_name)
        if answered is None:
            _check(operation, active, request.url)  # again: a handler of the client's own may have chosen the signer
        else:
            _note_unknown(answered, operation, parameters(request.body) or {}, active)
        return answered
    params = parameters(request.body)
    invocation = _invocation(request)
    number = f"{_PROCESS}{next(_requests):012x}"
    asked = Request(operation, params or {}, invocation.region, number, readable=params is not None)
    responder = _owner(active, asked)
    if responder is None:
        responder = active[-1]
        answered = _of_moto(request, event_name) if asked.pool_id else None
        if answered is not None:
            responder.handed_to_moto(invocation, asked.pool_id)
            return answered
    package = _botocore(request)
    retries.suspend(package)
    if invocation.responder is not responder:
        invocation.responder, invocation.call = responder, -1
    try:
        reply = responder.respond(asked, invocation)
    except BaseException as error:
        if not isinstance(error, Exception):  # else botocore may try again, and tells when it is over
            current.set(None)
        raise
    return response(reply, asked, _taken(request), package)


def _of_moto(request: AWSPreparedRequest, event_name: str) -> AWSResponse | None:
    """moto's answer, while its mock is active; a client may be older than moto, which then does not know it."""
    moto = _moto()
    answered = None if moto is None else moto(event_name, request)
    if answered is None:
        return None
    _taken(request)
    return awaitable(answered)


def _note_unknown(
    answered: AWSResponse, operation: str, params: Mapping[str, object], active: tuple[Responder, ...]
) -> None:
    """Let the fake that has the pool know that moto doesn't: nothing in moto's answer says that there is another."""
    pool_id = params.get("UserPoolId")
    owner = next((each for each in reversed(active) if isinstance(pool_id, str) and each.has_pool(pool_id)), None)
    body = answered.content
    if owner is not None and b"ResourceNotFoundException" in body and str(pool_id).encode() in body:
        owner.unknown_to_moto(operation, str(pool_id))


def _taken(request: AWSPreparedRequest) -> str:
    """The URL of a request that has its answer. moto's own handler comes later and would carry it out once more."""
    url: str = request.url
    if _moto() is not None:
        request.url = "about:blank"
    return url


def _owner(active: tuple[Responder, ...], request: Request) -> Responder | None:
    """The innermost that has an answer for the operation, else the innermost that has the pool."""
    for responder in reversed(active):
        if responder.answers(request.operation):
            return responder
    pool_id = request.pool_id
    for responder in reversed(active):
        if responder.has_pool(pool_id):
            return responder
    return None


def _invocation(request: AWSPreparedRequest) -> Invocation:
    """The call that the request is an attempt of, known by the id that all its attempts carry."""
    header = request.headers.get("amz-sdk-invocation-id", b"")
    number = header.decode() if isinstance(header, bytes) else str(header)
    invocation = current.get()
    if invocation is None or (invocation.id not in ("", number)):
        invocation = Invocation(number, None if invocation is None else invocation.region)
        current.set(invocation)
    invocation.id = number
    return invocation


def _let_go(**_: object) -> None:
    """The call is over, or belongs to no fake from here on."""
    if current.get() is not None:
        current.set(None)


async def _before_send_in_turn(**event: Any) -> AWSResponse | None:
    """As `_before_send`, after a turn of the event loop."""
    if _active:
        await turn()
    return _before_send(**event)


_HANDLERS: Final = (
    (f"before-call.{SERVICE}", _before_call),
    (f"choose-signer.{SERVICE}", _choose_signer),
)
_LAST: Final = tuple((f"{event}.{SERVICE}", _let_go) for event in ("after-call", "after-call-error"))
"""Behind botocore's own, which give back to the retry quota."""


def register(target: Any) -> None:
    """Register the handlers with a session or a client's events; nothing happens where they are already."""
    emitter = target.get_component("event_emitter") if hasattr(target, "get_component") else target
    send = _before_send_in_turn if is_asynchronous(emitter) else _before_send
    first = (*_HANDLERS, (f"before-send.{SERVICE}", send))
    for handlers, register_one in ((first, emitter.register), (_LAST, emitter.register_last)):
        for event_name, handler in handlers:
            register_one(event_name, handler, unique_id=f"pytest-cognito-groups.{event_name}")


# The stack

_CLIENTS: Final = frozenset({"botocore", "boto3", "aiobotocore", "aioboto3"})
_PAGINATORS: Final = frozenset({"botocore.paginate", "aiobotocore.paginate"})
_BETWEEN: Final = frozenset(
    {*sys.stdlib_module_names, "pytest_cognito_groups", "_pytest", "pluggy", "pytest_asyncio", "anyio", "trio"}
)
"""What may lie between a client and the code under test, which hands it a function to call."""
_RUNNER: Final = "_pytest.runner"


def caller() -> Caller:
    """Who called the client method that is under way in this thread or task.

    What stands between a client's own frames, such as a tracer or a test's spy, was called by it and did not call it.
    """
    paginator = False
    place: tuple[str, int] | None = None
    functions: list[tuple[str, str]] = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        package = module.partition(".")[0]
        if module == _RUNNER:  # runs the test: a task that it started has none of the test's frames on its stack
            break
        if package in _CLIENTS:
            paginator = paginator or module in _PAGINATORS
            place = None
            functions.clear()
        elif package not in _BETWEEN:
            place = place or (frame.f_code.co_filename, frame.f_lineno)
            functions.append((frame.f_code.co_filename, frame.f_code.co_qualname))
        frame = frame.f_back
    return Caller(paginator, place, functions)
