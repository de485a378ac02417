"""Cost of the whole exact gradient, from 64 to 65,536 elements, beside what other checkers take for theirs.

`pytest suites/benchmarks/test_exact_gradient.py` prints, for each function and size, the time to watch the
function and certify its value and gradient in float32, and `extra_info` holds the growth of the process's
memory. `torch.autograd.gradcheck` and `jax.test_util.check_grads` compare one pair of numbers for each
input (or one random direction) in float64; the first grows with the square of the size, so it stops early.
"""

from __future__ import annotations

import resource

import numpy as np
import pytest

from gradcheck.dtypes import format_of
from gradcheck.exact import certify
from gradcheck.frameworks import get
from gradcheck.shadow import watch

SIZES = (64, 512, 4096, 65536)
QUADRATIC_UP_TO = 512  # the largest size for a checker whose cost grows with its square
CHANNELS = 16


def logsumexp(x):
    import torch

    return torch.logsumexp(x, 0)


def cross_entropy(x):
    import torch

    rows = x.reshape(-1, CHANNELS)
    return torch.nn.functional.cross_entropy(rows, torch.arange(len(rows)) % CHANNELS)


def local_response_norm(x):
    import torch

    return torch.nn.functional.local_response_norm(x.reshape(-1, CHANNELS, 1), 5)


def jax_logsumexp(x):
    import jax

    return jax.nn.logsumexp(x)


def jax_cross_entropy(x):
    import jax.numpy as jnp
    import optax

    rows = x.reshape(-1, CHANNELS)
    return optax.softmax_cross_entropy_with_integer_labels(rows, jnp.arange(len(rows)) % CHANNELS).mean()


def jax_local_response_norm(x):
    import jax.numpy as jnp

    rows = x.reshape(-1, CHANNELS)
    squares = jnp.pad(rows * rows, ((0, 0), (2, 2)))
    windows = sum(squares[:, k : k + CHANNELS] for k in range(5))
    return rows * (1.0 + 1e-4 / 5 * windows) ** -0.75


FUNCTIONS = {
    "logsumexp": (logsumexp, jax_logsumexp),
    "cross_entropy": (cross_entropy, jax_cross_entropy),
    "local_response_norm": (local_response_norm, jax_local_response_norm),
}


def numbers(size: int) -> np.ndarray:
    return np.random.default_rng(size).standard_normal(size)


def resident_kilobytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_exact_gradient(benchmark, name, size):
    function, point = FUNCTIONS[name][0], numbers(size).astype(np.float32)
    before = resident_kilobytes()

    def exact():
        return certify(watch("torch", function, [point], "float32", (0,)), [point], (0,), format_of("float32"))

    truth = benchmark.pedantic(exact, rounds=3, warmup_rounds=1)
    benchmark.extra_info["peak_growth_kilobytes"] = resident_kilobytes() - before
    assert set(truth.gradient[0].kinds.flat) == {"certified"}


@pytest.mark.parametrize("size", [s for s in SIZES if s <= QUADRATIC_UP_TO])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_torch_autograd_gradcheck(benchmark, name, size):
    torch = get("torch").library
    point = torch.tensor(numbers(size), requires_grad=True)
    assert benchmark.pedantic(torch.autograd.gradcheck, args=(FUNCTIONS[name][0], point), rounds=1)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_jax_check_grads(benchmark, name, size):
    from jax.test_util import check_grads

    framework = get("jax")
    with framework.settings("float64"):
        point = framework.from_numpy(numbers(size))
        benchmark.pedantic(check_grads, args=(FUNCTIONS[name][1], (point,), 1, ("rev",)), rounds=3)
