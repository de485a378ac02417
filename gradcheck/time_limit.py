"""A limit on how long a function under test may take."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gradcheck.frameworks.errors import FrameworkError

SECONDS = 20.0  # what one call of a function may take
COMPILE_SECONDS = 300.0  # and its first one in a mode that compiles it to machine code


class TimedOut(FrameworkError):  # noqa: N818 - the name says what happened, like its siblings
    """The function did not return in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return (
            f"the function did not return within {self.seconds:g} s; expected an answer: does it loop on these inputs?"
        )


class _Alarm(BaseException):
    """Not an Exception, so that a function which catches everything in its loop does not catch this."""


def seconds_for(mode: str) -> float:
    """What one call may take in a mode."""
    return COMPILE_SECONDS if mode == "compile" else SECONDS


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimedOut` in the block after `seconds`.

    Works by a signal, so only in the main thread of a POSIX process, and not while compiled code runs
    without returning to Python; elsewhere the block runs without a limit. A timer of the caller's goes on
    afterwards with the time it has left.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise _Alarm

    started = time.monotonic()
    before = signal.signal(signal.SIGALRM, ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _Alarm:
        raise TimedOut(seconds) from None
    finally:
        signal.signal(signal.SIGALRM, before)
        if left:
            # An alarm that fell due meanwhile rings at once; zero would switch it off.
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - started), 1e-6), interval)
