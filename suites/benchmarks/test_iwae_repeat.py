"""The K-sample bound with its gradient: what repeating the data before the encoder costs against repeating after it.

Run with `pytest suites/benchmarks --benchmark-only`. Both give the same gradient (a claim of the suite `vae`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gradcheck import frameworks
from gradcheck.suites.portable import Portable
from gradcheck.suites.seeds import vae_model

ROWS, SAMPLES, INPUTS, HIDDEN, LATENT = 32, 20, 256, 128, 16
LAYERS = ((INPUTS, HIDDEN), (HIDDEN, LATENT), (HIDDEN, LATENT), (LATENT, HIDDEN), (HIDDEN, INPUTS))
WAYS = {"before": vae_model.repeat_before, "after": vae_model.repeat_after}
MODES = {"torch": "eager", "jax": "jit"}


def _arrays() -> tuple[np.ndarray, ...]:
    """Observations, noise, then weight and bias of each layer, in float32."""
    rng = np.random.default_rng(0)
    arrays = [rng.integers(0, 2, (ROWS, INPUTS)), rng.standard_normal((SAMPLES, ROWS, LATENT))]
    for inputs, outputs in LAYERS:
        arrays += [rng.standard_normal((inputs, outputs)) / np.sqrt(inputs), np.zeros(outputs)]
    return tuple(array.astype(np.float32) for array in arrays)


def _bound_and_gradient(framework: str, way: str) -> Callable[[], tuple]:
    """One evaluation of the bound and of its gradient with respect to every parameter."""
    backend, arrays, function = frameworks.get(framework), _arrays(), Portable(WAYS[way], framework)
    parameters = tuple(range(2, len(arrays)))
    return lambda: backend.gradient(function, arrays, parameters, "float32", MODES[framework])


@pytest.fixture
def one_thread():
    """torch's threads wait for each other, on a busy machine far longer than they compute."""
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("framework", MODES)
def test_cost_of_repeating(benchmark, request, framework, way):
    pytest.importorskip(framework)
    if framework == "torch":
        request.getfixturevalue("one_thread")
    benchmark.group = f"{framework} {MODES[framework]}, K = {SAMPLES}"
    _, gradient = benchmark(_bound_and_gradient(framework, way))
    assert all(np.isfinite(part).all() for part in gradient)
