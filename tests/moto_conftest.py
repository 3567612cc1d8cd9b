"""Runs moto's own tests against a fake:

    pip download moto==5.2.5 --no-binary moto --no-deps && tar -xf moto-5.2.5.tar.gz
    cp tests/moto_conftest.py moto-5.2.5/conftest.py
    python -m pytest -c /dev/null --rootdir moto-5.2.5 moto-5.2.5/tests/test_cognitoidp

Those run that call an operation of the model and otherwise only prepare a pool and its users: what prepares is answered
here, and done in the fake. No request reaches moto.
"""

from __future__ import annotations

import ast
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from unittest.mock import MagicMock

import pytest

from pytest_cognito_groups import CognitoGroups

MODEL: Final = frozenset(
    {"admin_list_groups_for_user", "list_users_in_group", "list_groups", "list_users", "admin_get_user", "get_group"}
    | {"admin_add_user_to_group", "admin_remove_user_from_group", "create_group", "update_group", "delete_group"}
)
PREPARING: Final = frozenset(
    {"create_user_pool", "create_user_pool_client", "admin_create_user", "admin_delete_user", "admin_disable_user"}
    | {"admin_enable_user", "admin_confirm_sign_up", "confirm_sign_up", "sign_up", "admin_set_user_password"}
)
HELPERS: Final = frozenset({"authentication_flow", "user_authentication_flow"})
"""Functions of moto's tests that sign users in."""

Params = Mapping[str, Any]

for name in ("pycognito", "pyotp"):  # which tests that don't run here need
    sys.modules.setdefault(name, MagicMock())


def runs(test: ast.FunctionDef) -> bool:
    """Whether the test calls the model's operations and what prepares for them, and nothing else of the service."""
    from pytest_cognito_groups.hook.data import service_model

    of_service = frozenset(service_model().methods.values())
    called = {node.attr for node in ast.walk(test) if isinstance(node, ast.Attribute)} & of_service
    helped = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)} & HELPERS
    against_aws = any("verified" in ast.unparse(decorator) for decorator in test.decorator_list)
    return bool(called & MODEL) and called <= MODEL | PREPARING and not helped and not against_aws


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Function]) -> None:
    module = next(item.path for item in items if item.path.name == "test_cognitoidp.py")
    tests = (node for node in ast.parse(module.read_text("utf-8")).body if isinstance(node, ast.FunctionDef))
    names = {test.name for test in tests if runs(test)}
    kept = [item for item in items if item.path == module and item.originalname in names]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


class Preparing:
    """Answers what prepares a pool, by the fake's own methods."""

    def __init__(self, fake: CognitoGroups) -> None:
        self._fake = fake
        self._numbers = itertools.count(1)
        self._pool_of: dict[str, str] = {}

    def _user(self, params: Params) -> str:
        """The user's key in the pool: tests name users by aliases, too."""
        pool = self._fake.pools[params["UserPoolId"]]
        name = params["Username"]
        return next(key for key, user in pool.users.items() if name in (key, user.username, *user.attributes.values()))

    def create_user_pool(self, params: Params) -> Params:
        pool_id = f"local_Moto{next(self._numbers)}"
        kinds = {"alias_attributes": "AliasAttributes", "username_attributes": "UsernameAttributes"}
        self._fake.add_pool(pool_id, **{ours: params.get(theirs, ()) for ours, theirs in kinds.items()})
        return {"UserPool": {"Id": pool_id, "Name": params["PoolName"]}}

    def create_user_pool_client(self, params: Params) -> Params:
        client_id = f"client{next(self._numbers)}"
        self._pool_of[client_id] = params["UserPoolId"]
        return {"UserPoolClient": {"ClientId": client_id, "UserPoolId": params["UserPoolId"]}}

    def admin_create_user(self, params: Params, status: str = "FORCE_CHANGE_PASSWORD") -> Params:
        pool = self._fake.pools[params["UserPoolId"]]
        attributes = {attribute["Name"]: attribute["Value"] for attribute in params.get("UserAttributes", ())}
        user = pool.add_user(params["Username"], attributes=attributes, status=status)
        return {"User": {"Username": user.username, "UserStatus": status}}

    def admin_delete_user(self, params: Params) -> None:
        self._fake.pools[params["UserPoolId"]].delete_user(self._user(params))

    def _changed(self, params: Params, **changes: Any) -> Params:
        """The user anew, with the changes."""
        pool, key = self._fake.pools[params["UserPoolId"]], self._user(params)
        user, groups = pool.users[key], [group.name for group in pool.groups_of(key)]
        attributes = {name: value for name, value in user.attributes.items() if name != "sub"}
        pool.delete_user(key)
        fields = {"enabled": user.enabled, "status": user.status, **changes}
        pool.add_user(key, groups=groups, attributes=attributes, **fields)
        return {}

    def admin_disable_user(self, params: Params) -> Params:
        return self._changed(params, enabled=False)

    def admin_enable_user(self, params: Params) -> Params:
        return self._changed(params, enabled=True)

    def admin_confirm_sign_up(self, params: Params) -> Params:
        return self._changed(params, status="CONFIRMED")

    def admin_set_user_password(self, params: Params) -> Params:
        return self._changed(params, status="CONFIRMED" if params.get("Permanent") else "FORCE_CHANGE_PASSWORD")

    def _of_client(self, params: Params) -> Params:
        return {"UserPoolId": self._pool_of[params["ClientId"]], **params}

    def sign_up(self, params: Params) -> Params:
        self.admin_create_user(self._of_client(params), "UNCONFIRMED")
        return {"UserConfirmed": False, "UserSub": "sub"}

    def confirm_sign_up(self, params: Params) -> Params:
        return self._changed(self._of_client(params), status="CONFIRMED")


@pytest.fixture(autouse=True)
def stand_in() -> Iterator[None]:
    """The fake in moto's place."""
    from moto.cognitoidp.models import cognitoidp_backends

    with CognitoGroups() as fake:
        preparing = Preparing(fake)
        for method in PREPARING:
            answer: Callable[[Params], Params | None] = getattr(preparing, method)
            fake.answer(method, answer)
        yield
        assert not any(backend.user_pools for account in cognitoidp_backends.values() for backend in account.values())
        assert fake.calls
