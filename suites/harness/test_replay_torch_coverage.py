"""What the replay of torch follows: the table of the shadow's coverage, forward and backward."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from coverage_torch import TABLES, WITHOUT_DERIVATIVE
from test_shadow_torch_coverage import COVERED, _point

from gradcheck import frameworks
from gradcheck.exact import balls, evaluate
from gradcheck.shadow.replay import replay

TORCH = frameworks.get("torch")

# What of a call no rule follows: its results are those of the run.
NOT_FOLLOWED = {
    ("loss", "ctc_loss"): {"_ctc_loss_backward"},
    ("layer", "embedding_bag"): {"_embedding_bag_backward"},
    ("layer", "grid_sample"): {"grid_sampler_2d_backward"},
    ("layer", "interpolate"): {"upsample_bilinear2d_backward"},
    ("array", "det"): {"_linalg_det", "linalg_lu_solve"},
    ("array", "linalg.solve"): {"linalg_lu_solve"},
    ("array", "slogdet"): {"linalg_lu_solve"},
    ("distribution", "Wishart"): {"linalg_lu_solve"},
}
# A watched prod takes its derivative as for an input with zeros.
OTHER_ROUNDING = {("array", "prod")}
# exp of the smallest float64 asks for more bits than these.
NARROW = {("norm", "logcumsumexp")}
CALLS = [call for call in COVERED if call not in WITHOUT_DERIVATIVE]


@pytest.fixture(autouse=True)
def _warnings_of_torch():
    """Some of the functions warn that they are slow, or new."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize(("table", "name"), CALLS, ids=map(":".join, CALLS))
def test_the_exact_gradient_of_the_backward_pass_is_the_native_one(table, name):
    call, arrays = _point(table, name)
    differentiate = call.differentiated
    trace = replay("torch", call.function, arrays, "float64", differentiate)
    value, gradient = TORCH.gradient(call.function, arrays, differentiate, "float64")
    tolerance = 1e-14 if (table, name) in OTHER_ROUNDING else 0
    for held, own in zip((trace.value, *trace.gradient), (value, *gradient), strict=True):
        np.testing.assert_allclose(held.native, own, tolerance, tolerance)
    assert {note.split()[0] for note in trace.notes} == NOT_FOLLOWED.get((table, name), set())
    if (table, name) not in NARROW:
        _agree(trace, arrays)


def _agree(trace, arrays):
    with balls.precision(200):
        values = evaluate.forward(trace.graph, [balls.from_numbers(a) for a in arrays]).values
    for held in (trace.value, *trace.gradient):
        exact = np.vectorize(float, otypes=[float])(_middles(values[held.node]))
        np.testing.assert_allclose(held.native, exact, 1e-6, 1e-12)


def _middles(value):
    return np.array([ball.mid() if hasattr(ball, "mid") else ball for ball in value.flat]).reshape(value.shape)


def test_every_exception_is_a_call_of_the_table():
    assert {*NOT_FOLLOWED, *OTHER_ROUNDING, *NARROW} <= {(table, name) for table in TABLES for name in TABLES[table]}
