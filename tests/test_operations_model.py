"""All operations against a model of dictionaries: reads after writes, walks between writes, faults in between."""

from __future__ import annotations

from typing import Any, Final

from botocore.exceptions import ClientError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pytest_cognito_groups import CognitoGroups

POOL: Final = "us-east-1_TestPool1"
USERS: Final = ("alice", "bob", "carol", "dave")
GROUPS: Final = ("readers", "writers", "admins")
TOKENS: Final = {"list_users": "PaginationToken"}

users = st.sampled_from((*USERS, "mallory"))
groups = st.sampled_from((*GROUPS, "Readers"))
listings = st.sampled_from(["admin_list_groups_for_user", "list_users_in_group", "list_groups", "list_users"])


class Operations(RuleBasedStateMachine):
    """`groups` has each group's settings, and `members` its users, both in the order in which they came."""

    @initialize(ragged=st.booleans(), page_size=st.none() | st.integers(1, 3))
    def begin(self, ragged: bool, page_size: int | None) -> None:
        self.fake = CognitoGroups.from_yaml(
            f"users: {{{', '.join(f'{name}: ' for name in USERS)}}}",
            paging="ragged" if ragged else "full",
            page_size=page_size,
            assert_all_pages_read=False,
            assert_all_faults_raised=False,
            random_seed=1,
        )
        self.ragged = ragged
        self.fake.__enter__()
        self.client = self.fake.client
        self.groups: dict[str, dict[str, Any]] = {}
        self.members: dict[str, list[str]] = {}
        self.memberships: list[tuple[str, str]] = []
        self.walk: tuple[str, dict[str, str], set[str], list[str], str | None] | None = None
        self.faulty = False

    def teardown(self) -> None:
        self.fake.__exit__(None, None, None)

    def call(self, method: str, **params: Any) -> dict[str, Any] | str:
        """The answer, or the error's code. A planned fault goes first, and changes nothing."""
        if self.faulty:
            self.faulty = False
            self.fake.add_fault(method, "NotAuthorizedException")
            assert self.call(method, **params) == "NotAuthorizedException"
        try:
            answer: dict[str, Any] = getattr(self.client, method)(UserPoolId=POOL, **params)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        del answer["ResponseMetadata"]
        return answer

    @rule()
    def plan_a_fault(self) -> None:
        self.faulty = True

    @rule(name=groups, precedence=st.none() | st.integers(0, 3))
    def create_group(self, name: str, precedence: int | None) -> None:
        given = {} if precedence is None else {"Precedence": precedence}
        answer = self.call("create_group", GroupName=name, **given)
        if name.casefold() in map(str.casefold, self.groups):
            assert answer == "GroupExistsException"
        else:
            assert isinstance(answer, dict)
            self.groups[name] = given

    @rule(name=groups, description=st.sampled_from([None, "", "x", "y"]))
    def update_group(self, name: str, description: str | None) -> None:
        given = {} if description is None else {"Description": description}
        answer = self.call("update_group", GroupName=name, **given)
        if name not in self.groups:
            assert answer == "ResourceNotFoundException"
        elif description:
            self.groups[name] = {**self.groups[name], **given}

    @rule(name=groups)
    def delete_group(self, name: str) -> None:
        assert self.call("delete_group", GroupName=name) == ({} if name in self.groups else "ResourceNotFoundException")
        self.groups.pop(name, None)
        self.memberships = [each for each in self.memberships if each[1] != name]
        if self.walk is not None:
            self.walk[2].discard(name)
            if self.walk[1] == {"GroupName": name}:
                self.walk = None

    @rule(user=users, group=groups, joins=st.booleans())
    def change_membership(self, user: str, group: str, joins: bool) -> None:
        method = "admin_add_user_to_group" if joins else "admin_remove_user_from_group"
        answer = self.call(method, Username=user, GroupName=group)
        if user not in USERS:
            assert answer == "UserNotFoundException"
        elif group not in self.groups:
            assert answer == "ResourceNotFoundException"
        else:
            assert answer == {}
            if joins and (user, group) not in self.memberships:
                self.memberships.append((user, group))
            if not joins and (user, group) in self.memberships:
                self.memberships.remove((user, group))
                if self.walk is not None and self.walk[1] in ({"Username": user}, {"GroupName": group}):
                    self.walk[2].discard(user if "GroupName" in self.walk[1] else group)

    @rule(name=groups)
    def get_group(self, name: str) -> None:
        answer = self.call("get_group", GroupName=name)
        if name not in self.groups:
            assert answer == "ResourceNotFoundException"
        else:
            assert isinstance(answer, dict)
            for known in ("CreationDate", "LastModifiedDate"):
                del answer["Group"][known]
            assert answer["Group"] == {"GroupName": name, "UserPoolId": POOL, **self.groups[name]}

    @rule(name=users)
    def get_user(self, name: str) -> None:
        answer = self.call("admin_get_user", Username=name)
        if name in USERS:
            assert isinstance(answer, dict)
            assert answer["Username"] == name
        else:
            assert answer == "UserNotFoundException"

    def holding(self, method: str, params: dict[str, str]) -> list[str] | None:
        """What the listing has; `None` when there is none."""
        if method == "list_users":
            return [name for name in USERS if name in params.get("Filter", name)]
        if method == "list_groups":
            return list(self.groups)
        if method == "list_users_in_group":
            group = params["GroupName"]
            return [user for user, name in self.memberships if name == group] if group in self.groups else None
        user = params["Username"]
        return [group for name, group in self.memberships if name == user] if user in USERS else None

    @rule(method=listings, user=users, group=groups, filtered=st.booleans())
    def list_all(self, method: str, user: str, group: str, filtered: bool) -> None:
        params = self.params(method, user, group, filtered)
        expected, names, token = self.holding(method, params), list[str](), None
        while True:
            page = self.page(method, params, token)
            if expected is None:
                assert isinstance(page, str)
                return
            assert not isinstance(page, str)
            names += page[0]
            token = page[1]
            if token is None:
                break
        assert (sorted(names) if self.ragged else names) == (sorted(expected) if self.ragged else expected)

    @staticmethod
    def params(method: str, user: str, group: str, filtered: bool) -> dict[str, str]:
        of_user, of_group = {"Username": user}, {"GroupName": group}
        by_filter = {"Filter": f'username = "{user}"'} if filtered else {}
        return {"admin_list_groups_for_user": of_user, "list_users_in_group": of_group, "list_users": by_filter}.get(
            method, {}
        )

    def page(self, method: str, params: dict[str, str], token: str | None) -> tuple[list[str], str | None] | str:
        member = TOKENS.get(method, "NextToken")
        answer = self.call(method, **params, **({} if token is None else {member: token}))
        if isinstance(answer, str):
            return answer
        items = answer.get("Groups", answer.get("Users", []))
        return [item.get("GroupName", item.get("Username")) for item in items], answer.get(member)

    @rule(method=listings, user=users, group=groups)
    def begin_a_walk(self, method: str, user: str, group: str) -> None:
        params = self.params(method, user, group, filtered=False)
        throughout = self.holding(method, params)
        if throughout is not None:
            page = self.page(method, params, None)
            assert not isinstance(page, str)
            self.walk = (method, params, {*throughout}, *page)

    @rule()
    def continue_the_walk(self) -> None:
        if self.walk is not None:
            method, params, throughout, seen, token = self.walk
            while token is not None:
                page = self.page(method, params, token)
                assert not isinstance(page, str)
                seen, token = [*seen, *page[0]], page[1]
            assert throughout <= {*seen}
            assert len({*seen}) == len(seen) or method != "list_users"
            self.walk = None

    @invariant()
    def the_python_interface_agrees(self) -> None:
        assert list(self.fake.groups) == list(self.groups)
        for name in USERS:
            joined = [group for user, group in self.memberships if user == name]
            assert [group.name for group in self.fake.groups_of(name)] == joined
            assert self.fake.claims(name).get("cognito:groups", []) == joined


TestOperations = Operations.TestCase
TestOperations.settings = settings(
    max_examples=max(60, settings.default.max_examples // 200), stateful_step_count=40, deadline=None
)
