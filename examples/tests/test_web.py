"""The web application. Without FastAPI and its test client's httpx2, this module is skipped and the others run."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_cognito_groups import CognitoGroups

pytest.importorskip("fastapi", reason="the web application needs: pip install fastapi httpx2")
pytest.importorskip("httpx2", reason="FastAPI's test client needs: pip install httpx2")

from fastapi.testclient import TestClient

from web.app import app

web = TestClient(app)


# The pages are turned by whoever asks the web application, so a test may leave some unread.
@pytest.mark.cognito_groups(assert_all_pages_read=False)
def test_a_page_of_members_in_the_thread_pool(cognito_groups: CognitoGroups) -> None:
    names, after = set(), {}
    while after is not None:
        page = web.get("/groups/readers/members", params={"limit": 60, **after}).json()
        names |= {member["username"] for member in page["members"]}
        after = {"after": page["following"]} if page["following"] else None
    assert len(names) == 153


@pytest.mark.cognito_groups(assert_all_pages_read=False)
def test_a_page_that_belongs_to_another_group() -> None:
    page = web.get("/groups/readers/members", params={"limit": 1}).json()
    assert web.get("/groups/editors/members", params={"after": page["following"]}).status_code == 400


def test_an_unknown_group(cognito_groups: CognitoGroups) -> None:
    assert web.get("/groups/nobodies/members").status_code == 404


def members(group: str) -> set[str]:
    return {member["username"] for member in web.get(f"/groups/{group}/members").json()["members"]}


# Ragged paging would show an empty page first.
@pytest.mark.cognito_groups(paging="full")
def test_a_member_who_was_added_is_listed(cognito_groups: CognitoGroups) -> None:
    assert web.put("/groups/editors/members/bob").status_code == 204
    assert members("editors") == {"alice", "bob", "carol"}
    assert web.get("/users/bob/groups").json() == ["editors", "readers"]
    assert cognito_groups.claims("bob")["cognito:preferred_role"].endswith(":role/Editors")


@pytest.mark.cognito_groups(paging="full")
def test_a_member_who_was_removed_is_not_listed() -> None:
    assert web.delete("/groups/editors/members/carol").status_code == 204
    assert members("editors") == {"alice"}


def test_a_membership_may_be_made_and_ended_twice(cognito_groups: CognitoGroups) -> None:
    for method in (web.put, web.put, web.delete, web.delete):
        assert method("/groups/editors/members/dave").status_code == 204
    assert cognito_groups.groups_of("dave") == []


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/groups/nobodies/members/bob", "there is no group nobodies"),
        ("/groups/editors/members/nobody", "there is no user nobody"),
    ],
)
def test_a_member_or_a_group_that_does_not_exist(cognito_groups: CognitoGroups, path: str, detail: str) -> None:
    for method in (web.put, web.delete):
        answer = method(path)
        assert (answer.status_code, answer.json()["detail"]) == (404, detail)


def test_a_member_is_not_added_while_the_service_is_busy(cognito_groups: CognitoGroups) -> None:
    cognito_groups.throttle("admin_add_user_to_group", times=None)
    assert web.put("/groups/editors/members/bob").status_code == 503
    assert [group.name for group in cognito_groups.groups_of("bob")] == ["readers"]


def test_groups_from_an_asynchronous_endpoint(cognito_groups: CognitoGroups) -> None:
    assert web.get("/users/carol/groups").json() == ["editors", "readers"]


def test_an_unknown_user(cognito_groups: CognitoGroups) -> None:
    assert web.get("/users/nobody/groups").status_code == 404


def test_a_busy_service(cognito_groups: CognitoGroups) -> None:
    cognito_groups.throttle(times=None)
    assert web.get("/users/carol/groups").headers["Retry-After"] == "1"


# A test that counts calls says how the pages are to be cut.
@pytest.mark.cognito_groups(paging="full")
def test_many_requests_at_once(cognito_groups: CognitoGroups) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(web.get, ["/users/carol/groups"] * 40))
    assert {tuple(answer.json()) for answer in answers} == {("editors", "readers")}
    cognito_groups.assert_called("admin_list_groups_for_user", times=40, Username="carol")
