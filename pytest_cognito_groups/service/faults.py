"""Planned errors: which requests they meet, and what is answered instead (section WIRE of the semantics)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from pytest_cognito_groups.service.errors import ServiceError
from pytest_cognito_groups.service.model import Model
from pytest_cognito_groups.service.operations import Request
from pytest_cognito_groups.text import did_you_mean, shortened

ErrorCode: TypeAlias = Literal[
    "GroupExistsException",
    "InternalErrorException",
    "InvalidParameterException",
    "LimitExceededException",
    "NotAuthorizedException",
    "OperationNotEnabledException",
    "ResourceNotFoundException",
    "TooManyRequestsException",
    "UserNotFoundException",
    # Of other operations, which a test answers
    "AliasExistsException",
    "CodeDeliveryFailureException",
    "CodeMismatchException",
    "ConcurrentModificationException",
    "DeviceKeyExistsException",
    "DuplicateProviderException",
    "EnableSoftwareTokenMFAException",
    "ExpiredCodeException",
    "FeatureUnavailableInTierException",
    "ForbiddenException",
    "InternalServerException",
    "InvalidEmailRoleAccessPolicyException",
    "InvalidLambdaResponseException",
    "InvalidOAuthFlowException",
    "InvalidPasswordException",
    "InvalidSmsRoleAccessPolicyException",
    "InvalidSmsRoleTrustRelationshipException",
    "InvalidUserPoolConfigurationException",
    "MFAMethodNotFoundException",
    "ManagedLoginBrandingExistsException",
    "PasswordHistoryPolicyViolationException",
    "PasswordResetRequiredException",
    "PreconditionNotMetException",
    "RefreshTokenReuseException",
    "ScopeDoesNotExistException",
    "ServiceQuotaExceededException",
    "SoftwareTokenMFANotFoundException",
    "TermsExistsException",
    "TierChangeNotAllowedException",
    "TooManyFailedAttemptsException",
    "UnauthorizedException",
    "UnexpectedLambdaException",
    "UnsupportedIdentityProviderException",
    "UnsupportedOperationException",
    "UnsupportedTokenTypeException",
    "UnsupportedUserStateException",
    "UserImportInProgressException",
    "UserLambdaValidationException",
    "UserNotConfirmedException",
    "UserPoolAddOnNotEnabledException",
    "UserPoolTaggingException",
    "UsernameExistsException",
    "WebAuthnChallengeNotFoundException",
    "WebAuthnClientMismatchException",
    "WebAuthnConfigurationMissingException",
    "WebAuthnCredentialNotSupportedException",
    "WebAuthnNotEnabledException",
    "WebAuthnOriginNotAllowedException",
    "WebAuthnRelyingPartyMismatchException",
    # Common to all operations
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InternalFailure",
    "InvalidSignatureException",
    "MalformedHttpRequestException",
    "NotAuthorized",
    "OptInRequired",
    "RequestAbortedException",
    "RequestEntityTooLargeException",
    "RequestExpired",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "ValidationError",
]
"""The codes of errors that a request can get, where a type checker and an editor want them."""

COMMON: Final[Mapping[str, str]] = {
    "AccessDeniedException": "You do not have sufficient access to perform this action.",
    "ExpiredTokenException": "The security token included in the request is expired",
    "IncompleteSignature": "The request signature does not conform to AWS standards.",
    "InternalFailure": "The request processing has failed because of an unknown error, exception or failure.",
    "InvalidSignatureException": (
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
        "Key and signing method. Consult the service documentation for details."
    ),
    "MalformedHttpRequestException": "Problems with the request at the HTTP level.",
    "NotAuthorized": "You do not have permission to perform this action.",
    "OptInRequired": "The AWS access key ID needs a subscription for the service.",
    "RequestAbortedException": "The request was aborted before a reply was sent back.",
    "RequestEntityTooLargeException": "Problems with the request at the HTTP level. The request entity is too large.",
    "RequestExpired": "Request has expired.",
    "RequestTimeoutException": "Problems with the request at the HTTP level. Reading the Request timed out.",
    "ServiceUnavailable": "Service Unavailable",
    "ThrottlingException": "Rate exceeded",
    "UnknownOperationException": "UnknownOperationException",
    "UnrecognizedClientException": "The security token included in the request is invalid.",
    "ValidationError": "The input fails to satisfy the constraints specified by an AWS service.",
}
"""The errors that AWS documents as common to all actions, whatever an operation models, with their usual texts."""

_STATUS: Final = {"InternalErrorException": 500, "InternalFailure": 500, "ServiceUnavailable": 503}  # WIRE-5
_MESSAGE: Final = {
    "TooManyRequestsException": "Rate exceeded",  # WIRE-6
    "UserNotFoundException": "User does not exist.",
    **COMMON,
}

_WELL_KNOWN: Final = ("ReadTimeoutError", "ConnectTimeoutError", "EndpointConnectionError", "NoCredentialsError")
"""The botocore exceptions that a message names; it has some thirty."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A planned error: `times` requests that match (`None`: all) get it after the first `after` were let through.

    It concerns the requests for `pool` and `operation` (on the wire; `None`: whichever) that have these parameters,
    `when`, among their own. `error` is a code of the service or, with `transport`, the name of a botocore
    exception. `level` is the place of its seed among those that were merged, from the outside in.
    """

    pool: str | None
    operation: str | None
    error: str
    message: str | None = None
    times: int | None = 1
    after: int = 0
    when: tuple[tuple[str, object], ...] = ()
    transport: bool = False
    level: int = field(default=0, compare=False)

    def meets(self, request: Request) -> bool:
        if self.pool not in (None, request.pool_id) or self.operation not in (None, request.operation):
            return False
        return all(name in request.params and expected == request.params[name] for name, expected in self.when)

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


@dataclass(slots=True)
class Planned:
    """A fault of a fake, and what has become of it: how many requests it let through, and how many it has met. `own`
    means that the test itself planned it.
    """

    fault: Fault
    own: bool = True
    passed: int = 0
    raised: int = 0

    @property
    def due(self) -> bool:
        return self.passed >= self.fault.after and (self.fault.times is None or self.raised < self.fault.times)

    @property
    def reached(self) -> bool:
        """Raised as often as was planned; one without an end, at least once."""
        return self.raised >= (1 if self.fault.times is None else self.fault.times)


def take(faults: Iterable[Planned], request: Request) -> Fault | None:
    """The fault that the request meets, counted; where there is none, the request counts as let through by all it
    matches.
    """
    matching = [planned for planned in faults if planned.fault.meets(request)]
    for planned in matching:
        if planned.due:
            planned.raised += 1
            return planned.fault
    for planned in matching:
        planned.passed += 1
    return None


def codes(operation: str | None, model: Model) -> tuple[str, ...]:
    """The codes that the operation models; where none is named, those that every operation does. A fault may also have
    one of `COMMON`.
    """
    first, *others = (model.errors(name) for name in (model.operations if operation is None else (operation,)))
    return tuple(code for code in first if all(code in other for other in others))


class Wrong(NamedTuple):
    """Something wrong with a fault: the key in question, or the parameter; the text; and what can be written, one list
    per line.
    """

    key: str
    text: str
    usable: Sequence[str] = ()


def wrong(fault: Fault, model: Model) -> Iterator[Wrong]:
    """What is wrong with the fault."""
    who = "every operation" if fault.operation is None else model.methods[fault.operation]
    own = codes(fault.operation, model)
    if not fault.transport and fault.error not in (*own, *COMMON):
        hint = did_you_mean(fault.error, (*own, *COMMON, *model.transport))
        if fault.error in model.transport:
            hint = f"; did you mean the class botocore.exceptions.{fault.error}?"
        text = f"{shortened(fault.error)} is not an error that {who} can return{hint}"
        yield Wrong("error", text, _usable(who, own, model.transport))
    operations = tuple(model.operations) if fault.operation is None else (fault.operation,)
    parameters = list(dict.fromkeys(name for operation in operations for name in model.parameters(operation)))
    for name, _ in fault.when:
        if name not in parameters:
            whose = "any operation" if fault.operation is None else who
            hint = did_you_mean(name, parameters)
            text = f"{shortened(name)} is not a parameter of {whose}{hint}"
            yield Wrong(
                name, text, [f"use one of: {', '.join(parameters)}", "of the fault itself: message, times, after"]
            )
    if not _is(fault.message, str, type(None)):
        yield Wrong("message", f"message must be text, not {fault.message!r}")
    elif fault.transport and fault.message is not None:
        yield Wrong("message", f"message is only for service errors: the text of {fault.error} is botocore's own")
    if fault.times is not None and not (_is(fault.times, int) and fault.times >= 1):
        yield Wrong("times", f"times must be a whole number, at least 1, or None for always, not {fault.times!r}")
    if not (_is(fault.after, int) and fault.after >= 0):
        yield Wrong("after", f"after must be a whole number, at least 0, not {fault.after!r}")


def _usable(who: str, own: Sequence[str], transport: Collection[str]) -> list[str]:
    """The errors that can be planned, the long list of botocore's exceptions shortened."""
    named = [name for name in _WELL_KNOWN if name in transport]
    return [
        f"{who} can return: {', '.join(own)}",
        f"any request may get: {', '.join(COMMON)}",
        f"botocore may raise: {', '.join(named)}, … ({len(transport)} of botocore.exceptions)",
    ]


def _is(value: object, *kinds: type[object]) -> bool:
    """Whether the value, which may have come from an unchecked test, is of one of the kinds; `True` isn't a number."""
    return isinstance(value, kinds) and not isinstance(value, bool)
