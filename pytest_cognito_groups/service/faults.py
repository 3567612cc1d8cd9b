"""Planned errors: which requests they meet, and what is answered instead (section WIRE of the semantics)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pytest_cognito_groups.service.constraints import Model
from pytest_cognito_groups.service.errors import ServiceError, did_you_mean, shortened
from pytest_cognito_groups.service.operations import Request

UNMODELLED: Final = ("AccessDeniedException", "ThrottlingException", "ServiceUnavailable")
"""Codes that the service answers although no operation models them."""

_STATUS: Final = {"InternalErrorException": 500, "ServiceUnavailable": 503}  # WIRE-5
_MESSAGE: Final = {
    "TooManyRequestsException": "Rate exceeded",  # WIRE-6
    "ThrottlingException": "Rate exceeded",
    "UserNotFoundException": "User does not exist.",
    "ServiceUnavailable": "Service Unavailable",
}


@dataclass(slots=True)
class Fault:
    """A planned error: `times` requests that match (`None`: all) get it after the first `after` were let through.

    `error` is a code of the service or the name of an exception of botocore's. `own` tells that the test itself planned
    it.
    """

    pool_id: str | None
    operation: str | None
    error: str
    message: str | None = None
    times: int | None = 1
    after: int = 0
    params: Mapping[str, object] | None = None
    transport: bool = False
    own: bool = True
    passed: int = 0
    raised: int = 0

    def meets(self, request: Request) -> bool:
        if self.pool_id not in (None, request.pool_id) or self.operation not in (None, request.operation):
            return False
        return all(
            name in request.params and expected == request.params[name]
            for name, expected in (self.params or {}).items()
        )

    @property
    def due(self) -> bool:
        return self.passed >= self.after and (self.times is None or self.raised < self.times)

    @property
    def reached(self) -> bool:
        """Raised as often as was planned; one without an end, at least once."""
        return self.raised >= (1 if self.times is None else self.times)

    def service_error(self, request: Request, partition: str = "aws") -> ServiceError:
        """The error as the service words it. `partition` is that of the region that was asked."""
        message = _MESSAGE.get(self.error, self.error) if self.message is None else self.message
        if self.error == "AccessDeniedException" and self.message is None:  # WIRE-7
            arn = f"arn:{partition}"
            action = f"cognito-idp:{request.operation}"
            message = (
                f"User: {arn}:iam::123456789012:user/test is not authorized to perform: {action} on resource: "
                f"{arn}:cognito-idp:{request.asked_region}:123456789012:userpool/{request.pool_id} "
                f"because no identity-based policy allows the {action} action"
            )
        return ServiceError(self.error, message, _STATUS.get(self.error, 400))


def take(faults: Iterable[Fault], request: Request) -> Fault | None:
    """The fault that the request meets, counted; where there is none, the request counts as let through by all it
    matches.
    """
    matching = [fault for fault in faults if fault.meets(request)]
    for fault in matching:
        if fault.due:
            fault.raised += 1
            return fault
    for fault in matching:
        fault.passed += 1
    return None


def codes(operation: str | None, model: Model) -> tuple[str, ...]:
    """The codes that a fault of the operation may have; where it names none, those that both operations model."""
    if operation is not None:
        return (*model.errors(operation), *UNMODELLED)
    first, *others = (model.errors(name) for name in model.operations)
    return (*(code for code in first if all(code in other for other in others)), *UNMODELLED)


def wrong(fault: Fault, model: Model, transport: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the fault: pairs of the key in question, or of the parameter, and the text. `transport` names
    botocore's exceptions.
    """
    operations = tuple(model.operations) if fault.operation is None else (fault.operation,)
    who = "both operations" if fault.operation is None else model.methods[fault.operation]
    known = codes(fault.operation, model)
    if not fault.transport and fault.error not in known:
        hint = did_you_mean(fault.error, (*known, *transport))
        if fault.error in transport:
            hint = f"; did you mean the class botocore.exceptions.{fault.error}?"
        use = f"use one of: {', '.join(known)}, or of botocore.exceptions: {', '.join(transport)}"
        yield "error", f"error {shortened(fault.error)} is no error of {who}; {use}{hint}"
    parameters = [
        name for name in model.parameters(operations[0]) if all(name in model.parameters(other) for other in operations)
    ]
    for name in fault.params or {}:
        if name not in parameters:
            hint = did_you_mean(name, parameters)
            yield name, f"{shortened(name)} is no parameter of {who}; use one of: {', '.join(parameters)}{hint}"
    if not _is(fault.message, str, type(None)):
        yield "message", f"message must be text, not {fault.message!r}"
    elif fault.transport and fault.message is not None:
        yield "message", f"message is for errors of the service: the text of {fault.error} is botocore's own"
    if fault.times is not None and not (_is(fault.times, int) and fault.times >= 1):
        yield "times", f"times must be a whole number from 1 up, or None for always, not {fault.times!r}"
    if not (_is(fault.after, int) and fault.after >= 0):
        yield "after", f"after must be a whole number from 0 up, not {fault.after!r}"


def _is(value: object, *kinds: type[object]) -> bool:
    """Whether the value, which may have come from an unchecked test, is of one of the kinds; `True` is no number."""
    return isinstance(value, kinds) and not isinstance(value, bool)
