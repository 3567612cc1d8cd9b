"""All doors against a model of dictionaries: the seed, `load`, Python and the operations; reads after writes, walks
between writes, faults, forks and hours in between. `--hypothesis-profile=long` takes 20,000 steps.
"""

from __future__ import annotations

import os
import warnings
from typing import Any, Final

import pytest
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
    """`users`, `groups` with their settings, and `memberships`, pairs of user and group, each in the order in which
    they came. `walk`: one under way, with its listing, what was there throughout, what it has seen, and its token.
    """

    @initialize(
        ragged=st.booleans(),
        page_size=st.none() | st.integers(1, 3),
        seeded=st.lists(st.tuples(st.sampled_from(USERS), st.sampled_from(GROUPS)), unique=True, max_size=6),
    )
    def begin(self, ragged: bool, page_size: int | None, seeded: list[tuple[str, str]]) -> None:
        self.users = list(USERS)
        self.memberships = sorted(seeded, key=lambda each: USERS.index(each[0]))  # a seed is read user by user
        self.groups: dict[str, dict[str, Any]] = {group: {} for _, group in self.memberships}
        lists = (f"{name}: [{', '.join(group for user, group in self.memberships if user == name)}]" for name in USERS)
        self.fake = CognitoGroups.from_yaml(
            f"{{now: 2026-01-31, groups: [{', '.join(self.groups)}], users: {{{', '.join(lists)}}}}}",
            paging="ragged" if ragged else "full",
            page_size=page_size,
            assert_all_pages_read=False,
            assert_all_faults_raised=False,
            random_seed=1,
        )
        self.ragged = ragged
        self.fake.__enter__()
        self.client = self.fake.client
        self.walk: tuple[str, dict[str, str], set[str], list[str], str | None] | None = None
        self.faulty = False
        self.came = set[str]()

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

    @rule(name=groups)
    def add_a_group_in_python(self, name: str) -> None:
        if name in self.groups:
            with pytest.raises(ValueError, match="already"):
                self.fake.add_group(name)
        else:
            self.fake.add_group(name)
            self.groups[name] = {}

    @rule(name=users, group=groups, loads=st.booleans())
    def add_a_user(self, name: str, group: str, loads: bool) -> None:
        if name in self.users or group not in self.groups:
            return
        if loads:
            self.fake.load(f"users: {{{name}: [{group}]}}")
        else:
            self.fake.add_user(name, groups=[group])
        self.users.append(name)
        self.came.add(name)  # anew, perhaps: then a walk may see both
        self.memberships.append((name, group))

    @rule(name=users)
    def delete_a_user(self, name: str) -> None:
        if name not in self.users:
            with pytest.raises(KeyError):
                self.fake.delete_user(name)
            return
        self.fake.delete_user(name)
        self.users.remove(name)
        self.memberships = [each for each in self.memberships if each[0] != name]
        if self.walk is not None:
            self.walk[2].discard(name)
            if self.walk[1] == {"Username": name}:
                self.walk = None

    @rule()
    def a_child_changes_its_own(self) -> None:
        if not hasattr(os, "fork") or not self.users:
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of threads that the test runner may have
            child = os.fork()
        if child == 0:
            try:
                self.fake.add_group("of-the-child")
                self.client.admin_add_user_to_group(UserPoolId=POOL, GroupName="of-the-child", Username=self.users[0])
                found = self.fake.groups_of(self.users[0])[-1].name
                os._exit(0 if found == "of-the-child" else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    @rule(name=groups, precedence=st.none() | st.integers(0, 3))
    def create_group(self, name: str, precedence: int | None) -> None:
        given = {} if precedence is None else {"Precedence": precedence}
        if any(name != other and name.casefold() == other.casefold() for other in self.groups):
            assert self.call("create_group", GroupName=name) == "GroupExistsException"
            return
        answer = self.call("create_group", GroupName=name, **given)
        if name in self.groups:
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

    @rule(user=users, group=groups, joins=st.booleans(), in_python=st.booleans())
    def change_membership(self, user: str, group: str, joins: bool, in_python: bool) -> None:
        answer: object = {}
        if in_python and user in self.users and group in self.groups:
            (self.fake.add_to_group if joins else self.fake.remove_from_group)(user, group)
        else:
            method = "admin_add_user_to_group" if joins else "admin_remove_user_from_group"
            answer = self.call(method, Username=user, GroupName=group)
        if user not in self.users:
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
        if name in self.users:
            assert isinstance(answer, dict)
            assert answer["Username"] == name
        else:
            assert answer == "UserNotFoundException"

    def holding(self, method: str, params: dict[str, str]) -> list[str] | None:
        """What the listing has; `None` when there is none."""
        if method == "list_users":
            return [name for name in self.users if name in params.get("Filter", name)]
        if method == "list_groups":
            return list(self.groups)
        if method == "list_users_in_group":
            group = params["GroupName"]
            return [user for user, name in self.memberships if name == group] if group in self.groups else None
        user = params["Username"]
        return [group for name, group in self.memberships if name == user] if user in self.users else None

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
            self.came = set[str]()

    @rule(minutes=st.sampled_from([0, 59, 61]))
    def continue_the_walk(self, minutes: int) -> None:
        if self.walk is not None:
            assert self.fake.clock is not None
            self.fake.clock.tick(minutes * 60)
            method, params, throughout, seen, token = self.walk
            while token is not None:
                page = self.page(method, params, token)
                if minutes > 60:
                    assert page == "InvalidParameterException"
                    self.walk = None
                    return
                assert not isinstance(page, str)
                seen, token = [*seen, *page[0]], page[1]
            assert throughout <= {*seen}
            doubled = {name for name in seen if seen.count(name) > 1}
            assert doubled <= self.came or method != "list_users"
            self.walk = None

    @invariant()
    def the_python_interface_agrees(self) -> None:
        assert list(self.fake.groups) == list(self.groups)
        assert list(self.fake.users) == self.users
        for name in self.users:
            joined = [group for user, group in self.memberships if user == name]
            assert [group.name for group in self.fake.groups_of(name)] == joined
            assert self.fake.claims(name).get("cognito:groups", []) == joined


TestOperations = Operations.TestCase
TestOperations.settings = settings(
    max_examples=max(60, settings.default.max_examples // 200), stateful_step_count=40, deadline=None
)
