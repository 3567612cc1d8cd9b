"""The public face of a pool: seeding and reading, checked, behind the fake's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Generic, Literal, TypeAlias, TypeVar, final

from pytest_cognito_groups.calls.messages import no_file
from pytest_cognito_groups.clock import milliseconds
from pytest_cognito_groups.fake_service import FakeService
from pytest_cognito_groups.seed import Source, extend, names_a_file, read_file
from pytest_cognito_groups.service.errors import AbsentError
from pytest_cognito_groups.service.faults import Planned
from pytest_cognito_groups.service.model import EXAMPLES, flag_meant
from pytest_cognito_groups.service.names import signed_in
from pytest_cognito_groups.service.pools import GROUPS_PER_USER, Pool
from pytest_cognito_groups.service.records import (
    EXTERNAL,
    HIGHEST_PRECEDENCE,
    Group,
    GroupRecord,
    Milliseconds,
    User,
    UserRecord,
    claims,
)

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it

UserStatus: TypeAlias = Literal[
    "ARCHIVED",
    "COMPROMISED",
    "CONFIRMED",
    "EXTERNAL_PROVIDER",
    "FORCE_CHANGE_PASSWORD",
    "RESET_REQUIRED",
    "UNCONFIRMED",
    "UNKNOWN",
]
V = TypeVar("V")


class Values(Mapping[str, V], Generic[V]):
    """Groups or users by name, as they are when they are read."""

    def __init__(self, names: Callable[[], Mapping[str, object]], value: Callable[[str], V]) -> None:
        self._names = names
        self._value = value

    def __getitem__(self, name: str) -> V:
        return self._value(name)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._names()))

    def __len__(self) -> int:
        return len(self._names())

    def __repr__(self) -> str:
        return repr(dict(self))


@final
class Birth:
    """When a pool came to be, for the dates of its values; settled when it is first asked for, or copied."""

    def __init__(self, service: FakeService, pool_id: str) -> None:
        self._service = service
        self._pool_id = pool_id

    def __call__(self) -> Milliseconds:
        return self._service.birth(self._pool_id)

    def __reduce__(self) -> tuple[type[partial[int]], tuple[type[int], Milliseconds]]:
        return partial, (int, self())  # a copy of a value is not one of its fake


class PoolAccess:
    """Seeds and reads one pool: what a `UserPool` and, for its first pool, a `CognitoGroups` have in common."""

    def __init__(self, service: FakeService, pool_id: str, folders: Sequence[Path]) -> None:
        self._service = service
        self._pool_id = pool_id
        self._folders = folders
        self._birth = Birth(service, pool_id)

    # Seeding

    def add_group(
        self,
        name: str,
        *,
        precedence: int | None = None,
        role_arn: str | None = None,
        description: str | None = None,
    ) -> Group:
        """Add a group and return it. `precedence`: 0 (highest) to 2147483647, or `None`, which loses to every number
        (PREC-1).

        `ValueError` for what the service would refuse, a name that is taken, or more than 10,000 groups.
        """
        self._text("name", name, "GroupNameType")
        if precedence is not None:
            if isinstance(precedence, bool) or not isinstance(precedence, int):
                raise TypeError(f"precedence must be an int or None, not {precedence!r}")
            if not 0 <= precedence <= HIGHEST_PRECEDENCE:
                raise ValueError(f"precedence must be from 0 to {HIGHEST_PRECEDENCE}, not {precedence}")
        self._text("role_arn", role_arn, "ArnType")
        self._text("description", description, "DescriptionType")
        with self._service.lock:
            if name in self._state.groups:
                raise ValueError(f"group {name!r} already exists in pool {self._pool_id}")
            now = milliseconds()
            self._change(self._state.with_group(GroupRecord(name, precedence, role_arn, description, now, now)), now)
            return self._group_value(name)

    def add_user(
        self,
        username: str,
        *,
        groups: Sequence[str] = (),
        attributes: Mapping[str, str] | None = None,
        sub: str | None = None,
        status: UserStatus = "CONFIRMED",
        enabled: bool = True,
    ) -> User:
        """Add a user, a member of these groups in this order, and return it. `attributes`: text by name, without `sub`.
        `sub`: a UUID; if omitted, one is made from the pool and the name.

        `ValueError` for what the service would refuse, more than 100 groups, or a name, `sub` or alias that is taken;
        `KeyError` for a group that the pool lacks.
        """
        self._text("username", username, "UsernameType")
        self._text("sub", sub, "SubType")
        self._text("status", status, "UserStatusType")
        if not isinstance(enabled, bool):
            raise TypeError(f"enabled must be True or False, not {enabled!r}")
        if isinstance(groups, str):
            raise TypeError(f"groups must be a sequence of names, not the string {groups!r}")
        if len(groups) > GROUPS_PER_USER:
            raise ValueError(f"groups has more than {GROUPS_PER_USER} groups, the most that one user can be in")
        if len(set(groups)) < len(groups):
            raise ValueError(f"groups lists a name twice: {groups!r}")
        if attributes is not None and not isinstance(attributes, Mapping):
            raise TypeError(f"attributes must be a mapping of names to values, not {attributes!r}")
        for name, value in (attributes or {}).items():
            if name == "sub":
                raise ValueError("attributes can't include 'sub'; pass it as sub=…")
            self._text("attributes", name, "AttributeNameType")
            _check_flag(name, value)
            self._text(f"attributes[{name!r}]", value, "AttributeValueType")
        with self._service.lock:
            state = self._state
            if username in state.users:
                raise ValueError(f"user {username!r} already exists in pool {self._pool_id}")
            for group in groups:
                self._group(group, joined=True)
            now = milliseconds()
            kept = signed_in(state.config, username, attributes or {}, federated=status == EXTERNAL)
            user = UserRecord(username, sub, tuple(kept.items()), None, status, enabled, (), now, now)
            self._change(state.with_user(user).with_memberships({username: groups}), now)
            return self._user_value(username)

    def add_to_group(self, username: str, group: str) -> None:
        """Make the user a member, last in both orders; nothing happens when they already are one.

        `KeyError` for an unknown user or group; `ValueError` for more than 100 groups.
        """
        with self._service.lock:
            self._change(self._state.joined(self._user(username), self._group(group, joined=True)))

    def remove_from_group(self, username: str, group: str) -> None:
        """End the membership; nothing happens when there is none. `KeyError` for an unknown user or group."""
        with self._service.lock:
            self._change(self._state.left(self._user(username), self._group(group)))

    def delete_group(self, name: str) -> None:
        """Delete the group and its memberships. `KeyError` for an unknown group."""
        with self._service.lock:
            self._change(self._state.without_group(self._group(name)))

    def delete_user(self, username: str) -> None:
        """Delete the user and their memberships. `KeyError` for an unknown user."""
        with self._service.lock:
            self._change(self._state.without_user(self._user(username)))

    def load(self, text: str) -> None:
        """Add what a YAML seed says, as an inner mark would: a group or a user replaces the one of the same name. Its
        faults count as the test's own.

        `SeedError`, with nothing changed, if the seed is wrong, names another pool, sets `now:`, or holds several
        documents.
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be YAML text, not {text!r}")
        if names_a_file(text):
            raise ValueError(f"text must be YAML text; to read a file: load_file({text!r})")
        self._extend(Source(text))

    def load_file(self, path: str | os.PathLike[str]) -> None:
        """As `load`, from a file: relative to the test module, then to pytest's rootdir, then to the working directory.
        `FileNotFoundError` says where it was looked for.
        """
        tried = list(dict.fromkeys(folder / path for folder in (*self._folders, Path())))
        found = next((file for file in tried if file.is_file()), None)
        if found is None:
            raise FileNotFoundError(no_file(path, tried))
        self._extend(read_file(found))

    # Reading

    @property
    def groups(self) -> Mapping[str, Group]:
        """The groups by name, always as the pool is now. `KeyError` for an unknown group."""
        return Values(lambda: self._state.groups, lambda name: self._group_value(self._group(name)))

    @property
    def users(self) -> Mapping[str, User]:
        """The users by the name under which they were seeded, always as the pool is now; any other name of theirs finds
        them too. `KeyError` for an unknown user.
        """
        return Values(lambda: self._state.users, lambda name: self._user_value(self._user(name)))

    def groups_of(self, username: str) -> list[Group]:
        """The user's groups in the order of the memberships. `KeyError` for an unknown user."""
        with self._service.lock:
            return [self._group_value(name) for name in self._state.groups_of(self._user(username)).names]

    def members_of(self, group: str) -> list[User]:
        """The group's users in the order of the memberships. `KeyError` for an unknown group."""
        with self._service.lock:
            return [self._user_value(name) for name in self._state.members_of(self._group(group)).names]

    def claims(self, username: str) -> dict[str, str | list[str]]:
        """`cognito:groups`, `cognito:roles` and `cognito:preferred_role` of the user's tokens, each only when set
        (PREC-3 to PREC-7). `KeyError` for an unknown user.
        """
        with self._service.lock:
            names = self._state.groups_of(self._user(username)).names
            return claims(self._state.groups[name] for name in names)

    # Inside

    @property
    def _state(self) -> Pool:
        return self._service.pools[self._pool_id]

    def _extend(self, source: Source) -> None:
        model = self._service.model
        with self._service.lock:
            after, faults = extend(self._state, source, model)
            self._change(after, faults=[Planned(fault) for fault in faults])

    def _change(self, after: Pool, now: Milliseconds | None = None, faults: Sequence[Planned] = ()) -> None:
        """Put the pool that follows in place. A change settles the dates, and a call that changes nothing does not."""
        if after is not self._state:
            after = after.settled(milliseconds() if now is None else now)
        self._service.put(after, faults)

    def _group_value(self, name: str) -> Group:
        return self._state.group_value(name, self._birth)

    def _user_value(self, name: str) -> User:
        return self._state.user_value(name, self._birth)

    def _text(self, argument: str, value: object, shape: str) -> None:
        """Check an argument that is text; only those with a default may be `None`."""
        if value is None and shape in ("ArnType", "DescriptionType", "SubType"):
            return
        if not isinstance(value, str):
            raise TypeError(f"{argument} must be a str, not {value!r}")
        broken = self._service.model.violation(shape, value)
        if broken is not None:
            example = f"; write one like {EXAMPLES[shape]}" if shape in EXAMPLES else ""
            raise ValueError(f"{argument} {value!r} {broken}{example}")

    def _group(self, name: str, *, joined: bool = False) -> str:
        if not isinstance(name, str):
            raise TypeError(f"a group's name must be a str, not {name!r}")
        if name not in self._state.groups:
            way_out = f"; add_group({name!r}) adds it" if joined else ""
            raise AbsentError(f"no group {name!r} in pool {self._pool_id}", str(name), self._state.groups, way_out)
        return name

    def _user(self, name: str) -> str:
        if not isinstance(name, str):
            raise TypeError(f"a user's name must be a str, not {name!r}")
        try:
            return self._state.user(name).username
        except KeyError:
            way_out = f"; {name!r} is a group" if name in self._state.groups else ""
            raise AbsentError(
                f"no user {name!r} in pool {self._pool_id}", str(name), self._state.users, way_out
            ) from None


@final
class UserPool(PoolAccess):
    """A user pool of a `CognitoGroups`, which has the same methods for its first pool."""

    @property
    def id(self) -> str:
        """The pool's id: `eu-west-1_Demo12345`."""
        return self._pool_id

    @property
    def region(self) -> str:
        """The part of the id before the last underscore."""
        return self._state.config.region

    def __repr__(self) -> str:
        return f"<UserPool {self.id} groups={len(self._state.groups)} users={len(self._state.users)}>"


def _check_flag(attribute: str, value: object) -> None:
    """Check a value of `email_verified` or `phone_number_verified`."""
    meant = " or ".join(f'"{word}"' for word in flag_meant(attribute, value))
    if meant and isinstance(value, str):
        raise ValueError(f"attributes[{attribute!r}] must be true or false, not {value!r}; write {meant}")
    if meant:
        raise TypeError(f"attributes[{attribute!r}] must be a str, not {value!r}; write {meant}")
