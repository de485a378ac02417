"""Results come in the order of the tasks, and the death of a process costs its own task only."""

import os

import pytest

from gradcheck.processes import Died, alone, in_processes


def _square_unless_three(number):
    if number == 3:
        os._exit(1)
    return number * number


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_in_order(jobs):
    assert list(in_processes(str, [3, 1, 2], jobs)) == ["3", "1", "2"]


def test_a_death_costs_one_task():
    results = list(in_processes(_square_unless_three, [1, 2, 3, 4], 2))
    assert results == [1, 4, Died(), 16]
    assert "os._exit" in results[2].reason


def test_an_error_of_the_work_comes_out():
    with pytest.raises(ValueError, match="invalid literal"):
        list(in_processes(int, ["x"], 1))


def test_alone_is_in_a_process_of_its_own():
    assert alone(_pid, None) != os.getpid()


def _pid(_):
    return os.getpid()
