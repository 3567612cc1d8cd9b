"""Groups: made, read, changed, deleted (GROUP)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import pytest

from conformance.operations import (
    CREATE_GROUP,
    DELETE_GROUP,
    GET_GROUP,
    GET_USER,
    GROUPS,
    GROUPS_OF_USER,
    STANDARD,
    UPDATE_GROUP,
    USERS_IN_GROUP,
    Refusal,
    refusal,
    uses,
)
from conformance.worlds import Group

ROLE: Final = "arn:aws:iam::123456789012:role/Readers"
BARE: Final = {"GroupName", "UserPoolId", "CreationDate", "LastModifiedDate"}
FULL: Final = Group(precedence=3, role_arn=ROLE, description="Reads")


def tick() -> None:
    """Let dates differ."""
    time.sleep(0.01)


def group(client: Any, pool: str, name: str = "readers") -> dict[str, Any]:
    found: dict[str, Any] = GET_GROUP(client, pool, GroupName=name)["Group"]
    return found


@pytest.mark.rule("GROUP-1")
@uses(GET_GROUP)
def test_a_group_is_answered_with_what_was_set(client: Any, make_pool: Callable[..., str]) -> None:
    found = group(client, make_pool(groups={"readers": FULL}))
    assert set(found) == BARE | {"Precedence", "RoleArn", "Description"}
    assert (found["Precedence"], found["RoleArn"], found["Description"]) == (3, ROLE, "Reads")


@pytest.mark.rule("GROUP-1", "PREC-2")
@uses(GET_GROUP)
def test_a_group_has_no_member_that_was_not_set(client: Any, make_pool: Callable[..., str]) -> None:
    assert set(group(client, make_pool(**STANDARD))) == BARE


@pytest.mark.rule("GROUP-2")
@uses(GROUPS)
def test_a_pool_without_groups_has_an_empty_list(client: Any, make_pool: Callable[..., str]) -> None:
    answer = GROUPS(client, make_pool())
    assert answer["Groups"] == []
    assert "NextToken" not in answer


@pytest.mark.rule("GROUP-4")
@uses(CREATE_GROUP)
def test_a_new_group_was_made_and_modified_now(client: Any, make_pool: Callable[..., str]) -> None:
    made = CREATE_GROUP(client, make_pool())["Group"]
    assert made["CreationDate"] == made["LastModifiedDate"]
    assert made["CreationDate"].timestamp() == pytest.approx(time.time(), abs=300)


@pytest.mark.rule("GROUP-4", "PREC-2")
@uses(CREATE_GROUP)
def test_a_new_group_has_nothing_that_was_not_set(client: Any, make_pool: Callable[..., str]) -> None:
    assert set(CREATE_GROUP(client, make_pool())["Group"]) == BARE


@pytest.mark.rule("GROUP-4", "PREC-2")
@uses(CREATE_GROUP, GET_GROUP)
def test_a_precedence_of_zero_is_set(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool()
    made = CREATE_GROUP(client, pool, Precedence=0)["Group"]
    assert made["Precedence"] == group(client, pool, "editors")["Precedence"] == 0


@pytest.mark.rule("GROUP-4")
@uses(CREATE_GROUP)
def test_an_empty_description_was_not_set(client: Any, make_pool: Callable[..., str]) -> None:
    assert "Description" not in CREATE_GROUP(client, make_pool(), Description="")["Group"]


@pytest.mark.rule("GROUP-5")
@pytest.mark.parametrize("name", ["readers", "READERS"], ids=["same", "case"])
@uses(CREATE_GROUP, GET_GROUP)
def test_a_name_is_taken_in_whatever_case(client: Any, make_pool: Callable[..., str], name: str) -> None:
    pool = make_pool(**STANDARD)
    refused = refusal(CREATE_GROUP, client, pool, GroupName=name, Description="Another")
    assert refused == Refusal("GroupExistsException", "A group with the name already exists.")
    assert "Description" not in group(client, pool)


@pytest.mark.rule("GROUP-6")
@pytest.mark.fake_alone
@uses(CREATE_GROUP)
def test_a_pool_has_at_most_10000_groups(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(groups=[f"group-{number}" for number in range(10_000)])
    refused = refusal(CREATE_GROUP, client, pool)
    assert refused == Refusal("LimitExceededException", "Exceeded the limit of 10000 groups in a user pool.")


@pytest.mark.rule("GROUP-7")
@uses(GET_GROUP, UPDATE_GROUP)
def test_an_update_keeps_what_it_leaves_out(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(groups={"readers": FULL})
    UPDATE_GROUP(client, pool, Description="Reads everything")
    found = group(client, pool)
    assert (found["Precedence"], found["RoleArn"], found["Description"]) == (3, ROLE, "Reads everything")


@pytest.mark.rule("GROUP-7")
@uses(GET_GROUP, UPDATE_GROUP)
def test_an_update_with_the_same_values_moves_the_date(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(groups={"readers": FULL})
    before = group(client, pool)
    tick()
    UPDATE_GROUP(client, pool, Description="Reads", Precedence=3)
    after = group(client, pool)
    assert after["LastModifiedDate"] > before["LastModifiedDate"]
    assert after["CreationDate"] == before["CreationDate"]


@pytest.mark.rule("GROUP-7")
@uses(GET_GROUP, UPDATE_GROUP)
@pytest.mark.parametrize("changes", [{}, {"Description": ""}], ids=["nothing", "empty"])
def test_an_update_of_nothing_moves_no_date(
    client: Any, make_pool: Callable[..., str], changes: dict[str, str]
) -> None:
    pool = make_pool(groups={"readers": FULL})
    before = group(client, pool)
    tick()
    client.update_group(UserPoolId=pool, GroupName="readers", **changes)
    assert group(client, pool) == before


@pytest.mark.rule("GROUP-9")
@uses(DELETE_GROUP, GROUPS_OF_USER, GET_USER, USERS_IN_GROUP)
def test_deleting_a_group_ends_its_memberships_and_leaves_its_users(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(**STANDARD)
    answer = DELETE_GROUP(client, pool)
    assert set(answer) == {"ResponseMetadata"}
    assert GROUPS_OF_USER.walk(client, pool) == ["writers"]
    assert GET_USER(client, pool)["Username"] == "alice"
    assert refusal(USERS_IN_GROUP, client, pool).code == "ResourceNotFoundException"


@pytest.mark.rule("GROUP-9")
@uses(DELETE_GROUP)
def test_a_group_is_deleted_once(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(**STANDARD)
    DELETE_GROUP(client, pool)
    assert refusal(DELETE_GROUP, client, pool).code == "ResourceNotFoundException"


@pytest.mark.rule("GROUP-9")
@uses(CREATE_GROUP, DELETE_GROUP, GET_GROUP, USERS_IN_GROUP)
def test_a_group_made_anew_has_new_dates_and_no_members(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(**STANDARD)
    before = group(client, pool)
    DELETE_GROUP(client, pool)
    tick()
    made = CREATE_GROUP(client, pool, GroupName="readers")["Group"]
    assert made["CreationDate"] > before["CreationDate"]
    assert USERS_IN_GROUP.walk(client, pool) == []
