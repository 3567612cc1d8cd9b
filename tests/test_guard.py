"""The guard of conftest.py: no test leaves this machine, whichever way it goes."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

CONFTEST = (Path(__file__).parent.parent / "conftest.py").read_text(encoding="utf-8")
ELSEWHERE = "192.0.2.1"  # kept for documentation by RFC 5737: nobody answers there


def connect() -> None:
    with socket.socket() as connection:
        connection.connect((ELSEWHERE, 443))


def connect_ex() -> None:
    with socket.socket() as connection:
        connection.connect_ex((ELSEWHERE, 443))


def create_connection() -> None:
    socket.create_connection(("cognito-idp.eu-west-1.amazonaws.com", 443), timeout=1)


def connect_by_ipv6() -> None:
    with socket.socket(socket.AF_INET6) as connection:
        connection.connect(("2001:db8::1", 443, 0, 0))


def send_a_datagram() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as connection:
        connection.sendto(b"", (ELSEWHERE, 53))


def look_up_a_name() -> None:
    socket.getaddrinfo("example.com", 443)


def look_up_a_name_the_old_way() -> None:
    socket.gethostbyname("example.com")


WAYS = [
    connect,
    connect_ex,
    create_connection,
    connect_by_ipv6,
    send_a_datagram,
    look_up_a_name,
    look_up_a_name_the_old_way,
]


@pytest.mark.parametrize("leave", WAYS, ids=lambda leave: leave.__name__)
def test_every_way_out_is_refused(leave: Callable[[], None], refused_connections: list[str]) -> None:
    with pytest.raises(OSError, match="stays off the network"):
        leave()
    assert len(refused_connections) == 1
    refused_connections.clear()


def test_a_coroutine_is_refused(refused_connections: list[str]) -> None:
    async def leave() -> None:
        await asyncio.open_connection(ELSEWHERE, 443)

    with pytest.raises(OSError, match="stays off the network"):
        asyncio.run(leave())
    refused_connections.clear()


def test_a_thread_is_refused(refused_connections: list[str]) -> None:
    caught: list[BaseException] = []

    def leave() -> None:
        try:
            connect()
        except OSError as error:
            caught.append(error)

    thread = threading.Thread(target=leave)
    thread.start()
    thread.join()
    assert "stays off the network" in str(caught[0])
    refused_connections.clear()


def test_a_refusal_that_the_test_swallows_fails_it(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(
        f"""
        import socket
        from contextlib import suppress

        def test_swallowed():
            with suppress(OSError):
                socket.create_connection(("{ELSEWHERE}", 443))
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["the test reached for the network:", f"*{ELSEWHERE}*"])


def test_the_metadata_service_is_refused_without_blame(refused_connections: list[str]) -> None:
    with pytest.raises(OSError, match="stays off the network"):
        socket.create_connection(("169.254.169.254", 80))
    assert refused_connections == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_is_let_through(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1])).close()


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no such sockets")
def test_sockets_of_the_file_system_are_let_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of such a socket must be short
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as connection:
        server.bind("s")
        server.listen()
        connection.connect("s")


def test_no_setting_of_the_developer_is_seen(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(
        """
        import os
        import subprocess
        import sys
        from pathlib import Path

        SEEN_AT_IMPORT = {name for name in os.environ if name.startswith("AWS_")}

        def test_settings():
            assert SEEN_AT_IMPORT == {"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"}
            assert not any(Path(os.environ[name]).exists() for name in SEEN_AT_IMPORT)

        def test_settings_in_a_subprocess():
            subprocess.run([sys.executable, "-c", "import os; assert 'AWS_PROFILE' not in os.environ"], check=True)
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=2)
