"""The JSON Schema: editors and the decoder judge alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_cognito_groups.__main__ import SCHEMA
from pytest_cognito_groups.hook.data import service_model
from pytest_cognito_groups.seed.grammar import DOCUMENT, FAULT, GROUP, MFA_OPTION, NO_TEMPLATE, USER, decode
from pytest_cognito_groups.seed.nodes import MappingNode, Mappings, Node, ScalarNode, compose, plain
from pytest_cognito_groups.seed.ranges import ALMOST
from pytest_cognito_groups.service.records import DEFAULT_POOL, HIGHEST_PRECEDENCE

MODEL: Final = service_model()
DESCRIPTION: Final[dict[str, Any]] = json.loads(SCHEMA.read_text("utf-8"))
VALIDATOR: Final = jsonschema.Draft202012Validator(DESCRIPTION)
DEFINED: Final[dict[str, Any]] = DESCRIPTION["$defs"]


def typed(node: Node) -> object:
    """The document as an editor sees it: with the types of YAML 1.2, keys as they are written."""
    if isinstance(node, MappingNode):
        pairs = Mappings(lambda *_: None, merging=True).pairs(node)
        return {key.value: typed(value) for key, value in pairs}
    if not isinstance(node, ScalarNode):
        return [typed(item) for item in node.value]
    text: str = node.value
    if not plain(node):
        return text
    for form, meant in {
        "|~|null|Null|NULL": lambda _: None,
        "true|True|TRUE": lambda _: True,
        "false|False|FALSE": lambda _: False,
        "[-+]?[0-9]+": int,
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?": float,
    }.items():
        if re.fullmatch(form, text):
            return meant(text)
    return text


def judged(text: str) -> tuple[bool, bool]:
    """Whether schema and decoder take the text."""
    (root,) = compose(text)
    return VALIDATOR.is_valid(typed(root)), not decode(text, MODEL).findings


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(DESCRIPTION)


@pytest.mark.parametrize(
    ("table", "schema"),
    [
        (DOCUMENT, DESCRIPTION),
        (GROUP, DEFINED["group"]),
        (USER, DEFINED["profile"]),
        (MFA_OPTION, DEFINED["mfa_option"]),
        (FAULT, DEFINED["fault"]),
    ],
    ids=["document", "group", "user", "mfa option", "fault"],
)
def test_the_schema_has_the_grammars_keys(table: Mapping[str, object], schema: dict[str, Any]) -> None:
    assert list(schema["properties"]) == list(table)
    assert schema["additionalProperties"] is False


def test_the_reference_speaks_of_every_key() -> None:
    text = (Path(__file__).parents[2] / "docs" / "seed.md").read_text("utf-8")
    keys = {key for table in (DOCUMENT, GROUP, USER, MFA_OPTION, FAULT) for key in table}
    assert {key for key in keys if not re.search(rf"\b{key}\b", text)} == set()


def properties(schema: object) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for part in schema.values():
            yield from properties(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from properties(part)


def test_every_key_and_every_form_has_a_description() -> None:
    assert [name for name, schema in properties(DESCRIPTION) if not schema.get("description")] == []
    assert [name for name, schema in DEFINED.items() if not schema.get("description")] == []


def choices(*path: str) -> list[str]:
    schema: Any = DESCRIPTION
    for step in path:
        schema = schema[step]
    values: list[str] = schema["enum"]
    return values


def test_what_the_schema_lists_the_service_model_has() -> None:
    assert set(choices("$defs", "profile", "properties", "status")) <= set(MODEL.enum("UserStatusType"))
    assert set(choices("$defs", "mfa_option", "properties", "delivery_medium")) <= set(MODEL.enum("DeliveryMediumType"))
    assert set(choices("properties", "alias_attributes", "items")) <= set(MODEL.enum("AliasAttributeType"))
    assert set(choices("properties", "username_attributes", "items")) <= set(MODEL.enum("UsernameAttributeType"))
    assert set(choices("$defs", "fault", "properties", "operation")) == {*MODEL.operations, *MODEL.operations.values()}


def test_the_schemas_bounds_are_the_service_models() -> None:
    def bounds(schema: dict[str, Any]) -> tuple[int | None, int | None]:
        return schema.get("minLength"), schema.get("maxLength")

    def shape(name: str) -> tuple[int | None, int | None]:
        found = MODEL.shape(name)
        return found.least, found.most

    group, profile = DEFINED["group"]["properties"], DEFINED["profile"]["properties"]
    assert bounds(DEFINED["name"]["anyOf"][0]) == shape("UsernameType") == shape("GroupNameType")
    assert bounds(DESCRIPTION["properties"]["pool"]) == shape("UserPoolIdType")
    assert bounds(group["role_arn"]) == shape("ArnType")
    assert bounds(group["description"])[1] == shape("DescriptionType")[1]
    assert bounds(profile["attributes"]["propertyNames"]) == shape("AttributeNameType")
    assert bounds(profile["attributes"]["additionalProperties"])[1] == shape("AttributeValueType")[1]
    assert group["precedence"]["maximum"] == HIGHEST_PRECEDENCE
    assert DESCRIPTION["properties"]["pool"]["default"] == DEFAULT_POOL


def test_the_schema_knows_the_templates_of_a_range() -> None:
    (form,) = DESCRIPTION["properties"]["users"]["patternProperties"]
    assert form == DEFINED["name"]["anyOf"][1]["pattern"]
    attributes = DEFINED["range"]["properties"]["attributes"]
    assert attributes["additionalProperties"]["pattern"] == rf"^(?![\s\S]*{NO_TEMPLATE})"


def test_the_schema_refuses_the_names_that_look_like_a_range() -> None:
    assert DEFINED["name"]["pattern"] == rf"^(?!\S*{ALMOST})"


# Seeds, good and bad in a part of their places

SUB = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"
ARN = "arn:aws:iam::123456789012:role/A"

words = st.text("abz019_-.@é日😀", min_size=1, max_size=6).map(lambda word: f"w{word}")
odd = st.sampled_from(
    [
        "''",
        "007",
        "true",
        "no",
        "null",
        "1.5",
        "-1",
        "2147483648",
        "'5'",
        "[]",
        "{}",
        "[x]",
        "{x: y}",
        "2025-01-01",
        "'a b'",
    ]
)


def mostly(good: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(good, good, good, good, good, good, odd)


def mapping(pairs: Mapping[str, st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    known = st.fixed_dictionaries({}, optional=dict(pairs))
    return known.map(lambda found: "{" + ", ".join(f"{key}: {value}" for key, value in found.items()) + "}")


def by_name(keys: st.SearchStrategy[str], values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    found = st.dictionaries(keys, values, max_size=3)
    return found.map(lambda found: "{" + ", ".join(f"'{key}': {value}" for key, value in found.items()) + "}")


def listing(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(items, max_size=4).map(lambda items: f"[{', '.join(items)}]")


dates = mostly(
    st.sampled_from(
        [
            "2025-01-31",
            "2025-01-31T12:00:00Z",
            "'2025-01-31 12:00'",
            "2025-01-31t01:02:03.4567+05:30",
            "2025-13-01",
            "x",
            "",
        ]
    )
)
names = st.one_of(
    words,
    words,
    st.sampled_from(["m-[1:3]x", "m-[1:3", "m-1:3]", "a b", "", "x" * 129, "x" * 128, "m-[01:02]" + "y" * 125, "on"]),
    st.text("[]1a:.-,", min_size=3, max_size=6).map(lambda inside: f"[{inside}]"),
)
memberships = mostly(
    listing(st.one_of(words, words, words, st.sampled_from(["'g-[1:2]'", "'g-[1-2]'", "'a b'", "''", "5", "true"])))
    | st.just("")
)
flags = st.sampled_from(["true", "false", "'true'", "yes", "'True'", "''", "", "1", "{a: b}"])
numbers = mostly(st.integers(0, HIGHEST_PRECEDENCE).map(str) | st.sampled_from(["", "~", "007", "+5", "-0"]))
statuses = mostly(st.sampled_from(list(choices("$defs", "profile", "properties", "status"))))
truths = mostly(st.sampled_from(["true", "false", "True", "FALSE"]))
attributes = mostly(
    by_name(
        st.one_of(words, words, st.sampled_from(["custom:x", "sub", "x" * 33, "", "a b"])),
        st.one_of(
            words,
            words,
            st.sampled_from(["5", "true", "", "1.5", "x" * 2048, "x" * 2049, "[]", "'a b'", "'{name}@x'", "'{nam}'"]),
            st.text("{}n: x", min_size=1, max_size=6).map(lambda inside: f"'{{{inside}}}'"),
        ),
    )
)
mfa = mostly(
    listing(
        mapping(
            {
                "delivery_medium": mostly(st.sampled_from(["SMS", "EMAIL"])),
                "attribute_name": mostly(st.just("phone_number")),
            }
        )
    )
)
flagged = mapping({"email_verified": flags, "phone_number_verified": flags, "email": words})
profiles = mapping(
    {
        "groups": memberships,
        "attributes": attributes | mostly(flagged),
        "sub": mostly(st.just(SUB)),
        "status": statuses,
        "enabled": truths,
        "mfa_options": mfa,
        "created": dates,
        "modified": dates,
    }
)
groups = mapping(
    {
        "precedence": numbers,
        "role_arn": mostly(st.just(ARN)),
        "description": mostly(words | st.sampled_from(["", "5", "x" * 2049])),
        "created": dates,
        "modified": dates,
        "precedense": odd,
    }
)
faults = mapping(
    {
        "error": mostly(st.sampled_from(["RequestExpired", "ReadTimeoutError"]) | words),
        "operation": mostly(st.sampled_from(["list_users_in_group", "AdminListGroupsForUser", "list_groups"])),
        "message": mostly(words),
        "times": mostly(st.sampled_from(["1", "0", "", "7"])),
        "after": mostly(st.sampled_from(["1", "0", "7", "-1"])),
        "when": mostly(mapping({"GroupName": mostly(words), "Limit": mostly(st.sampled_from(["5", "0", "x"]))})),
    }
)
documents = mapping(
    {
        "pool": mostly(st.sampled_from(["eu-west-1_A", "x", f"a_{'b' * 53}", f"a_{'b' * 54}"])),
        "now": dates,
        "alias_attributes": mostly(listing(st.sampled_from(["email", "phone_number", "preferred_username", "mail"]))),
        "username_attributes": mostly(listing(st.sampled_from(["email", "phone_number", "preferred_username"]))),
        "case_sensitive": truths,
        "groups": mostly(by_name(names, mostly(groups)) | listing(words | names.map("'{}'".format))),
        "users": mostly(by_name(names, memberships | mostly(profiles))),
        "faults": mostly(listing(mostly(faults))),
        "usrs": odd,
    }
)


def no_schema_can_tell(text: str) -> bool:
    """Whether the seed is wrong only in how its parts go together: what is said twice, what a
    range stands for, which operation has which errors and parameters.
    """
    findings = decode(text, MODEL).findings
    together = (
        "is given twice",
        "is listed twice",
        "a sub belongs to a single user",
        "runs backwards",
        "has two ranges",
        "must have length less than or equal to 128",
        "is not an error that",
        "is not a parameter of",
        "message is only for service errors",
    )
    return bool(findings) and all(any(word in finding.message for word in together) for finding in findings)


@settings(max_examples=300, deadline=None)
@given(documents)
@example("{users: {'a': [on, 007, ~]}}")
@example("{groups: {a: {description: 007}}}")
@example("{now: 2025-01-01T00:00:00}")
def test_schema_and_decoder_judge_alike(text: str) -> None:
    by_schema, by_decoder = judged(text)
    assert by_schema is by_decoder or (by_schema and no_schema_can_tell(text)), decode(text, MODEL).findings


@settings(deadline=None)
@given(profiles)
def test_schema_and_decoder_judge_users_alike(profile: str) -> None:
    text = f"users:\n  alice: {profile}"
    by_schema, by_decoder = judged(text)
    assert by_schema is by_decoder or (by_schema and no_schema_can_tell(text)), decode(text, MODEL).findings


@settings(deadline=None)
@given(profiles)
@example('{attributes: {x: "{nam}"}}')
@example('{attributes: {x: "\\n{ n}"}}')
def test_schema_and_decoder_judge_ranges_of_users_alike(profile: str) -> None:
    text = f"users:\n  member-[1:3]: {profile}"
    by_schema, by_decoder = judged(text)
    assert by_schema is by_decoder or (by_schema and no_schema_can_tell(text)), decode(text, MODEL).findings


@settings(deadline=None)
@given(groups)
def test_schema_and_decoder_judge_groups_alike(group: str) -> None:
    by_schema, by_decoder = judged(f"groups:\n  admins: {group}")
    assert by_schema is by_decoder


@settings(deadline=None)
@given(faults)
def test_schema_and_decoder_judge_faults_alike(fault: str) -> None:
    text = f"faults:\n  - {fault}"
    by_schema, by_decoder = judged(text)
    assert by_schema is by_decoder or (by_schema and no_schema_can_tell(text)), decode(text, MODEL).findings
