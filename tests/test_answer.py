"""`answer`: operations that a test answers itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.hook.data import service_model
from pytest_cognito_groups.service.outputs import output_text, skeleton

POOL: Final = "us-east-1_TestPool1"
ALICE: Final = {"UserPoolId": POOL, "Username": "alice"}
pytestmark = pytest.mark.cognito_groups("users: {alice: [readers]}")


BRANDING = "DescribeManagedLoginBranding"


def created(params: Mapping[str, Any]) -> dict[str, object]:
    return {"User": {"Username": params["Username"]}}


def test_an_operation_is_answered_with_a_mapping(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.answer("list_identity_providers", {"Providers": [{"ProviderName": "google"}]})
    assert client.list_identity_providers(UserPoolId=POOL)["Providers"] == [{"ProviderName": "google"}]


def test_an_operation_is_answered_by_a_function_of_its_parameters(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.answer("AdminCreateUser", created)
    assert client.admin_create_user(**ALICE)["User"] == {"Username": "alice"}


@pytest.mark.parametrize("response", [{}, None, lambda _: None], ids=["empty", "none", "function"])
def test_an_operation_without_output_is_answered_with_nothing(
    client: Any, cognito_groups: CognitoGroups, response: Any
) -> None:
    cognito_groups.answer("admin_delete_user", response)
    assert set(client.admin_delete_user(**ALICE)) == {"ResponseMetadata"}


def test_dates_arrive_as_they_were_given(cognito_groups: CognitoGroups) -> None:
    client, aware = cognito_groups.client, dt.datetime(2026, 1, 2, 3, 4, 5, 678000, dt.UTC)
    elsewhere = aware.astimezone(dt.timezone(dt.timedelta(hours=2)))
    for given in (aware, aware.replace(tzinfo=None), aware.timestamp(), elsewhere):
        cognito_groups.answer("admin_create_user", {"User": {"UserCreateDate": given}})
        assert client.admin_create_user(**ALICE)["User"]["UserCreateDate"] == aware
    cognito_groups.answer("admin_create_user", {"User": {"UserCreateDate": aware + dt.timedelta(microseconds=400)}})
    assert client.admin_create_user(**ALICE)["User"]["UserCreateDate"] == aware  # to the millisecond
    cognito_groups.answer("get_ui_customization", {"UICustomization": {"CSS": "x"}})
    assert client.get_ui_customization(UserPoolId=POOL)["UICustomization"] == {"CSS": "x"}


@pytest.mark.skipif(BRANDING not in service_model().methods, reason="this botocore has no operation that answers bytes")
def test_bytes_are_answered_as_base64() -> None:
    assert output_text(service_model(), BRANDING, branding(b"\0")) == (
        '{"ManagedLoginBranding": {"Assets": [{"Category": "FORM_LOGO", "ColorMode": "DARK", "Extension": "SVG", '
        '"Bytes": "AA=="}]}}'
    )


def branding(logo: bytes) -> dict[str, Any]:
    asset = {"Category": "FORM_LOGO", "ColorMode": "DARK", "Extension": "SVG", "Bytes": logo}
    return {"ManagedLoginBranding": {"Assets": [asset]}}


def test_a_mapping_is_copied_when_it_is_given(client: Any, cognito_groups: CognitoGroups) -> None:
    response: dict[str, Any] = {"User": {"Username": "alice"}}
    cognito_groups.answer("admin_create_user", response)
    response["User"]["Username"] = "bob"
    assert client.admin_create_user(**ALICE)["User"]["Username"] == "alice"


def test_the_latest_answer_counts(client: Any, cognito_groups: CognitoGroups) -> None:
    for name in ("first", "second"):
        cognito_groups.answer("admin_create_user", {"User": {"Username": name}})
    assert client.admin_create_user(**ALICE)["User"]["Username"] == "second"


def test_the_answer_of_the_innermost_fake_counts(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.answer("admin_create_user", {"User": {"Username": "outer"}})
    with CognitoGroups() as inner:
        assert client.admin_create_user(**ALICE)["User"]["Username"] == "outer"
        inner.answer("admin_create_user", {"User": {"Username": "inner"}})
        assert client.admin_create_user(**ALICE)["User"]["Username"] == "inner"
    assert client.admin_create_user(**ALICE)["User"]["Username"] == "outer"


def test_an_answer_takes_the_place_of_the_model(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.answer("list_groups", {"Groups": [], "NextToken": "more"})
    assert client.list_groups(UserPoolId="eu-west-1_Elsewhere")["NextToken"] == "more"
    assert cognito_groups.calls.last.items == ()
    cognito_groups.assert_all_pages_read()


def test_a_function_may_change_the_pool(client: Any, cognito_groups: CognitoGroups) -> None:
    def create(params: Mapping[str, Any]) -> dict[str, object]:
        cognito_groups.add_user(params["Username"], groups=["readers"])
        return created(params)

    cognito_groups.answer("admin_create_user", create)
    client.admin_create_user(UserPoolId=POOL, Username="bob")
    users = client.list_users_in_group(UserPoolId=POOL, GroupName="readers")["Users"]
    assert [user["Username"] for user in users] == ["alice", "bob"]


def test_constraints_are_checked_and_the_pool_is_not(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.answer("admin_create_user", created)
    attributes = [{"Name": "email", "Value": "x"}, {"Name": "n" * 33, "Value": "x"}]
    with pytest.raises(ClientError) as raised:
        client.admin_create_user(**ALICE, UserAttributes=attributes)
    assert raised.value.response["Error"]["Message"] == (
        f"1 validation error detected: Value '{'n' * 33}' at 'userAttributes.2.member.name' failed to satisfy "
        "constraint: Member must have length less than or equal to 32"
    )
    client.admin_create_user(UserPoolId="eu-west-1_Nowhere01", Username="alice")


def test_a_failed_call_of_an_answered_operation_has_no_hint(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.answer("admin_create_user", created)
    with pytest.raises(ClientError):
        client.admin_create_user(UserPoolId=POOL, Username="a" * 129)
    assert cognito_groups._service.hint(cognito_groups.calls.last) is None


def test_calls_are_recorded_and_asserted(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.answer("admin_create_user", created)
    client.admin_create_user(**ALICE)
    cognito_groups.assert_called_once("admin_create_user", Username="alice")
    cognito_groups.assert_not_called("AdminCreateUser", Username="bob")
    call = cognito_groups.calls.last
    assert (call.operation, call.method, call.items, call.page) == ("AdminCreateUser", "admin_create_user", (), 1)


@pytest.mark.parametrize("first", ["fault", "answer"])
def test_a_fault_goes_before_the_answer(client: Any, cognito_groups: CognitoGroups, first: str) -> None:
    steps: list[Callable[[], object]] = [
        lambda: cognito_groups.add_fault("admin_create_user", "UsernameExistsException"),
        lambda: cognito_groups.answer("admin_create_user", created),
    ]
    for step in steps if first == "fault" else steps[::-1]:
        step()
    with pytest.raises(client.exceptions.UsernameExistsException):
        client.admin_create_user(**ALICE)
    assert client.admin_create_user(**ALICE)["User"]["Username"] == "alice"


def test_a_fault_may_be_one_of_the_transport(cognito_groups: CognitoGroups) -> None:
    cognito_groups.answer("admin_delete_user", {})
    cognito_groups.add_fault("admin_delete_user", ReadTimeoutError, times=None)
    with pytest.raises(ReadTimeoutError):
        cognito_groups.client.admin_delete_user(**ALICE)
    assert cognito_groups.calls.last.attempts > 1


@pytest.mark.parametrize(
    ("operation", "response", "error", "text"),
    [
        (
            "admin_create_user",
            {"Usr": {}},
            ValueError,
            "the answer to admin_create_user is not one that it can return:\n"
            "  Usr is not a member of the answer; did you mean 'User'?",
        ),
        (
            "admin_create_user",
            {"User": {"Enabled": "yes", "UserStatus": "CONFIRM", "Attributes": [{"Value": 5}]}},
            ValueError,
            "the answer to admin_create_user is not one that it can return:\n"
            "  User.Enabled must be True or False, not 'yes'\n"
            "  User.UserStatus must be one of {statuses}, not 'CONFIRM'; did you mean 'CONFIRMED'?\n"
            "  User.Attributes[0].Name is missing\n"
            "  User.Attributes[0].Value must be a str, not 5",
        ),
        (
            "initiate_auth",
            {"ChallengeParameters": {"a": 1}, "X": 1},
            ValueError,
            "the answer to initiate_auth is not one that it can return:\n"
            "  ChallengeParameters['a'] must be a str, not 1\n"
            "  X is not a member of the answer; use one of: ",
        ),
        (
            "admin_delete_user",
            {"User": {}},
            ValueError,
            "admin_delete_user returns nothing: its answer must be {{}} or None, not {{'User': {{}}}}",
        ),
        ("admin_create_user", [], TypeError, "the answer to admin_create_user must be a mapping, not []"),
        ("admin_make_user", {}, ValueError, "cognito-idp has no operation 'admin_make_user'"),
    ],
    ids=["member", "all at once", "map", "nothing", "type", "operation"],
)
def test_what_the_operation_cannot_return_is_refused(
    cognito_groups: CognitoGroups, operation: str, response: Any, error: type[Exception], text: str
) -> None:
    statuses = ", ".join(service_model().enum("UserStatusType"))
    with pytest.raises(error) as raised:
        cognito_groups.answer(operation, response)
    assert str(raised.value).startswith(text.format(statuses=statuses))


def test_what_a_function_may_not_return_fails_the_test(client: Any) -> None:
    with (  # noqa: PT012
        pytest.raises(AssertionError, match="admin_create_user is not one that it can return"),
        CognitoGroups() as fake,
    ):
        fake.answer("admin_create_user", lambda _: {"User": {"Username": 5}})
        with pytest.raises(
            pytest.fail.Exception,
            match=r"(?s)^The answer to .*User\.Username must be a str, not 5\n  called at .*test_answer",
        ):
            client.admin_create_user(**ALICE)


def test_an_operation_that_is_not_answered_cannot_be_asserted(cognito_groups: CognitoGroups) -> None:
    with pytest.raises(ValueError, match="operation 'admin_create_user' is not answered here"):
        cognito_groups.assert_not_called("admin_create_user")


def test_an_answer_ends_with_its_fake(client: Any) -> None:
    with CognitoGroups() as fake:
        fake.answer("admin_delete_user", {})
        client.admin_delete_user(**ALICE)
    with (
        pytest.raises(AssertionError, match=r'cognito_groups\.answer\("admin_delete_user", \{\}\)'),
        CognitoGroups(),
        pytest.raises(pytest.fail.Exception),
    ):
        client.admin_delete_user(**ALICE)


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        ("AdminCreateUser", 'lambda params: {"User": {"Username": params["Username"]}}'),
        ("AdminDeleteUser", "{}"),
        ("ListDevices", '{"Devices": []}'),
        ("AdminInitiateAuth", '{"AuthenticationResult": {"AccessToken": "…"}}'),
        ("SignUp", '{"UserConfirmed": True, "UserSub": "…"}'),
        ("VerifySoftwareToken", '{"Status": "SUCCESS"}'),
    ],
)
def test_a_skeleton_shows_the_form_of_the_answer(operation: str, text: str) -> None:
    assert skeleton(service_model(), operation) == text


def test_a_skeleton_of_any_operation_is_one_of_its_answers() -> None:
    model = service_model()
    for operation in model.methods:
        text = skeleton(model, operation)
        if not text.startswith("lambda"):
            output_text(model, operation, eval(text.replace('b"…"', 'b""')))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyError("Name"), "KeyError"),
        (ReadTimeoutError(endpoint_url="x"), "ReadTimeoutError"),
        (ClientError({"Error": {"Code": "UsernameExistsException"}}, "AdminCreateUser"), "UsernameExistsException"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_function_raises_reaches_the_caller(
    client: Any, cognito_groups: CognitoGroups, error: Exception, code: str
) -> None:
    def refuse(_: object) -> None:
        raise error

    cognito_groups.answer("admin_create_user", refuse)
    with pytest.raises(type(error)) as raised:
        client.admin_create_user(**ALICE)
    assert raised.value is error
    (call,) = cognito_groups.calls
    assert call.error == code
    assert (call.attempts > 1) == (code == "ReadTimeoutError")


def test_a_function_may_wait_for_threads_that_make_calls(client: Any, cognito_groups: CognitoGroups) -> None:
    def add(params: Mapping[str, Any]) -> dict[str, object]:
        with ThreadPoolExecutor() as threads:
            threads.submit(cognito_groups.client.admin_add_user_to_group, **ALICE, GroupName="readers").result(
                timeout=10
            )
        return created(params)

    cognito_groups.answer("admin_create_user", add)
    client.admin_create_user(**ALICE)
    assert [call.method for call in cognito_groups.calls] == ["admin_add_user_to_group", "admin_create_user"]
