"""Changes of the model, by every door: one that is refused or interrupted has changed nothing, not even a date."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import json
import linecache
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

import freezegun
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import pytest_cognito_groups
from pytest_cognito_groups import CognitoGroups, SeedError
from pytest_cognito_groups.service.names import local_sub

POOL: Final = "us-east-1_TestPool1"
SUB: Final = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"
PACKAGE: Final = str(Path(pytest_cognito_groups.__file__).parent)
EARLY: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LATE: Final = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)


def model_of(fake: CognitoGroups) -> object:
    """All that can be read of a fake: faults, pools, groups, users, memberships, and dates, which that settles."""
    read: list[object] = []
    with contextlib.suppress(AssertionError):
        fake.assert_all_faults_raised()
        read.append("no fault is planned")
    for pool in fake.pools.values():
        read += [pool.id, [(group, group.created, group.modified) for group in pool.groups.values()]]
        read += [(user, user.created, user.modified) for user in pool.users.values()]
        read += [(name, pool.groups_of(name), pool.claims(name)) for name in pool.users]
        read += [(name, pool.members_of(name)) for name in pool.groups]
    return read


# What a seed and Python refuse alike


def test_groups_may_differ_by_case_alone_in_a_seed_and_in_python() -> None:
    fake = CognitoGroups.from_yaml("{groups: {Readers: , readers: }, case_sensitive: false}")
    fake.add_group("READERS")
    fake.load("groups: {rEADERS: }")
    assert list(fake.groups) == ["Readers", "readers", "READERS", "rEADERS"]


@pytest.mark.parametrize("config", ["{}", "username_attributes: [email]"])
@pytest.mark.parametrize("statuses", [("CONFIRMED", "EXTERNAL_PROVIDER"), ("EXTERNAL_PROVIDER", "EXTERNAL_PROVIDER")])
def test_no_door_lets_two_users_share_a_sub(config: str, statuses: tuple[Any, Any]) -> None:
    users = {f"{name}@x.y": {"status": status, "sub": SUB} for name, status in zip("ab", statuses, strict=True)}
    given = {} if config == "{}" else {"username_attributes": ["email"]}
    with pytest.raises(SeedError, match=f"the sub '{SUB}' of user 'b@x.y' already belongs to user 'a@x.y'"):
        CognitoGroups.from_yaml(json.dumps({**given, "users": users}))
    for door in (
        lambda fake: fake.add_user("b@x.y", **users["b@x.y"]),
        lambda fake: fake.load(json.dumps({"users": {"b@x.y": users["b@x.y"]}})),
    ):
        fake = CognitoGroups.from_yaml(json.dumps({**given, "users": {"a@x.y": users["a@x.y"]}}))
        with pytest.raises(ValueError, match=f"{SUB}'.* already belongs to user 'a@x.y'"):
            door(fake)
        assert list(fake.users) == ["a@x.y"]


def test_a_username_is_not_answered_for_two_users() -> None:
    sub = local_sub(POOL, "a@x.y")
    users = {"a@x.y": {}, sub: {"status": "EXTERNAL_PROVIDER"}}
    with pytest.raises(SeedError, match=f"username '{sub}' of user '{sub}' is already the sub of user 'a@x.y'"):
        CognitoGroups.from_yaml(json.dumps({"username_attributes": ["email"], "users": users}))
    fake = CognitoGroups.from_yaml("{username_attributes: [email], users: {a@x.y: }}")
    with pytest.raises(ValueError, match=f"^the username '{sub}' of user '{sub}' is already the sub of user 'a@x.y'"):
        fake.add_user(sub, status="EXTERNAL_PROVIDER")


def test_a_made_sub_is_not_a_federated_username() -> None:
    sub = local_sub(POOL, "a@x.y")
    federated = {"users": {sub: {"status": "EXTERNAL_PROVIDER"}}}
    fake = CognitoGroups.from_yaml(json.dumps({"username_attributes": ["email"], **federated}))
    for door in (lambda: fake.add_user("a@x.y"), lambda: fake.load("users: {a@x.y: }")):
        with pytest.raises(ValueError, match=f"sub '{sub}'.* is already the username of user '{sub}'"):
            door()


def test_a_made_sub_is_nobody_elses() -> None:
    made = local_sub(POOL, "a")
    fake = CognitoGroups.from_yaml(f"users: {{b: {{sub: {made}}}}}")
    for door in (lambda: fake.add_user("a"), lambda: fake.load("users: {a: }")):
        with pytest.raises(ValueError, match=f"sub '{made}'.* already belongs to user 'b'"):
            door()


# What is refused


REFUSED: Final = {
    "a federated sub": (
        f"username_attributes: [email]\nusers: {{a@x.y: {{status: EXTERNAL_PROVIDER, sub: {SUB}}}}}",
        f"groups: {{g: }}\nusers: {{b@x.y: [g], c@x.y: {{status: EXTERNAL_PROVIDER, sub: {SUB}}}}}",
        (2, 61),
    ),
    "a replaced user": (
        f"alias_attributes: [email]\nusers: {{a: {{attributes: {{email: a@x.y}}}}, b: {{sub: {SUB}}}}}",
        f"users: {{a: {{attributes: {{name: A}}}}, c: {{status: EXTERNAL_PROVIDER, sub: {SUB}}}}}",
        (1, 73),
    ),
    "a made sub": ("{}", f"users: {{n: [], a: [], b: {{sub: {local_sub(POOL, 'a')}}}}}", (1, 32)),
    "one username twice": (
        "username_attributes: [email]",
        f"users: {{a@x.y: {{sub: {SUB}}}, {SUB}: {{status: EXTERNAL_PROVIDER}}}}",
        (1, 61),
    ),
}


@pytest.mark.parametrize("door", ["load", "load_file"])
@pytest.mark.parametrize(("seed", "text", "place"), REFUSED.values(), ids=list(REFUSED))
def test_a_refused_load_has_a_place_and_changes_nothing(
    seed: str, text: str, place: tuple[int, int], door: str, tmp_path: Path
) -> None:
    fake = CognitoGroups.from_yaml(seed)
    (tmp_path / "more.yml").write_text(text)
    with freezegun.freeze_time(EARLY), pytest.raises(SeedError) as caught:
        getattr(fake, door)(text if door == "load" else tmp_path / "more.yml")
    assert (caught.value.line, caught.value.column) == place
    with freezegun.freeze_time(LATE):
        assert model_of(fake) == model_of(CognitoGroups.from_yaml(seed))


@pytest.mark.parametrize(
    ("seed", "door"),
    [
        (f"users: {{u: {{sub: {SUB}}}}}", lambda fake: fake.add_user("v", sub=SUB)),
        ("users: {u: [g]}", lambda fake: fake.add_user("v", groups=["g", "none"])),
        ("users: {u: ['g[1:100]']}\ngroups: {'g[1:101]': }", lambda fake: fake.add_to_group("u", "g101")),
        ("users: {u: [g1]}\ngroups: {'g[1:10000]': }", lambda fake: fake.add_group("more")),
        ("users: {u: [g]}", lambda fake: fake.load("users: {v: [g], w: {sub: x}}")),
        ("users: {u: [g]}", lambda fake: fake.delete_user("v")),
        ("users: {u: [g]}", lambda fake: fake.delete_group("h")),
        ("users: {u: [g]}", lambda fake: fake.remove_from_group("u", "h")),
        ("users: {u: [g]}", lambda fake: fake.add_pool("none")),
    ],
    ids=["sub", "group", "groups of a user", "groups", "load", "user", "no group", "membership", "pool"],
)
def test_a_refused_change_settles_no_date(seed: str, door: Callable[[CognitoGroups], object]) -> None:
    fake = CognitoGroups.from_yaml(seed)
    with freezegun.freeze_time(EARLY), pytest.raises((ValueError, KeyError)):
        door(fake)
    with freezegun.freeze_time(LATE):
        assert fake.users["u"].created == LATE


@pytest.mark.parametrize("call", ["add_to_group", "remove_from_group"])
def test_a_call_that_changes_nothing_settles_no_date(call: str) -> None:
    fake = CognitoGroups.from_yaml("users: {u: [g], v: }")
    with freezegun.freeze_time(EARLY):
        getattr(fake, call)("u" if call == "add_to_group" else "v", "g")
        fake.load("")
    with freezegun.freeze_time(LATE):
        assert fake.users["u"].created == LATE


SEEDS: Final = {
    "plain": "{}",
    "aliases": f"""
        alias_attributes: [email, preferred_username]
        users: {{w: {{sub: {SUB}, attributes: {{email: p, email_verified: "true", preferred_username: P}}}}}}
        """,
    "aliases in any case": """
        alias_attributes: [preferred_username]
        case_sensitive: false
        users: {U: {attributes: {preferred_username: p}}}
        """,
    "sign-in by e-mail": f"""
        username_attributes: [email]
        users: {{p: {{sub: {SUB}}}, u: {{status: EXTERNAL_PROVIDER}}}}
        """,
    "groups": "groups: {g: , h: {precedence: 1}}\nusers: {u: [g], v: {status: EXTERNAL_PROVIDER}}",
}
USERNAMES: Final = ["u", "v", "U", "p", "not one"]
GROUPS: Final = ["g", "h", "G", "i", "not one"]
usernames, groupnames = st.sampled_from(USERNAMES), st.sampled_from(GROUPS)
subs = st.none() | st.sampled_from([SUB, *(local_sub(POOL, name) for name in "uv")])
statuses = st.sampled_from(["CONFIRMED", "CONFIRMED", "EXTERNAL_PROVIDER", "CONFIRM"])
attributes = st.dictionaries(st.sampled_from(["email", "preferred_username"]), st.sampled_from(["p", "P", "u"])).map(
    lambda given: {**given, "email_verified": "true"}
)
memberships = st.lists(groupnames, max_size=2)
profiles = st.fixed_dictionaries({"attributes": attributes, "status": statuses}, optional={"sub": subs.filter(bool)})
seeds = st.fixed_dictionaries(
    {
        "users": st.dictionaries(
            usernames, st.tuples(profiles, memberships).map(lambda two: {**two[0], "groups": two[1]})
        )
    },
    optional={
        "groups": st.lists(groupnames, unique=True).map(lambda names: {name: {"precedence": 3} for name in names})
    },
).map(json.dumps)
changes = st.one_of(
    st.tuples(st.just("add_group"), st.tuples(groupnames), st.just({})),
    st.tuples(
        st.just("add_user"),
        st.tuples(usernames),
        st.fixed_dictionaries({"groups": memberships, "attributes": attributes, "sub": subs, "status": statuses}),
    ),
    st.tuples(st.sampled_from(["add_to_group", "remove_from_group"]), st.tuples(usernames, groupnames), st.just({})),
    st.tuples(st.just("delete_user"), st.tuples(usernames), st.just({})),
    st.tuples(st.just("delete_group"), st.tuples(groupnames), st.just({})),
    st.tuples(st.just("load"), st.tuples(seeds), st.just({})),
    st.tuples(st.just("add_pool"), st.tuples(st.sampled_from([POOL, "eu-west-1_Other", "none"])), st.just({})),
)


@settings(deadline=None)
@example(seed=SEEDS["aliases"], steps=[("add_user", ("u",), {"sub": SUB})])
@given(seed=st.sampled_from(list(SEEDS.values())), steps=st.lists(changes, max_size=12))
def test_a_refused_change_is_as_if_it_was_never_asked_for(seed: str, steps: list[tuple[str, Any, Any]]) -> None:
    asked, spared = CognitoGroups.from_yaml(seed), CognitoGroups.from_yaml(seed)
    with freezegun.freeze_time(EARLY) as clock:
        for door, arguments, options in steps:
            clock.tick()
            refusals = SeedError if door == "load" else (ValueError, KeyError)
            try:
                getattr(asked, door)(*arguments, **options)
            except refusals:
                continue
            getattr(spared, door)(*arguments, **options)
        clock.tick()
        assert model_of(asked) == model_of(spared)


@settings(deadline=None)
@given(
    config=st.fixed_dictionaries(
        {"case_sensitive": st.booleans()},
        optional={
            "alias_attributes": st.just(["email", "preferred_username"]),
            "username_attributes": st.just(["email"]),
        },
    ),
    users=st.dictionaries(st.sampled_from(["u", "v", "U", "p", SUB, local_sub(POOL, "u")]), profiles, max_size=4),
)
def test_a_seed_and_python_refuse_the_same_users(config: dict[str, Any], users: dict[str, Any]) -> None:
    def added() -> CognitoGroups:
        fake = CognitoGroups.from_yaml(json.dumps(config))
        for username, profile in users.items():
            fake.add_user(username, **profile)
        return fake

    def loaded() -> CognitoGroups:
        fake = CognitoGroups.from_yaml(json.dumps(config))
        for username, profile in users.items():
            fake.load(json.dumps({"users": {username: profile}}))
        return fake

    def seeded() -> CognitoGroups:
        return CognitoGroups.from_yaml(json.dumps({**config, "users": users}))

    found = []
    with freezegun.freeze_time(EARLY):
        for make in (added, loaded, seeded):
            try:
                found.append(model_of(make()))
            except ValueError:
                found.append("refused")
    assert found[0] == found[1] == found[2]


# What is interrupted


INTERRUPTED: Final[dict[str, Callable[[CognitoGroups], object]]] = {
    "add_group": lambda fake: fake.add_group("new", precedence=1),
    "add_user": lambda fake: fake.add_user("new", groups=["g", "h"], attributes={"preferred_username": "n"}),
    "add_to_group": lambda fake: fake.add_to_group("v", "h"),
    "remove_from_group": lambda fake: fake.remove_from_group("u", "g"),
    "delete_group": lambda fake: fake.delete_group("g"),
    "delete_user": lambda fake: fake.delete_user("u"),
    "add_pool": lambda fake: fake.add_pool("eu-west-1_Other"),
    "load": lambda fake: fake.load(
        "users: {v: [h], new: [g, h], u: {attributes: {preferred_username: y}}}\n"
        "groups: {g: {precedence: 7}}\n"
        "faults: [{operation: list_users_in_group, error: TooManyRequestsException}]"
    ),
}


class Interrupt:
    """Interrupts the package at its `number`th line, and bytecode by bytecode where the change is put in place.

    Not at a `with`: there a tracer comes where no signal does, and would leave a lock held that other threads want.
    """

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, frame: FrameType, event: str, _: object) -> Interrupt | None:
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        frame.f_trace_opcodes = frame.f_code.co_name in {"put", "_change"}
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
        if event in {"line", "opcode"} and not line.lstrip().startswith("with "):
            self.left -= 1
            if not self.left:
                raise KeyboardInterrupt
        return self


def interruptions(change: Callable[[CognitoGroups], object], seed: str) -> Iterator[CognitoGroups]:
    """A fake for each place at which the change can be interrupted, after that."""
    number = 0
    tracing = sys.gettrace()
    while True:
        number += 1
        fake = CognitoGroups.from_yaml(seed)
        sys.settrace(Interrupt(number))
        try:
            change(fake)
        except KeyboardInterrupt:
            interrupted = True
        else:
            interrupted = False
        finally:
            sys.settrace(tracing)
            gc.enable()  # the interrupt may have come just after a load had paused it
        if not interrupted:
            return
        yield fake


@pytest.mark.parametrize("change", INTERRUPTED.values(), ids=list(INTERRUPTED))
def test_an_interrupted_change_is_made_or_not_never_half(change: Callable[[CognitoGroups], object]) -> None:
    seed = """
    alias_attributes: [preferred_username]
    groups: {g: , h: {precedence: 1}}
    users: {u: {groups: [g], attributes: {preferred_username: x}}, v: [g]}
    """
    with freezegun.freeze_time(EARLY) as clock:

        def seen(fake: CognitoGroups) -> object:
            clock.move_to(LATE)
            try:
                return model_of(fake)
            finally:
                clock.move_to(EARLY)

        changed = CognitoGroups.from_yaml(seed)
        change(changed)
        before, after = seen(CognitoGroups.from_yaml(seed)), seen(changed)
        met = [[before, after].index(seen(fake)) for fake in interruptions(change, seed)]
    assert set(met) == {0, 1}
    assert met == sorted(met)
