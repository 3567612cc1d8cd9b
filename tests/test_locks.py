"""The lock that threads share while a fake answers them."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_cognito_groups.locks import Lock


@pytest.fixture
def lock() -> Lock:
    return Lock()


@pytest.fixture
def undisturbed() -> Iterator[None]:
    """A thread that runs is not stopped for another."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(60)
    yield
    sys.setswitchinterval(before)


def test_one_thread_at_a_time_is_inside(lock: Lock) -> None:
    inside, most = 0, 0

    def enter(_: int) -> None:
        nonlocal inside, most
        with lock, lock:
            inside += 1
            time.sleep(0.001)
            most = max(most, inside)
            inside -= 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(enter, range(40)))
    assert most == 1


def test_an_error_inside_leaves_the_lock_free(lock: Lock) -> None:
    with pytest.raises(KeyError), lock:
        raise KeyError
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(lock._lock.acquire, blocking=False).result()


@pytest.mark.usefixtures("undisturbed")
def test_a_thread_that_waits_does_not_have_the_lock_before_it_runs(lock: Lock) -> None:
    waits, done = threading.Event(), threading.Event()

    def wait() -> None:
        waits.set()
        with lock:
            done.set()

    with lock:
        thread = threading.Thread(target=wait)
        thread.start()
        assert waits.wait(30)
        time.sleep(0.01)  # it waits by now
    end = time.perf_counter() + 0.05
    while time.perf_counter() < end:  # the lock is free, and the other thread does not run
        pass
    assert lock._lock.acquire(blocking=False)
    assert not done.is_set()
    lock._lock.release()
    assert done.wait(30)
    thread.join()
