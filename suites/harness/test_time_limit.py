"""A function that hangs is stopped, whatever it catches, and the caller's own timer goes on."""

import contextlib
import signal
import threading
import time

import pytest

from gradcheck import time_limit as limits
from gradcheck.time_limit import TimedOut, seconds_for, time_limit


def test_a_loop_is_stopped():
    started = time.monotonic()
    with pytest.raises(TimedOut, match=r"did not return within 0\.05 s; expected an answer"), time_limit(0.05):
        time.sleep(60)
    assert time.monotonic() - started < 5


def test_a_loop_that_catches_every_exception_is_stopped():
    def stubborn():
        while True:
            with contextlib.suppress(Exception):
                time.sleep(0.01)

    with pytest.raises(TimedOut), time_limit(0.05):
        stubborn()


def test_what_is_quick_is_left_alone():
    before = signal.getsignal(signal.SIGALRM)
    with time_limit(5.0):
        pass
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_an_error_inside_comes_out_as_it_is():
    with pytest.raises(ZeroDivisionError), time_limit(5.0):
        raise ZeroDivisionError
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.fixture
def rings():
    heard = []
    before = signal.signal(signal.SIGALRM, lambda *_: heard.append(time.monotonic()))
    yield heard
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_the_callers_timer_keeps_its_remaining_time(rings):
    signal.setitimer(signal.ITIMER_REAL, 60.0)
    with time_limit(5.0):
        time.sleep(0.1)
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    assert 59.0 < left <= 59.9


def test_the_callers_timer_that_fell_due_rings_afterwards(rings):
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    with time_limit(5.0):
        time.sleep(0.1)
        assert not rings
    time.sleep(0.05)
    assert len(rings) == 1


def test_in_another_thread_there_is_no_limit():
    done = []

    def work():
        with time_limit(0.01):
            time.sleep(0.05)
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done


def test_a_compiler_gets_more_time():
    assert seconds_for("compile") > seconds_for("eager") == seconds_for("jit") == limits.SECONDS
