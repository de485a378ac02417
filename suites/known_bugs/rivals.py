"""The frameworks' own gradient checkers: analytic gradient against finite differences, in float64 as they demand."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from gradcheck import frameworks
from gradcheck.suites.known_bugs.case import KnownBug


def finds(bug: KnownBug, points: Iterable[Sequence[np.ndarray]]) -> bool:
    """Whether the checker of the bug's framework says of any point that the gradient is off.

    A function that it cannot run in float64 is not found.
    """
    function, rival = bug.make(), RIVALS[bug.framework]
    positions = tuple(k for k, a in enumerate(bug.arguments) if a.differentiate)
    copies = [[np.asarray(a, dtype=np.float64) for a in arrays] for arrays in points]
    with warnings.catch_warnings(), frameworks.get(bug.framework).settings("float64"):
        warnings.simplefilter("ignore")
        return any(rival(function, arrays, positions) for arrays in copies)


def _torch(function: Callable[..., Any], arrays: Sequence[np.ndarray], positions: tuple[int, ...]) -> bool:
    import torch
    from torch.autograd.gradcheck import GradcheckError

    inputs = [torch.tensor(a, requires_grad=k in positions) for k, a in enumerate(arrays)]
    try:
        torch.autograd.gradcheck(function, inputs)
    except GradcheckError:
        return True
    except (RuntimeError, ValueError):  # no float64, or not in the domain as the function checks it
        return False
    return False


def _jax(function: Callable[..., Any], arrays: Sequence[np.ndarray], positions: tuple[int, ...]) -> bool:
    import jax
    import jax.numpy as jnp
    from jax.test_util import check_grads

    inputs = [jnp.array(a) for a in arrays]

    def of_chosen(*chosen: jax.Array) -> jax.Array:
        replaced = dict(zip(positions, chosen, strict=True))
        return function(*(replaced.get(k, x) for k, x in enumerate(inputs)))

    try:
        check_grads(of_chosen, [inputs[k] for k in positions], order=1, modes=["rev"])
    except AssertionError:
        return True
    except (TypeError, ValueError):  # no float64
        return False
    return False


RIVALS: dict[str, Callable[..., bool]] = {"torch": _torch, "jax": _jax}
