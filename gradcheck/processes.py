"""Work spread over processes, where the death of one costs no more than its own task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TypeVar

from joblib import Parallel, delayed
from joblib.externals.loky import ProcessPoolExecutor

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Died:
    """In place of a result: the process of the task ended without one."""

    reason: str = (
        "the process ended without an answer; expected a function that returns: "
        "does it call os._exit, or crash in compiled code?"
    )


def in_processes(work: Callable[[T], R], tasks: Sequence[T], jobs: int) -> Iterator[R | Died]:
    """`work(task)` for each task, in their order. `jobs=1` works in this process, and dies with it.

    After a death the tasks that are left are worked on one at a time, each in a process of its own, for which of
    those at work had died is not known.
    """
    done = 0
    try:
        for result in Parallel(n_jobs=jobs, batch_size=1, return_as="generator")(delayed(work)(task) for task in tasks):
            done += 1
            yield result
    except BrokenProcessPool:
        yield from (alone(work, task) for task in tasks[done:])


def alone(work: Callable[[T], R], task: T, seconds: float | None = None) -> R | Died:
    """`work(task)` in a process of its own, which is ended after `seconds`."""
    executor = ProcessPoolExecutor(max_workers=1)
    try:
        return executor.submit(work, task).result(timeout=seconds)
    except BrokenProcessPool:
        return Died()
    except TimeoutError:
        return Died(f"no answer within {seconds:g} s, so its process was ended; does compiled code loop?")
    finally:
        executor.shutdown(kill_workers=True)
