"""Made-up names and values in the place of a real pool's, alike everywhere that the real ones were."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final, NamedTuple, final

from pytest_cognito_groups.seed.documents import Profile
from pytest_cognito_groups.seed.dump import plain_name
from pytest_cognito_groups.service.names import local_sub
from pytest_cognito_groups.service.records import EXTERNAL, GroupRecord

FLAGS: Final = frozenset(("email_verified", "phone_number_verified"))
"""Attributes that are kept: they say nothing of a person, and decide what a request may call a user (LOOK-6)."""

SIGN_IN: Final = ("email", "phone_number")

_KINDS: Final[Mapping[str, str]] = {
    "address": "{n} Example Street",
    "birthdate": "1970-01-01",
    "email": "user-{n}@example.com",
    "family_name": "Family-{n}",
    "gender": "unknown",
    "given_name": "Given-{n}",
    "identities": '[{"userId":"user-{n}","providerName":"Provider","providerType":"OIDC","primary":"true"}]',
    "locale": "en-US",
    "middle_name": "Middle-{n}",
    "name": "User {n}",
    "nickname": "Nick-{n}",
    "phone_number": "+1555{n7}",
    "picture": "https://example.com/user-{n}.png",
    "preferred_username": "user-{n}",
    "profile": "https://example.com/user-{n}",
    "updated_at": "0",
    "website": "https://user-{n}.example.com",
    "zoneinfo": "Etc/UTC",
}
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+")
_PHONE: Final = re.compile(r"\+[0-9]{5,}")
_ACCOUNT: Final = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_LEAST: Final = 3
"""How many characters a value has that is looked for in other texts: shorter ones are found in any."""


@final
@dataclass(frozen=True, slots=True)
class PoolListings:
    """What the listings of a pool show: its groups, its users by `Username`, the members of each group, each in the
    order of its listing.

    `username_attributes` is what people sign in with, as far as the users show it.
    """

    id: str
    groups: tuple[GroupRecord, ...]
    users: Mapping[str, Profile]
    members: Mapping[str, Sequence[str]]
    username_attributes: tuple[str, ...] = ()


class Disguised(NamedTuple):
    """A pool as it goes into a seed: its groups in their order, its users by their keys, the keys by `Username`.

    `telling` are the names of groups, and the roles, that hold something from a user and are kept anyway;
    `renamed` are names, with those in their place, that a seed cannot write.
    """

    groups: tuple[GroupRecord, ...]
    users: Mapping[str, Profile]
    keys: Mapping[str, str]
    telling: tuple[str, ...]
    renamed: Mapping[str, str]


def disguise(pool: PoolListings, *, keep_names: bool, keep_attributes: bool) -> Disguised:
    """Replace what is not to be kept, and account numbers always.

    A value is numbered by the first user who has it, so what was alike stays alike, and what differed still
    differs. Users are found again wherever an attribute names them by `Username` or `sub`.
    """
    width = max(3, len(str(len(pool.users))))
    numbers = {username: f"{number:0{width}}" for number, username in enumerate(pool.users, 1)}
    firsts: dict[tuple[str, str], str] = {}
    for username, profile in pool.users.items():
        for attribute in profile.attributes:
            firsts.setdefault(attribute, numbers[username])

    renamed: dict[str, str] = {}
    keys: dict[str, str] = {}
    subs: dict[str, str | None] = {}
    known: dict[str, str] = {}
    taken = {*pool.users, *(value for _, value in firsts)}
    for username, profile in pool.users.items():
        signing = _signing(pool, profile)
        if signing:
            name = dict(profile.attributes)[signing]
            key = name if keep_attributes else _value(signing, name, firsts[signing, name], {})
        else:
            key = username if keep_names else _value("", username, numbers[username], {})
        keys[username] = _plain(key, taken, renamed)
        subs[username] = profile.sub if keep_attributes or (keep_names and signing) else None
        shown = subs[username] or local_sub(pool.id, keys[username])
        known[username] = shown if signing else keys[username]
        known.setdefault(profile.sub or username, shown)

    users = {}
    for username, profile in pool.users.items():
        attributes = profile.attributes
        if not keep_attributes:
            attributes = tuple(
                (name, _value(name, value, firsts[name, value], known)) for name, value in profile.attributes
            )
        users[keys[username]] = profile._replace(attributes=attributes, sub=subs[username])

    secrets = _secrets(pool, keep_names=keep_names, keep_attributes=keep_attributes)
    groups, telling = _groups(pool.groups, secrets, renamed)
    return Disguised(groups, users, keys, telling, renamed)


def _plain(name: str, taken: set[str], renamed: dict[str, str]) -> str:
    """The name, or one in its place where a seed cannot write it."""
    plain = plain_name(name, taken)
    taken.add(plain)
    if plain != name:
        renamed[name] = plain
    return plain


def _signing(pool: PoolListings, profile: Profile) -> str | None:
    """The attribute that the user signs in with; `None` if that is the username."""
    if profile.status == EXTERNAL:
        return None
    names = dict(profile.attributes).keys()
    return next((name for name in pool.username_attributes if name in names), None)


def _value(attribute: str, value: str, number: str, known: Mapping[str, str]) -> str:
    """What stands for the value of the attribute, or, of the attribute "", for the username."""
    kind = _KINDS.get(attribute)
    if attribute in FLAGS or not value:
        return value
    if kind is not None and "{n" not in kind:
        return kind
    if value in known:
        return known[value]
    if kind is None:
        kind = _form(attribute.rpartition(":")[2], value)
    return kind.replace("{n7}", number.zfill(7)).replace("{n}", number)


def _form(name: str, value: str) -> str:
    """A template for a value of no known kind, of the form that it has."""
    if not name:
        kind = "email" if _EMAIL.fullmatch(value) else "phone_number" if _PHONE.fullmatch(value) else ""
        return _KINDS[kind or "preferred_username"]
    if _EMAIL.fullmatch(value):
        return f"{name}-{{n}}@example.com"
    return "{n}" if value.isdecimal() else f"{name}-{{n}}"


# Groups


def _groups(
    groups: Sequence[GroupRecord], secrets: Collection[str], renamed: dict[str, str]
) -> tuple[tuple[GroupRecord, ...], tuple[str, ...]]:
    """The groups, and what their names and roles reveal about the users."""
    texts = [text for group in groups for text in (group.name, group.role_arn, group.description) if text]
    public = _accounts(texts)
    everything = "\n".join(texts).casefold()
    found = [secret for secret in secrets if secret in everything]

    def tells(text: str) -> bool:
        folded = text.casefold()
        return any(re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", folded) for secret in found if secret in folded)

    disguised = []
    taken = {public(group.name) for group in groups}
    for group in groups:
        name, role, description = _plain(public(group.name), taken, renamed), group.role_arn, group.description
        if role is not None:
            role = public(role)
        if description is not None:
            description = f"Description of {name}" if tells(description) else public(description)
        disguised.append(replace(group, name=name, role_arn=role, description=description))
    kept = [text for group in disguised for text in (group.name, group.role_arn) if text and tells(text)]
    return tuple(disguised), tuple(dict.fromkeys(kept))


def _accounts(texts: Iterable[str]) -> Callable[[str], str]:
    """Replaces account numbers by made-up ones, that of a text always by the same."""
    real = dict.fromkeys(number for text in texts for number in _ACCOUNT.findall(text))
    free = (number for number in map("{:012}".format, count(1)) if number not in real)
    made = dict(zip(real, free, strict=False))
    return lambda text: _ACCOUNT.sub(lambda found: made[found[0]], text)


def _secrets(pool: PoolListings, *, keep_names: bool, keep_attributes: bool) -> set[str]:
    """What no other text may reveal: usernames, and the values of attributes, folded."""
    found: set[str] = set() if keep_names else set(pool.users)
    for profile in pool.users.values() if not keep_attributes else ():
        found.update(value for name, value in profile.attributes if name not in FLAGS)
        found.add(profile.sub or "")
    return {value.casefold() for value in found if len(value) >= _LEAST}
