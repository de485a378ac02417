"""What stands in for a compilation of its own gives the bits that the primitive gives."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gradcheck import dtypes, frameworks
from gradcheck.shadow.jax_interpreter import Equation, Interpreter
from gradcheck.shadow.jax_native import native_results
from gradcheck.shadow.jax_values import known

NUMBERS = np.array([0.0, -0.0, 1.0, -2.5, 1e-3, 7.25, 88.9, 1e-40, -1e-310, 1e300, np.inf, -np.inf, np.nan, 0.3, 4e4])
FUNCTIONS = {
    "exp": jnp.exp,
    "product by a number": lambda x: x * 0.7,
    "quotient of a number": lambda x: 3 / x,
    "clamp": lambda x: jnp.clip(x, 0.5, 9.0),
    "select": lambda x: jnp.where(x > 0, x, 2.0),
    "conversion": lambda x: (x > 0).astype(jnp.float16),
    "moves": lambda x: jnp.concatenate([x[1:-1:2], jnp.broadcast_to(x[None], (2, 15)).T.reshape(-1)]),
    "columns": lambda x: jnp.exp(x.reshape(3, 5)) + x[:5],
    "nothing": lambda x: x[:0] * 2,
}


@pytest.mark.parametrize("dtype", dtypes.NAMES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_bits_are_those_of_the_primitive(name, dtype):
    with frameworks.get("jax").settings(dtype), np.errstate(over="ignore"):
        x = jnp.asarray(NUMBERS.astype(dtypes.format_of(dtype).numpy))
        closed = jax.make_jaxpr(FUNCTIONS[name])(x)
        seen = _Comparing()
        seen.run_closed(closed, [known(x, moves=True)])
        assert seen.compared


class _Comparing(Interpreter):
    compared = 0

    def _symbolic(self, equation: Equation):
        for ours, theirs in zip(native_results(equation), equation.results, strict=True):
            np.testing.assert_array_equal(_bits(ours), _bits(theirs.concrete))
            self.compared += 1
        return [None] * len(equation.results)


def _bits(array):
    array = np.asarray(array)
    return np.where(np.isnan(array), 0, array).tobytes() if array.dtype.kind != "b" else array.tobytes()
