"""The text of an answer: what pools share, and what is each pool's own."""

from __future__ import annotations

import pytest

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.hook.data import service_model
from pytest_cognito_groups.options import Options
from pytest_cognito_groups.seed import Source, read

POOLS = ("eu-west-1_Answers01", "eu-west-1_Answers02")


@pytest.mark.rule("WIRE-1")
def test_a_group_of_a_text_read_for_two_pools_names_the_pool_that_answers() -> None:
    named = []
    for pool in POOLS:
        outer, inner = Source(f"pool: {pool}"), Source("{groups: {admins: {}}, users: {alice: [admins]}}")
        with CognitoGroups._from_seed(read([[outer], [inner]], service_model()), Options(), 0) as fake:
            answer = fake.client.admin_list_groups_for_user(UserPoolId=pool, Username="alice")
        named += [group["UserPoolId"] for group in answer["Groups"]]
    assert named == list(POOLS)
