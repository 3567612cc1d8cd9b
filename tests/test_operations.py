"""The operations beside the two: what a client can't show, or only of a pool that is seeded so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.calls.record import OperationName
from pytest_cognito_groups.hook.data import service_model
from pytest_cognito_groups.service.operations import OPERATIONS

POOL: Final = "us-east-1_TestPool1"
SEED: Final = """
groups: {readers: , admins: {precedence: 0, created: 2025-01-01T00:00:00Z}}
users:
  alice: {groups: [readers], attributes: {email: alice@example.com, name: b}}
  bob: {attributes: {email: Bob@example.com, name: a}}
  carol: {status: EXTERNAL_PROVIDER, sub: 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11, attributes: {email: bob@example.com}}
  dave: {enabled: false, attributes: {custom:tenant: acme}}
"""
pytestmark = pytest.mark.cognito_groups(SEED)


def found(client: Any, condition: str, **params: object) -> list[str]:
    pages = client.get_paginator("list_users").paginate(UserPoolId=POOL, Filter=condition, **params)
    return [user["Username"] for page in pages for user in page["Users"]]


def text_of(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(ClientError) as raised:
        call()
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


# The table


def test_the_names_that_editors_complete_are_those_of_the_table() -> None:
    names = {*OperationName.__args__}  # type: ignore[attr-defined]
    assert names == {*OPERATIONS, *(service_model().methods[name] for name in OPERATIONS)}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_members_of_the_table_are_those_of_the_service_model(operation: str) -> None:
    row, model = OPERATIONS[operation], service_model()
    output = model.output(operation)
    assert {name for name in (row.token, *row.free) if row.token} <= {*model.parameters(operation)}
    if row.kind == "listing":
        assert output is not None
        assert {row.items, row.token} <= {*output.members}


# Listings


@pytest.mark.rule("USER-3")
def test_the_users_of_a_pool_come_60_to_a_page(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.load("users: {'user-[1:60]': }")
    first = client.list_users(UserPoolId=POOL)
    assert len(first["Users"]) == 60
    assert len(client.list_users(UserPoolId=POOL, PaginationToken=first["PaginationToken"])["Users"]) == 4


@pytest.mark.rule("GROUP-2")
def test_the_groups_of_a_pool_come_25_to_a_page(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.load("groups: {'group-[1:24]': }")
    first = client.list_groups(UserPoolId=POOL)
    assert len(first["Groups"]) == 25
    assert len(client.list_groups(UserPoolId=POOL, NextToken=first["NextToken"])["Groups"]) == 1


@pytest.mark.rule("USER-3")
@pytest.mark.cognito_groups(default_limit=2)
def test_a_default_limit_of_ones_own_goes_first(client: Any) -> None:
    assert found(client, "") == ["alice", "bob", "carol", "dave"]
    first = client.list_users(UserPoolId=POOL)
    assert len(client.list_users(UserPoolId=POOL, PaginationToken=first["PaginationToken"])["Users"]) == 2


@pytest.mark.parametrize("condition", ["", 'email ^= ""'], ids=["all", "filter"])
@pytest.mark.rule("USER-8")
def test_ragged_paging_shuffles_with_and_without_a_filter(condition: str) -> None:
    orders = set()
    for seed in range(8):
        with CognitoGroups.from_yaml(SEED, paging="ragged", random_seed=seed) as fake:
            orders.add(tuple(found(fake.client, condition)))
    assert len(orders) > 1
    assert len({tuple(sorted(order)) for order in orders}) == 1


def test_unread_users_are_told_by_their_own_token() -> None:
    with pytest.raises(AssertionError) as raised, CognitoGroups.from_yaml(SEED, page_size=3) as fake:  # noqa: PT012
        fake.client.list_users(UserPoolId=POOL)
        fake.client.list_users(UserPoolId=POOL, Filter='email ^= "b"')
    told = str(raised.value)
    assert "1 PaginationToken returned but never sent back" in told
    assert "list_users(UserPoolId='us-east-1_TestPool1'): 3 of 4 users read" in told
    assert "until no PaginationToken is returned" in told


def test_a_page_of_all_groups_left_unread_is_told() -> None:
    with pytest.raises(AssertionError, match=r"list_groups\(.*\): 1 of 2 groups read"):  # noqa: SIM117
        with CognitoGroups.from_yaml(SEED, page_size=1) as fake:
            fake.client.list_groups(UserPoolId=POOL)


def test_a_loop_without_its_pagination_token_is_stopped() -> None:
    with (  # noqa: PT012
        pytest.raises(AssertionError, match=r'PaginationToken=response\["PaginationToken"\]'),
        CognitoGroups.from_yaml(SEED, page_size=1, max_repeats=3, assert_all_pages_read=False) as fake,
        pytest.raises(pytest.fail.Exception, match="a PaginationToken, and the token was never sent back"),
    ):
        while True:
            fake.client.list_users(UserPoolId=POOL)


@pytest.mark.rule("USER-3", "USER-9")
@pytest.mark.cognito_groups(page_size=1)
def test_a_position_is_read_by_a_request_that_asks_too_much(client: Any, cognito_groups: CognitoGroups) -> None:
    token = client.list_users(UserPoolId=POOL)["PaginationToken"]
    assert text_of(lambda: client.list_users(UserPoolId=POOL, PaginationToken=token, AttributesToGet=["email"])) == (
        "InvalidParameterException",
        "One or more requested attributes do not exist.",
    )
    cognito_groups.assert_all_pages_read()


@pytest.mark.rule("PAGE-9", "GROUP-9")
@pytest.mark.cognito_groups(page_size=1)
def test_a_group_made_anew_during_a_walk_is_the_last(client: Any, cognito_groups: CognitoGroups) -> None:
    token = client.list_groups(UserPoolId=POOL)["NextToken"]
    client.delete_group(UserPoolId=POOL, GroupName="readers")
    client.create_group(UserPoolId=POOL, GroupName="readers")
    client.update_group(UserPoolId=POOL, GroupName="admins", Precedence=3)
    names = []
    while token:
        page = client.list_groups(UserPoolId=POOL, NextToken=token)
        names += [group["GroupName"] for group in page["Groups"]]
        token = page.get("NextToken")
    assert names == ["admins", "readers"]


# Filters


@pytest.mark.rule("USER-7", "USER-8")
@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ('email = "BOB@EXAMPLE.COM"', ["bob", "carol"]),  # code points: B comes before b
        ('email ^= ""', ["bob", "alice", "carol"]),
        ('name ^= ""', ["bob", "alice"]),
        ('sub = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"', ["carol"]),
        ('cognito:user_status = "external_provider"', ["carol"]),
        ('status = "Disabled"', ["dave"]),
        ('username ^= "A"', []),
        ('\t"username"="dave" ', ["dave"]),
    ],
)
def test_users_are_found_by_what_is_stored(client: Any, condition: str, names: list[str]) -> None:
    assert found(client, condition) == names


@pytest.mark.rule("USER-6")
@pytest.mark.parametrize("condition", [" ", r'name = "\n"', '"name = "x"', "name = 'x'", 'name == "x"', 'name = "x\\"'])
def test_what_is_no_filter_is_refused(client: Any, condition: str) -> None:
    refused = ("InvalidParameterException", "Error while parsing filter.")
    assert text_of(lambda: client.list_users(UserPoolId=POOL, Filter=condition)) == refused


@pytest.mark.rule("USER-7", "LOOK-7")
@pytest.mark.cognito_groups(
    "username_attributes: [email]\nusers: {a@example.com: , g_1: {status: EXTERNAL_PROVIDER}}", inherit=False
)
def test_a_username_is_the_name_of_the_answers(client: Any, cognito_groups: CognitoGroups) -> None:
    sub = cognito_groups.users["a@example.com"].sub
    assert found(client, f'username = "{sub}"') == [sub]
    assert found(client, 'username = "g_1"') == ["g_1"]
    assert found(client, 'username = "a@example.com"') == []


@pytest.mark.rule("USER-8")
@pytest.mark.cognito_groups(page_size=1)
def test_a_walk_keeps_the_order_it_began_with(client: Any, cognito_groups: CognitoGroups) -> None:
    def page(token: str | None) -> tuple[str, str | None]:
        more = {} if token is None else {"PaginationToken": token}
        answer = client.list_users(UserPoolId=POOL, Filter='email ^= ""', **more)
        return answer["Users"][0]["Username"], answer.get("PaginationToken")

    first, token = page(None)
    cognito_groups.load("users: {bob: {attributes: {email: zoe@example.com}}, alice: {attributes: {email: z@z.org}}}")
    cognito_groups.add_user("eve", attributes={"email": "a@a.org"})
    again, other = page(None)
    assert (first, again) == ("bob", "eve")
    for expected, begun in ((["alice", "carol", "eve"], token), (["carol", "alice", "bob"], other)):
        names, following = list[str](), begun
        while following is not None:
            name, following = page(following)
            names.append(name)
        assert names == expected


@pytest.mark.rule("USER-9")
@pytest.mark.parametrize(
    ("condition", "attributes", "there"),
    [
        ('email ^= ""', ["email", "sub"], True),
        ('email ^= "a"', ["name"], True),
        ('email ^= ""', ["name"], False),
        ('username = "dave"', ["custom:tenant"], False),  # unsearchable: every user would need it
        ('username = "nobody"', ["phone_number"], True),
        ('username = "nobody"', ["status"], False),
        ("", ["sub"], True),
    ],
)
def test_an_attribute_has_to_be_there_wherever_it_is_sought(
    client: Any, condition: str, attributes: list[str], there: bool
) -> None:
    for _ in range(2):
        if there:
            found(client, condition, AttributesToGet=attributes)
        else:
            assert text_of(lambda: found(client, condition, AttributesToGet=attributes))[1] == (
                "One or more requested attributes do not exist."
            )


@pytest.mark.rule("USER-10")
def test_the_filter_comes_before_the_attributes_and_these_before_the_token(client: Any) -> None:
    wrong = {"Filter": "x", "AttributesToGet": ["status"], "PaginationToken": "x"}
    texts = []
    while wrong:
        texts.append(text_of(lambda: client.list_users(UserPoolId=POOL, **wrong))[1])
        del wrong[next(iter(wrong))]
    assert [text.partition(" x ")[0] for text in texts] == [
        "Error while parsing filter.",
        "One or more requested attributes do not exist.",
        "Paging marker",
    ]


def test_many_filters_are_remembered_and_forgotten(client: Any) -> None:
    for number in range(70):
        assert found(client, f'username = "user-{number}"', AttributesToGet=["email"]) == []


# Writes


@pytest.mark.rule("MEMB-4")
@pytest.mark.cognito_groups("{groups: [staff], users: {'user-[1:3]': [staff]}}", page_size=1)
def test_who_joins_during_a_walk_is_met_at_its_end(client: Any, cognito_groups: CognitoGroups) -> None:
    token = client.list_users_in_group(UserPoolId=POOL, GroupName="staff")["NextToken"]
    for method, name in (("remove", "user-1"), ("add", "user-1"), ("remove", "user-2")):
        preposition = "to" if method == "add" else "from"
        change = getattr(client, f"admin_{method}_user_{preposition}_group")
        change(UserPoolId=POOL, Username=name, GroupName="staff")
    names = []
    while token:
        page = client.list_users_in_group(UserPoolId=POOL, GroupName="staff", NextToken=token)
        names += [user["Username"] for user in page["Users"]]
        token = page.get("NextToken")
    assert names == ["user-3", "user-1"]


def test_a_write_is_seen_by_the_python_interface(client: Any, cognito_groups: CognitoGroups) -> None:
    role = "arn:aws:iam::123456789012:role/Admins"
    client.update_group(UserPoolId=POOL, GroupName="admins", RoleArn=role)
    client.admin_add_user_to_group(UserPoolId=POOL, Username="bob", GroupName="admins")
    client.create_group(UserPoolId=POOL, GroupName="new", Description="New")
    assert cognito_groups.claims("bob") == {
        "cognito:groups": ["admins"],
        "cognito:roles": [role],
        "cognito:preferred_role": role,
    }
    assert [user.username for user in cognito_groups.members_of("admins")] == ["bob"]
    assert cognito_groups.groups["new"].description == "New"
    assert cognito_groups.calls.last.items == ()


@pytest.mark.rule("GROUP-4", "GROUP-7")
@pytest.mark.cognito_groups(now="2026-01-31T12:00:00Z")
def test_dates_go_by_the_clock_of_the_test(client: Any, cognito_groups: CognitoGroups) -> None:
    assert cognito_groups.clock is not None
    noon = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)
    made = client.create_group(UserPoolId=POOL, GroupName="new")["Group"]
    assert (made["CreationDate"], made["LastModifiedDate"]) == (noon, noon)
    cognito_groups.clock.tick(60)
    for name, created in (("new", noon), ("readers", noon), ("admins", dt.datetime(2025, 1, 1, tzinfo=dt.UTC))):
        changed = client.update_group(UserPoolId=POOL, GroupName=name, Precedence=1)["Group"]
        assert (changed["CreationDate"], changed["LastModifiedDate"]) == (created, noon + dt.timedelta(minutes=1))


@pytest.mark.parametrize("error", ["TooManyRequestsException", ConnectTimeoutError], ids=["service", "transport"])
def test_a_write_that_meets_a_fault_changes_nothing(cognito_groups: CognitoGroups, error: Any) -> None:
    cognito_groups.add_fault("create_group", error, times=None)
    with pytest.raises((ClientError, ConnectTimeoutError)):
        cognito_groups.client.create_group(UserPoolId=POOL, GroupName="new")
    assert "new" not in cognito_groups.groups
    assert cognito_groups.calls.last.error


@pytest.mark.rule("GROUP-8")
def test_a_role_and_a_precedence_have_their_limits(client: Any) -> None:
    for operation in (client.create_group, client.update_group):
        code, text = text_of(
            lambda call=operation: call(UserPoolId=POOL, GroupName="readers", RoleArn="a" * 20, Precedence=2**31)
        )
        assert code == "InvalidParameterException"
        assert text.startswith(f"2 validation errors detected: Value '{'a' * 20}' at 'roleArn' failed to satisfy")
        assert text.endswith("at 'precedence' failed to satisfy constraint: Member must have value less than or equal "
                             "to 2147483647")  # fmt: skip


@pytest.mark.rule("MEMB-2", "LOOK-5")
@pytest.mark.cognito_groups(
    "alias_attributes: [email]\nusers: {erin: {attributes: {email: e@x.org, email_verified: true}}}"
)
def test_a_membership_is_changed_by_an_alias(client: Any, cognito_groups: CognitoGroups) -> None:
    client.admin_add_user_to_group(UserPoolId=POOL, Username="e@x.org", GroupName="readers")
    assert [user.username for user in cognito_groups.members_of("readers")] == ["alice", "erin"]


# Faults, moto, the option


@pytest.mark.parametrize("operation", OPERATIONS)
def test_any_operation_may_be_throttled(cognito_groups: CognitoGroups, operation: str) -> None:
    method = service_model().methods[operation]
    params = {"UserPoolId": POOL, "Username": "alice", "GroupName": "readers"}
    wanted = {name: params[name] for name in service_model().parameters(operation) if name in params}
    cognito_groups.throttle(method, times=None)
    with pytest.raises(cognito_groups.client.exceptions.TooManyRequestsException):
        getattr(cognito_groups.client, method)(**wanted)
    assert (cognito_groups.calls.last.error, cognito_groups.calls.last.method) == ("TooManyRequestsException", method)


def test_an_operation_that_is_allowed_passes_the_model() -> None:
    def stop(**_: object) -> None:
        raise Passed

    with CognitoGroups.from_yaml(SEED, allow_operations="list_groups") as fake:
        client = fake.client
        client.list_users(UserPoolId=POOL)
        client.meta.events.register_last("before-send.cognito-identity-provider", stop, unique_id="stop")
        with pytest.raises(Passed):
            client.list_groups(UserPoolId=POOL)
        client.meta.events.unregister("before-send.cognito-identity-provider", unique_id="stop")
    assert [call.method for call in fake.calls] == ["list_users"]


class Passed(BaseException):
    """What would be sent has passed the plugin."""


@pytest.mark.parametrize("operation", ["list_users_in_group", "AdminListGroupsForUser"])
def test_the_two_cannot_be_let_through(operation: str) -> None:
    with pytest.raises(ValueError, match=f"{operation} can't be let through"):
        CognitoGroups(allow_operations=operation)


@pytest.fixture
def moto() -> Iterator[None]:
    from moto import mock_aws

    with mock_aws():
        yield


def test_moto_answers_for_pools_that_no_fake_has(moto: None, cognito_groups: CognitoGroups) -> None:
    client = cognito_groups.client
    pool = client.create_user_pool(PoolName="x")["UserPool"]["Id"]
    client.create_group(UserPoolId=pool, GroupName="of-moto")
    assert [group["GroupName"] for group in client.list_groups(UserPoolId=pool)["Groups"]] == ["of-moto"]
    assert [group["GroupName"] for group in client.list_groups(UserPoolId=POOL)["Groups"]] == ["readers", "admins"]
    with pytest.raises(AssertionError, match="moto answered 2 calls for pools that no fake has"):
        cognito_groups.assert_called("get_group")
