"""Constraints as any service model may have them; tests/test_requests.py shows those of the installed one."""

from __future__ import annotations

import re

import pytest
from botocore import xform_name

from pytest_cognito_groups.hook.data import service_model
from pytest_cognito_groups.service.errors import ServiceError
from pytest_cognito_groups.service.model import Model, method_name

DESCRIPTION: dict[str, object] = {
    "operations": {
        "ListUsersInGroup": {"input": {"shape": "UsersRequest"}, "errors": [{"shape": "Busy"}, {"shape": "Gone"}]},
        "AdminListGroupsForUser": {"input": {"shape": "GroupsRequest"}, "errors": [{"shape": "Gone"}]},
        "ListGroups": {"input": {"shape": "GroupsRequest"}, "errors": []},
    },
    "shapes": {
        "UsersRequest": {"type": "structure", "members": {"GroupName": {"shape": "Name"}, "Limit": {"shape": "Limit"}}},
        "GroupsRequest": {
            "type": "structure",
            "members": {"Username": {"shape": "Secret"}, "Kind": {"shape": "Kind"}},
        },
        "Name": {"type": "string", "min": 3, "max": 4, "pattern": r"[\w]+"},
        "Secret": {"type": "string", "max": 4, "sensitive": True},
        "Letters": {"type": "string", "pattern": r"[\p{L}]+"},
        "Kind": {"type": "string", "enum": ["one", "two"]},
        "Limit": {"type": "integer", "min": 2, "max": 5},
    },
}


@pytest.fixture
def model() -> Model:
    return Model(DESCRIPTION, ["AdminListGroupsForUser", "ListUsersInGroup"])


@pytest.mark.rule("REQ-3")
@pytest.mark.parametrize(
    ("shape", "value", "wrong"),
    [
        ("Name", "ab", "must have length greater than or equal to 3"),
        ("Name", "abc", None),
        ("Name", "abcd", None),
        ("Name", "abcde", "must have length less than or equal to 4"),
        ("Name", "ab!", r"must satisfy regular expression pattern: [\w]+"),
        ("Name", "abc\n", r"must satisfy regular expression pattern: [\w]+"),
        ("Name", "äbc", r"must satisfy regular expression pattern: [\w]+"),
        ("Letters", "äбج", None),
        ("Letters", "ä1", r"must satisfy regular expression pattern: [\p{L}]+"),
        ("Kind", "two", None),
        ("Kind", "three", "must satisfy enum value set: [one, two]"),
        ("Limit", 1, "must have value greater than or equal to 2"),
        ("Limit", 5, None),
        ("Limit", 6, "must have value less than or equal to 5"),
        ("SubType", "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11", None),
    ],
)
def test_a_value_is_held_against_its_shape(model: Model, shape: str, value: str | int, wrong: str | None) -> None:
    assert model.violation(shape, value) == wrong


def test_a_sub_is_a_uuid_in_lower_case(model: Model) -> None:
    assert "must satisfy regular expression pattern" in str(
        model.violation("SubType", "5F0C6F4E-8A52-4D4B-9D0E-3B0F6F6F7A11")
    )


@pytest.mark.rule("REQ-3", "REQ-5")
def test_all_that_a_request_breaks_is_told_at_once(model: Model) -> None:
    failed = "failed to satisfy constraint: Member must"
    assert model.check("ListUsersInGroup", {"Limit": 6, "GroupName": "abcd!", "Unknown": "!"}) == ServiceError(
        "InvalidParameterException",
        rf"3 validation errors detected: Value 'abcd!' at 'groupName' {failed} satisfy regular expression pattern: "
        rf"[\w]+; Value 'abcd!' at 'groupName' {failed} have length less than or equal to 4; "
        f"Value '6' at 'limit' {failed} have value less than or equal to 5",
        400,
    )


@pytest.mark.rule("REQ-4")
def test_a_sensitive_value_is_left_out(model: Model) -> None:
    refusal = model.check("AdminListGroupsForUser", {"Username": "alice", "Kind": "two"})
    assert refusal is not None
    assert refusal.message == (
        "1 validation error detected: Value at 'username' failed to satisfy constraint: "
        "Member must have length less than or equal to 4"
    )


@pytest.mark.rule("REQ-6")
def test_a_limit_of_zero_is_refused_whatever_the_model_says(model: Model) -> None:
    refusal = model.check("ListUsersInGroup", {"GroupName": "abc", "Limit": 0})
    assert refusal is not None
    assert refusal.message == (
        "1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1"
    )


def test_a_request_within_the_model_is_not_refused(model: Model) -> None:
    assert model.check("ListUsersInGroup", {"GroupName": "abc", "Limit": 2}) is None


@pytest.mark.rule("REQ-3", "WIRE-9")
def test_what_is_inside_a_structure_a_map_or_a_list_has_its_shape() -> None:
    attributes = [{"Name": "email"}, {"Value": "x", "Unknown": 5}]
    params = {"UserPoolId": "us-east-1_A", "Username": "a", "UserAttributes": attributes, "ClientMetadata": {"a": "b"}}
    refusal = service_model().check("AdminCreateUser", params)
    assert refusal is not None
    assert refusal.message == (
        "1 validation error detected: Value null at 'userAttributes.2.member.name' failed to satisfy constraint: "
        "Member must not be null"
    )
    params["ClientMetadata"] = {"a": 5}
    assert service_model().check("AdminCreateUser", params) == ServiceError(
        "SerializationException", "NUMBER_VALUE can not be converted to a String"
    )


def test_methods_have_the_names_that_botocore_gives_them() -> None:
    assert service_model().methods == {name: xform_name(name) for name in service_model().methods}


@pytest.mark.parametrize("operation", ["ListClientMetadataURLs", "SetUserMFAPreference", "GetUICustomization"])
def test_abbreviations_are_put_as_botocore_puts_them(operation: str) -> None:
    assert method_name(operation) == xform_name(operation)


def test_the_model_knows_errors_parameters_enums_and_methods(model: Model) -> None:
    assert model.errors("ListUsersInGroup") == ("Busy", "Gone")
    assert model.parameters("AdminListGroupsForUser") == ("Username", "Kind")
    assert model.enum("Kind") == ("one", "two")
    assert dict(model.operations) == {
        "AdminListGroupsForUser": "admin_list_groups_for_user",
        "ListUsersInGroup": "list_users_in_group",
    }
    assert model.methods["ListGroups"] == "list_groups"


@pytest.mark.parametrize("name", ["list_users_in_group", "ListUsersInGroup"])
def test_an_operation_goes_by_either_spelling(model: Model, name: str) -> None:
    assert model.answered(name) == model.named(name) == "ListUsersInGroup"


def test_an_operation_of_the_service_need_not_be_answered(model: Model) -> None:
    assert model.named("list_groups") == "ListGroups"
    with pytest.raises(ValueError, match=r"^operation 'list_groups' is not answered here; did you mean "):
        model.answered("list_groups")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("list_user_in_group", "; did you mean 'list_users_in_group'?"),
        ("ListUsersInGroups", "; did you mean 'ListUsersInGroup'?"),
        ("list_users", "; did you mean 'list_users_in_group'?"),
        ("ListUsers", "; did you mean 'ListUsersInGroup'?"),
        ("frobnicate", ""),
    ],
)
def test_an_unknown_operation_gets_the_closest_one_named(model: Model, name: str, hint: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(f'cognito-idp has no operation {name!r}{hint}')}$"):
        model.named(name)


@pytest.mark.rule("WIRE-9")
@pytest.mark.parametrize(
    ("params", "code", "text"),
    [
        ({"Names": ["abc"]}, None, None),
        ({"Names": []}, None, None),
        ({"Names": ["abc", 5]}, "SerializationException", "NUMBER_VALUE can not be converted to a String"),
        ({"Names": [None]}, "SerializationException", "NULL_VALUE can not be converted to a String"),
        ({"Names": "abc"}, "SerializationException", "STRING_VALUE can not be converted to a List"),
        (
            {},
            "InvalidParameterException",
            "1 validation error detected: Value null at 'names' failed to satisfy constraint: Member must not be null",
        ),
    ],
)
def test_a_list_and_its_items_have_their_types(params: dict[str, object], code: str | None, text: str | None) -> None:
    request = {"type": "structure", "members": {"Names": {"shape": "Names"}}, "required": ["Names"]}
    operation = {"input": {"shape": "Request"}, "errors": []}
    model = Model(
        {
            "operations": {"ListUsersInGroup": operation},
            "shapes": {
                "Request": request,
                "Names": {"type": "list", "member": {"shape": "Name"}},
                "Name": {"type": "string"},
            },
        },
        ["ListUsersInGroup"],
    )
    refusal = model.check("ListUsersInGroup", params)
    assert (refusal and refusal.code, refusal and refusal.message) == (code, text)
