"""The conformance tests' own machinery: the run at Amazon, shown against moto's server, and the tables."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from conformance.differences import DIFFERENCES
from conformance.operations import OPERATIONS
from conformance.report import OUT_OF_REACH, rules
from conformance.targets import Fake

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "conformance"
NAME = "pytest-cognito-groups-conformance-"


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server that stands in for Amazon."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def pools(server: str) -> Callable[[], list[str]]:
    """The names of the pools that conformance runs have at the server."""
    session = boto3.Session(aws_access_key_id="key", aws_secret_access_key="secret", region_name="eu-west-1")
    client = session.client("cognito-idp", endpoint_url=server)

    def names() -> list[str]:
        pages = client.get_paginator("list_user_pools").paginate(MaxResults=60)
        return [pool["Name"] for page in pages for pool in page["UserPools"] if pool["Name"].startswith(NAME)]

    return names


def start(*arguments: str, **settings: str) -> subprocess.Popen[str]:
    """A run at Amazon in a process of its own, as a developer would begin it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--tb=no", *arguments],
        cwd=ROOT,
        env={**inherited, "COGNITO_CONFORMANCE": "aws", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def settings_for(server: str) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": server,
    }


def verdicts(output: str) -> dict[str, str]:
    """What the report says of each rule."""
    return dict(re.findall(r"^\| ([A-Z]+-\d+) \| [^|]+ \| ([a-z ]+) \| .* \|$", output, re.MULTILINE))


def test_a_run_at_amazon_says_its_cost_and_ends_with_a_verdict_on_each_rule(
    server: str, pools: Callable[[], list[str]]
) -> None:
    run = start("tests/conformance/test_memberships.py", **settings_for(server))
    output, _ = run.communicate(timeout=120)
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, output
    notice = output.lstrip().splitlines()[:2]
    assert notice[0].startswith("Conformance against Amazon Cognito in eu-west-1: at most"), output
    assert "USD" in notice[1]
    found = verdicts(output)
    assert list(found) == list(rules())
    assert {rule: found[rule] for rule in ("MEMB-1", "MEMB-2", "MEMB-3", "PAGE-8")} == {
        "MEMB-1": "confirmed",
        "MEMB-2": "refuted",
        "MEMB-3": "confirmed",
        "PAGE-8": "not seen",
    }
    assert pools() == []


@pytest.mark.parametrize(
    "signals",
    [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGINT, signal.SIGINT)],
    ids=["interrupt", "terminate", "interrupt-twice"],
)
def test_a_run_that_is_stopped_leaves_no_pool(
    server: str, pools: Callable[[], list[str]], signals: tuple[signal.Signals, ...]
) -> None:
    # Where a request is cut off, its socket is closed by the garbage collector, which is no error of this run.
    leak = "ignore::pytest.PytestUnraisableExceptionWarning"
    run = start("-W", leak, "tests/conformance/test_memberships.py", **settings_for(server))
    while not pools():
        assert run.poll() is None, run.communicate()[0]
        time.sleep(0.05)
    for number in signals:
        run.send_signal(number)
        time.sleep(0.05)
    output, _ = run.communicate(timeout=120)
    assert run.returncode == pytest.ExitCode.INTERRUPTED, output
    assert list(verdicts(output)) == list(rules())
    assert pools() == []


def test_a_run_without_credentials_says_what_it_needs() -> None:
    nowhere = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}
    run = start("tests/conformance/test_claims.py", **nowhere, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    output, _ = run.communicate(timeout=120)
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "needs credentials and a region" in output


def test_no_test_gets_the_way_to_amazon_without_the_switch(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COGNITO_CONFORMANCE", raising=False)
    with pytest.raises(pytest.fail.Exception, match="only COGNITO_CONFORMANCE=aws"):
        request.getfixturevalue("at_amazon")


def marked() -> set[str]:
    """The rules that conformance tests carry."""
    text = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("test_*.py"))
    return {rule for marks in re.findall(r"mark\.rule\(([^)]*)\)", text) for rule in re.findall(r'"([^"]+)"', marks)}


def test_each_rule_has_a_conformance_test_or_a_reason_why_not() -> None:
    assert marked() | OUT_OF_REACH.keys() == rules().keys()


def test_each_difference_names_a_test_and_a_rule() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("test_*.py"))
    tests = set(re.findall(r"^def (test_\w+)", text, re.MULTILINE))
    assert {name.partition("[")[0] for name in DIFFERENCES} <= tests
    assert {rule for rule, _ in DIFFERENCES.values()} <= rules().keys()


def test_the_fake_is_asked_about_each_operation_that_it_answers() -> None:
    answered = {operation.method for operation in OPERATIONS if Fake.answers(operation.method)}
    assert {"admin_list_groups_for_user", "list_users_in_group"} <= answered
    assert not Fake.answers("admin_delete_user")
