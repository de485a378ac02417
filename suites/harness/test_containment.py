"""Hanging and exiting are errors of the function, and nothing else is touched."""

import pickle
import sys
import time
import warnings

import numpy as np
import pytest

from gradcheck import time_limit as limits
from gradcheck.containment import Exited, contained
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.time_limit import TimedOut


@pytest.mark.parametrize(("code", "shown"), [(3, "3"), ("no data", "'no data'"), (None, "None")])
def test_an_exit_is_an_error(code, shown):
    with pytest.raises(Exited) as caught, contained():
        sys.exit(code)
    assert str(caught.value) == (
        f"the function called sys.exit({shown}); expected one array: raise an exception instead"
    )


def test_a_warning_is_not_raised():
    with contained():
        warnings.warn("deprecated", DeprecationWarning, stacklevel=1)
        np.float32(1e38) * np.float32(1e38)
    with pytest.raises(DeprecationWarning):
        warnings.warn("deprecated", DeprecationWarning, stacklevel=1)


def test_hanging_is_an_error(monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.05)
    with pytest.raises(TimedOut), contained():
        time.sleep(10)


def test_an_interrupt_by_the_user_passes():
    with pytest.raises(KeyboardInterrupt), contained():
        raise KeyboardInterrupt


@pytest.mark.parametrize("error", [Exited(3), TimedOut(2.0)])
def test_both_are_errors_of_the_function_and_survive_a_process(error):
    assert isinstance(error, FrameworkError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
