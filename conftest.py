"""What holds for every test: no settings of the developer's own account, no network, and the `rule` marker."""

from __future__ import annotations

import gc
import ipaddress
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import pytest

pytest_plugins = ["pytester"]

METADATA_SERVICE: Final = "169.254.169.254"
"""botocore asks it for credentials that it finds nowhere else, which is no mistake of a test."""

ADDRESS_ARGUMENT: Final = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}
"""The audit events that come before a socket reaches out, and which of their arguments says where to."""

FILES: Final = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
CREDENTIALS: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")

refused: Final[list[str]] = []
"""The places that the running test reached for in vain."""

settings: Final[dict[str, str]] = {}
"""The developer's own, which no test sees but those that ask Amazon."""

at_amazon_now: Final[list[bool]] = []
"""Not empty while a test asks Amazon, on the developer's explicit word."""


def is_loopback(host: object) -> bool:
    """Whether a host's name or address stays on this machine."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def guard(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse to leave this machine, with the `OSError` that a machine without a network would raise.

    An audit hook sees all threads and every road to a socket, and nothing can go round it.
    """
    if event not in ADDRESS_ARGUMENT or at_amazon_now:
        return
    address = arguments[ADDRESS_ARGUMENT[event]]
    host = address[0] if isinstance(address, tuple) else address
    is_path = event.startswith(("socket.connect", "socket.send")) and not isinstance(address, tuple)  # AF_UNIX
    if is_path or is_loopback(host):
        return
    if host != METADATA_SERVICE:
        refused.append(f"{event} {address!r}")
    raise OSError(f"the test suite stays off the network: {event} {address!r}")


sys.addaudithook(guard)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write", action="store_true", help="write the messages of docs/errors.md anew")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "rule(*ids): the rules of docs/semantics.md that the test shows")
    # Here rather than in a fixture: clients made while test modules are imported must not see the settings either, and
    # subprocesses inherit what is left.
    environment = pytest.MonkeyPatch()
    config.add_cleanup(environment.undo)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        settings[name] = os.environ[name]
        environment.delenv(name)
    for name in FILES:
        environment.setenv(name, str(Path(os.devnull, "absent")))


@pytest.fixture(scope="session")
def at_amazon() -> Callable[[], AbstractContextManager[None]]:
    """Opens the network and gives the developer's settings back for a block, if `COGNITO_CONFORMANCE=aws` says so."""
    if os.environ.get("COGNITO_CONFORMANCE") != "aws":
        pytest.fail("only COGNITO_CONFORMANCE=aws lets a test ask Amazon")

    @contextmanager
    def opened() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as environment:
            for name in FILES:
                environment.delenv(name)
            for name, value in settings.items():
                environment.setenv(name, value)
            at_amazon_now.append(True)
            try:
                yield
            finally:
                at_amazon_now.pop()

    return opened


@pytest.fixture(autouse=True)
def no_credentials() -> None:
    """Drop those that an earlier test left behind, as a mock of moto's does that was not stopped."""
    for name in CREDENTIALS:
        os.environ.pop(name, None)


@pytest.fixture(autouse=True)
def refused_connections() -> Iterator[list[str]]:
    """The places that the test reached for; it fails at its end unless it has taken them off the list."""
    refused.clear()
    yield refused
    if refused:
        pytest.fail("the test reached for the network:\n  " + "\n  ".join(refused), pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def loaded() -> None:
    """Import what inner runs would import first: they drop it again, and a second copy would have its own fakes."""
    import boto3  # noqa: F401
    import hypothesis  # noqa: F401

    import pytest_cognito_groups.marks  # noqa: F401

    # No collection need look again at all that was imported: that took a tenth of the suite's time. Not before the
    # imports: hypothesis asks the collector who holds trio's random numbers, and it does not see what is frozen.
    gc.freeze()


@pytest.fixture
def pytester(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> pytest.Pytester:
    """The fixture of pytest, whose inner runs load no other plugin but those that the test names with `-p`.

    Each plugin costs every inner run its start, and some leave a thread or a socket behind in this process. Assertions
    are rewritten where they are in this run: of what this one has imported plain, an inner run would warn.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", f"-p pytest_cognito_groups --assert={pytestconfig.getoption('assertmode')}")
    return pytester
