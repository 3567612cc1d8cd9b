"""Hints: each thing that the model knows of a failed call, in the words that a user reads."""

from __future__ import annotations

import contextlib
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_cognito_groups import CognitoGroups

SUB = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"
SEED = """
pool: us-east-1_First0001
alias_attributes: [email]
groups: {Readers: , writers: }
users:
  alice: {groups: [Readers, writers], attributes: {email: alice@example.com, phone_number: "+15551234567"}}
  bob: {attributes: {email: bob@example.com, email_verified: false}}
  google_1: {status: EXTERNAL_PROVIDER, sub: 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11, attributes: {email: g@example.com}}
---
pool: eu-west-1_Second002
users: {erin: [editors]}
"""
FIRST = "us-east-1_First0001"


@pytest.mark.parametrize(
    ("method", "params", "hint"),
    [
        (
            "groups",
            {"UserPoolId": "us-east-1_first0001", "Username": "alice"},
            "the seed has no such pool; did you mean 'us-east-1_First0001'?",
        ),
        (
            "groups",
            {"UserPoolId": "eu-west-1_Second002", "Username": "erin"},
            "the pool is in eu-west-1, the client asks us-east-1",
        ),
        (
            "users",
            {"UserPoolId": FIRST, "GroupName": "readers"},
            "group 'Readers' differs in case: group names are case-sensitive",
        ),
        ("users", {"UserPoolId": FIRST, "GroupName": "editors"}, "the group is in pool eu-west-1_Second002"),
        (
            "users",
            {"UserPoolId": FIRST, "GroupName": "writer"},
            "pool us-east-1_First0001 has no such group; did you mean 'writers'?",
        ),
        (
            "groups",
            {"UserPoolId": FIRST, "Username": "alice@example.com"},
            "user 'alice' has this email, but it is not verified: seed email_verified: true",
        ),
        (
            "groups",
            {"UserPoolId": FIRST, "Username": "+15551234567"},
            "user 'alice' has this phone_number, but phone_number is not among the pool's alias_attributes",
        ),
        (
            "groups",
            {"UserPoolId": FIRST, "Username": "g@example.com"},
            "user 'google_1' has this email but is federated: only the username finds them",
        ),
        (
            "groups",
            {"UserPoolId": FIRST, "Username": "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"},
            "user 'google_1' has this sub but is federated: only the username finds them",
        ),
        (
            "groups",
            {"UserPoolId": FIRST, "Username": "Alice"},
            "user 'alice' differs in case: the pool is case_sensitive",
        ),
        ("groups", {"UserPoolId": FIRST, "Username": "erin"}, "the user is in pool eu-west-1_Second002"),
        (
            "groups",
            {"UserPoolId": FIRST, "Username": "alise"},
            "pool us-east-1_First0001 has no such user; did you mean 'alice'?",
        ),
        (
            "groups",
            {"UserPoolId": FIRST, "Username": "bob@example.com"},
            "user 'bob' has this email, but it is not verified: seed email_verified: true, not false",
        ),
        (
            "groups",
            {"UserPoolId": FIRST, "Username": "zzz"},
            "pool us-east-1_First0001 has no such user; it has: alice, bob, google_1",
        ),
        ("groups", {"UserPoolId": FIRST, "Username": "alice", "Limit": 61}, None),
        ("groups", {"UserPoolId": FIRST, "Username": "alice", "NextToken": "made-up"}, None),
        ("groups", {"UserPoolId": FIRST, "Username": "alice"}, None),
    ],
)
def test_a_failed_call_is_explained(method: str, params: dict[str, Any], hint: str | None) -> None:
    with CognitoGroups.from_yaml(SEED) as fake:
        call = fake.client.admin_list_groups_for_user if method == "groups" else fake.client.list_users_in_group
        with contextlib.suppress(ClientError):
            call(**params)
        assert hint is None or str(fake.calls.last.error).endswith("NotFoundException")
        assert fake._service.hint(fake.calls.last) == hint


@pytest.mark.parametrize(
    ("method", "params", "hint"),
    [
        (
            "create_group",
            {"GroupName": "READERS"},
            "group 'Readers' differs in case: CreateGroup ignores case, although look-ups don't",
        ),
        ("create_group", {"GroupName": "Readers"}, None),
        ("admin_add_user_to_group", {"Username": "alise", "GroupName": "Readers"}, "{no_user}; did you mean 'alice'?"),
        (
            "admin_add_user_to_group",
            {"Username": "alice", "GroupName": "readers"},
            "group 'Readers' differs in case: group names are case-sensitive",
        ),
        ("list_users", {"Filter": "email = x"}, 'a filter is name = "value", or name ^= "value" for a prefix: {form}'),
        (
            "list_users",
            {"Filter": 'custom:tenant = "x"'},
            "users can be searched by: username, email, phone_number, {rest}",
        ),
        ("list_users", {"AttributesToGet": ["sub"], "Limit": 61}, None),
        ("list_users", {"AttributesToGet": ["status"]}, "'status' isn't an attribute; every answer has it anyway"),
        ("list_users", {"AttributesToGet": ["nickname"]}, "user 'alice' has no attribute 'nickname'"),
    ],
)
def test_a_failed_call_of_another_operation_is_explained(method: str, params: dict[str, Any], hint: str | None) -> None:
    with CognitoGroups.from_yaml(SEED) as fake:
        with pytest.raises(ClientError):
            getattr(fake.client, method)(UserPoolId=FIRST, **params)
        told = hint and hint.format(
            no_user=f"pool {FIRST} has no such user",
            form='one condition, with \\" for a quote and \\\\ for a backslash in the value',
            rest="name, given_name, family_name, preferred_username, cognito:user_status, status, sub",
        )
        assert fake._service.hint(fake.calls.last) == told


def test_a_token_of_another_filter_is_explained() -> None:
    with CognitoGroups.from_yaml(SEED, assert_all_pages_read=False) as fake:
        token = fake.client.list_users(UserPoolId=FIRST, Limit=1)["PaginationToken"]
        with pytest.raises(fake.client.exceptions.InvalidParameterException):
            fake.client.list_users(UserPoolId=FIRST, PaginationToken=token, Filter='username ^= "a"')
        assert fake._service.hint(fake.calls.last) == (
            "the token was returned for Filter=None: a token goes with the same parameters"
        )


@pytest.mark.parametrize(
    ("operation", "params", "hint"),
    [
        (
            "list_users_in_group",
            {"GroupName": "Readers"},
            "the token is one of admin_list_groups_for_user: a token continues the operation that returned it",
        ),
        (
            "admin_list_groups_for_user",
            {"Username": "google_1"},
            "the token was returned for Username='alice': a token goes with the same parameters",
        ),
    ],
)
def test_a_token_in_the_wrong_place_is_explained(operation: str, params: dict[str, Any], hint: str) -> None:
    with CognitoGroups.from_yaml(SEED, assert_all_pages_read=False) as fake:
        token = fake.client.admin_list_groups_for_user(UserPoolId=FIRST, Username="alice", Limit=1)["NextToken"]
        with pytest.raises(fake.client.exceptions.InvalidParameterException):
            getattr(fake.client, operation)(UserPoolId=FIRST, NextToken=token, **params)
        assert fake._service.hint(fake.calls.last) == hint


def test_a_pool_that_names_no_region_is_in_none() -> None:
    with CognitoGroups.from_yaml("{pool: local_First0001, groups: {Readers: }}") as fake:
        with pytest.raises(ClientError):
            fake.client.list_users_in_group(UserPoolId=fake.pool.id, GroupName="readers")
        assert fake._service.hint(fake.calls.last) == "group 'Readers' differs in case: group names are case-sensitive"


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("admin_list_groups_for_user", {"UserPoolId": FIRST}),
        ("admin_list_groups_for_user", {"Username": "alice"}),
        ("list_users_in_group", {"UserPoolId": FIRST}),
        ("list_users_in_group", {"GroupName": "Readers"}),
    ],
)
def test_a_call_that_names_too_little_has_no_hint(method: Any, params: dict[str, str]) -> None:
    client = boto3.client("cognito-idp", region_name="us-east-1", config=Config(parameter_validation=False))
    with CognitoGroups.from_yaml(SEED) as fake:
        codes: tuple[Any, ...] = ("ResourceNotFoundException", "InvalidParameterException")
        if method.startswith("admin"):
            codes = (*codes, "UserNotFoundException")
        for code in codes:
            fake.add_fault(method, code)
            with pytest.raises(ClientError):
                getattr(client, method)(**params)
        assert [fake._service.hint(call) for call in fake.calls] == [None] * len(codes)


def test_a_seed_that_names_no_pool_is_told_which_to_name() -> None:
    with CognitoGroups.from_yaml("users: {alice: []}") as fake:
        with contextlib.suppress(ClientError):
            fake.client.list_groups(UserPoolId="eu-west-1_Demo12345")
        assert fake._service.hint(fake.calls.last) == (
            "the only pool is us-east-1_TestPool1, the default; write pool: eu-west-1_Demo12345 in the mark's seed"
        )


def test_an_empty_pool_is_told() -> None:
    with CognitoGroups() as fake:
        with pytest.raises(ClientError):
            fake.client.list_users_in_group(UserPoolId=fake.pool.id, GroupName="readers")
        hint = "pool us-east-1_TestPool1 is empty: is the test marked with a seed that has users or groups?"
        assert fake._service.hint(fake.calls.last) == hint


def test_a_sign_in_name_of_the_wrong_kind_is_told() -> None:
    with CognitoGroups.from_yaml('{username_attributes: [email], users: {"+15551234567": }}') as fake:
        with pytest.raises(ClientError):
            fake.client.admin_list_groups_for_user(UserPoolId=fake.pool.id, Username="+15551234567")
        assert fake._service.hint(fake.calls.last) == (
            "user '+15551234567' has this phone_number, but phone_number is not among the pool's username_attributes"
        )


def hint_for(seed: str, username: str) -> str | None:
    with CognitoGroups.from_yaml(seed) as fake:
        with pytest.raises(ClientError):
            fake.client.admin_list_groups_for_user(UserPoolId=fake.pool.id, Username=username)
        hint: str | None = fake._service.hint(fake.calls.last)
        return hint


SIGN_IN = f"""
username_attributes: [email]
users:
  key@example.com: {{sub: {SUB}, attributes: {{email: Real@example.com}}}}
  google_1: {{status: EXTERNAL_PROVIDER, attributes: {{email: g@example.com}}}}
"""


@pytest.mark.parametrize(
    ("username", "hint"),
    [
        (
            "key@example.com",
            f"user 'key@example.com' is found by sub '{SUB}' or email 'Real@example.com': the pool has "
            "username_attributes, so the seed's key isn't a Username",
        ),
        (
            "real@example.com",
            "email 'Real@example.com' of user 'key@example.com' differs in case: the pool is case_sensitive",
        ),
        ("GOOGLE_1", "user 'google_1' differs in case: the pool is case_sensitive"),
        ("g@example.com", "user 'google_1' has this email but is federated: only the username finds them"),
        ("KEY@example.com", "pool us-east-1_TestPool1 has no such user; did you mean 'key@example.com'?"),
    ],
)
def test_a_hint_is_true_where_people_sign_in_by_an_attribute(username: str, hint: str) -> None:
    assert hint_for(SIGN_IN, username) == hint


def test_an_old_token_is_explained() -> None:
    with CognitoGroups.from_yaml("now: 2026-01-01\n---\n" + SEED, assert_all_pages_read=False) as fake:
        token = fake.client.admin_list_groups_for_user(UserPoolId=FIRST, Username="alice", Limit=1)["NextToken"]
        assert fake.clock is not None
        fake.clock.tick(3601)
        with pytest.raises(fake.client.exceptions.InvalidParameterException):
            fake.client.admin_list_groups_for_user(UserPoolId=FIRST, Username="alice", NextToken=token)
        assert fake._service.hint(fake.calls.last) == "the token is older than an hour"


def test_a_user_whose_creation_was_answered_but_not_done_is_explained() -> None:
    with CognitoGroups.from_yaml("users: {alice: [readers]}") as fake:
        fake.answer("admin_create_user", {})
        fake.client.admin_create_user(UserPoolId=fake.pool.id, Username="bob")
        for username in ("bob", "carol"):
            with pytest.raises(fake.client.exceptions.UserNotFoundException):
                fake.client.admin_get_user(UserPoolId=fake.pool.id, Username=username)
        assert [fake._service.hint(call) for call in fake.calls] == [
            None,
            "admin_create_user was answered for 'bob' without adding the user: "
            "call cognito_groups.add_user in the answer",
            "pool us-east-1_TestPool1 has no such user; it has: alice",
        ]


def test_a_retry_that_hid_an_error_is_explained() -> None:
    with CognitoGroups.from_yaml("users: {alice: [readers]}") as fake:
        fake.throttle(times=1)
        client = boto3.client("cognito-idp", region_name="us-east-1", config=Config(retries={"mode": "standard"}))
        client.admin_get_user(UserPoolId=fake.pool.id, Username="alice")
        client.admin_get_user(UserPoolId=fake.pool.id, Username="alice")
        assert [fake._service.hint(call) for call in fake.calls] == [
            "botocore retried it, so the code never saw the error; a fault with times=None outlasts all retries",
            None,
        ]


def test_what_has_come_since_is_not_explained() -> None:
    with CognitoGroups.from_yaml(SEED) as fake:
        with pytest.raises(ClientError):
            fake.client.list_users_in_group(UserPoolId=FIRST, GroupName="late")
        with pytest.raises(ClientError):
            fake.client.admin_list_groups_for_user(UserPoolId=FIRST, Username="late")
        fake.add_group("late")
        fake.add_user("late")
        assert [fake._service.hint(call) for call in fake.calls] == [None, None]


def test_a_likely_name_is_not_looked_for_among_thousands() -> None:
    with CognitoGroups.from_yaml('users: {"user-[0001:2000]": }') as fake:
        with pytest.raises(ClientError):
            fake.client.admin_list_groups_for_user(UserPoolId=fake.pool.id, Username="user-2001")
        names = ", ".join(f"user-{number:04}" for number in range(1, 6))
        assert (
            fake._service.hint(fake.calls.last)
            == f"pool us-east-1_TestPool1 has no such user; it has: {names} and 1,995 more"
        )


@pytest.mark.parametrize(("number", "hint"), [(1000, "did you mean 'user-"), (1001, "it has: user-0001, ")])
def test_a_likely_name_is_looked_for_among_a_thousand(number: int, hint: str) -> None:
    assert hint in (hint_for(f'users: {{"user-[0001:{number}]": }}', "user-100") or "")


def test_hints_stand_under_the_calls_of_a_failing_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.cognito_groups("{groups: {Readers: }}")
        def test_it(cognito_groups):
            cognito_groups.client.list_users_in_group(UserPoolId="us-east-1_TestPool1", GroupName="readers")
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- cognito-idp calls -*",
            "  1. list_users_in_group(*) -> ResourceNotFoundException",
            "Hint for call 1: group 'Readers' differs in case: group names are case-sensitive",
        ],
        consecutive=True,
    )
