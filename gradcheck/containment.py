"""A function under test runs in here: that it hangs or exits is an error like any other."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradcheck.frameworks.errors import FrameworkError
from gradcheck.time_limit import seconds_for, time_limit


class Exited(FrameworkError):  # noqa: N818 - the name says what happened, like its siblings
    """The function asked for the end of the process, by `sys.exit` or `exit`."""

    def __init__(self, code: Any) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return f"the function called sys.exit({self.code!r}); expected one array: raise an exception instead"


@contextmanager
def quiet() -> Iterator[None]:
    """No warning comes through: at points that nobody gave a function, its warnings are nobody's to see, or to raise.

    NumPy's flags mean nothing on arrays of balls.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@contextmanager
def contained(mode: str = "eager") -> Iterator[None]:
    """Raise `TimedOut` where the block takes too long for the mode, and `Exited` where it exits.

    What ends the process without asking (`os._exit`, a crash in compiled code) is not held up by this;
    a run of suites survives that too, for it works in processes.
    """
    try:
        with time_limit(seconds_for(mode)), quiet():
            yield
    except SystemExit as end:
        raise Exited(end.code) from None


def described(problem: BaseException) -> str:
    """An exception in one line, with the place that it comes from."""
    frame = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__}: {problem} ({frame.filename.rpartition('/')[2]}:{frame.lineno})"
