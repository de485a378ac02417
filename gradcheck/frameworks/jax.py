"""JAX: eager, jit, and eager with forward-mode derivatives. XLA flushes subnormals on the CPU; so it stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import Any

import numpy as np

from gradcheck.frameworks import namespace
from gradcheck.frameworks.base import Framework
from gradcheck.frameworks.call import Call
from gradcheck.frameworks.forward import forward_gradient


class Jax(Framework):
    """JAX arrays. float64 needs x64, which is on during a float64 call only, in this thread only."""

    name = "jax"
    modes = ("eager", "jit")
    all_modes = ("eager", "jit", "forward")
    flushes_subnormals = True

    @cached_property
    def _namespace(self) -> namespace.Namespace:
        jax = self.library
        extras = {
            "erf": jax.scipy.special.erf,
            "erfc": jax.scipy.special.erfc,
            "lgamma": jax.scipy.special.gammaln,
            "sigmoid": jax.nn.sigmoid,
            "stop_gradient": jax.lax.stop_gradient,
        }
        return namespace.build(jax.numpy, extras)

    def namespace(self) -> namespace.Namespace:
        return self._namespace

    @contextmanager
    def settings(self, dtype: str) -> Iterator[None]:
        """x64 for float64, else as the user has it; no raising on NaN or Inf, for those are to be judged."""
        jax = self.library
        with ExitStack() as stack:
            stack.enter_context(jax.debug_nans(False))
            stack.enter_context(jax.debug_infs(False))
            if dtype == "float64":
                stack.enter_context(_enable_x64(jax)(True))
            yield

    def from_numpy(self, array: np.ndarray) -> Any:
        return self.library.numpy.array(array, copy=True)

    def to_numpy(self, array: Any) -> np.ndarray:
        return np.array(array, order="C")

    def dtype_of(self, result: Any) -> str | None:
        return result.dtype.name if isinstance(result, self.library.Array) else None

    def compile(self, function: Callable[..., Any], mode: str) -> Callable[..., Any]:
        return self.library.jit(function) if mode == "jit" else function

    def differentiate(
        self, function: Callable[..., Any], inputs: Sequence[Any], positions: tuple[int, ...], call: Call
    ) -> tuple[Any, Sequence[np.ndarray]]:
        if call.mode == "forward":
            value = call.run(function, *inputs)
            self.require(value, call)
            return value, forward_gradient(self._columns, function, inputs, positions, value, call)
        key = (call, positions)
        both = self._compiled.get(function, key, lambda: self._value_and_gradient(function, positions, call))
        value, partials = call.run(both, *inputs)
        return value, [self.to_numpy(partial) for partial in partials]

    def _value_and_gradient(
        self, function: Callable[..., Any], positions: tuple[int, ...], call: Call
    ) -> Callable[..., tuple[Any, tuple[Any, ...]]]:
        jax = self.library

        def both(*inputs: Any) -> tuple[Any, tuple[Any, ...]]:
            def of_chosen(*chosen: Any) -> Any:
                replaced = dict(zip(positions, chosen, strict=True))
                result = function(*(replaced.get(k, x) for k, x in enumerate(inputs)))
                self.require(result, call)
                return result

            value, pull_back = jax.vjp(of_chosen, *(inputs[k] for k in positions))
            return value, pull_back(jax.numpy.ones_like(value))

        return self.compile(both, call.mode)

    def _columns(self, function: Callable[..., Any], inputs: Sequence[Any], position: int, value: Any) -> np.ndarray:
        """Derivative of the output along each component of one input: (components, *output shape)."""
        jax, x = self.library, inputs[position]

        def of_one(x: Any) -> Any:
            return function(*inputs[:position], x, *inputs[position + 1 :])

        tangents = jax.numpy.eye(x.size, dtype=x.dtype).reshape(-1, *x.shape)
        return self.to_numpy(jax.vmap(lambda tangent: jax.jvp(of_one, (x,), (tangent,))[1])(tangents))

    def vectorize(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return self.library.jit(self.library.vmap(function))


def _enable_x64(jax: Any) -> Callable[[bool], Any]:
    """The x64 context, which moved to the top of the package in JAX 0.8."""
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64
    from jax.experimental import enable_x64

    return enable_x64


FRAMEWORK = Jax()
