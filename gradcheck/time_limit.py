"""A limit on how long a function under test may take."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gradcheck.frameworks.errors import FrameworkError

SECONDS = 20.0  # what one call of a function may take


class TimedOut(FrameworkError):  # noqa: N818 - the name says what happened, like its siblings
    """The function did not return in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return (
            f"the function did not return within {self.seconds:g} s; expected an answer: does it loop on these inputs?"
        )


@contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """Raise `TimedOut` in the block after `seconds`.

    Works by a signal, so only in the main thread of a POSIX process, and not while compiled code runs
    without returning to Python; elsewhere the block runs without a limit. A timer of the caller's is put back.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise TimedOut(seconds)

    before = signal.signal(signal.SIGALRM, ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left, interval)
        signal.signal(signal.SIGALRM, before)
