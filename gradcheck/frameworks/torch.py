"""PyTorch: eager, torch.compile, and eager with forward-mode derivatives. Runs on the CPU."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import ml_dtypes
import numpy as np

from gradcheck.frameworks import namespace
from gradcheck.frameworks.base import Framework
from gradcheck.frameworks.call import Call
from gradcheck.frameworks.forward import forward_gradient

# All functions share the code object of a wrapper, for which dynamo counts recompilations and, past
# its limit, falls back to eager without a word. A check must run what it says it runs.
_RECOMPILE_LIMIT = 100_000


class Torch(Framework):
    """Tensors. A function may be any callable, a `torch.nn.Module` included."""

    name = "torch"
    all_modes = ("eager", "compile", "forward")

    @cached_property
    def _namespace(self) -> namespace.Namespace:
        self.library  # noqa: B018  says what to install before array_api_compat fails on it
        import array_api_compat.torch

        return namespace.build(array_api_compat.torch, {"stop_gradient": lambda x: x.detach()})

    def namespace(self) -> namespace.Namespace:
        return self._namespace

    @contextmanager
    def settings(self, dtype: str) -> Iterator[None]:
        """Gradients on, whatever the caller's mode; anomaly detection off, for a NaN is to be judged, not raised."""
        torch = self.library
        with (
            torch.random.fork_rng(devices=[]),
            torch.inference_mode(False),
            torch.enable_grad(),
            torch.autograd.set_detect_anomaly(False),
            _one_thread(torch),
        ):
            yield

    def from_numpy(self, array: np.ndarray) -> Any:
        torch, own = self.library, array.copy()
        if own.dtype == ml_dtypes.bfloat16:
            return torch.from_numpy(own.view(np.int16)).view(torch.bfloat16)
        return torch.from_numpy(own)

    def to_numpy(self, array: Any) -> np.ndarray:
        torch, own = self.library, array.detach().cpu().contiguous().clone()
        if own.dtype == torch.bfloat16:
            return own.view(torch.int16).numpy().view(ml_dtypes.bfloat16)
        return own.numpy()

    def dtype_of(self, result: Any) -> str | None:
        return str(result.dtype).removeprefix("torch.") if isinstance(result, self.library.Tensor) else None

    def compile(self, function: Callable[..., Any], mode: str) -> Callable[..., Any]:
        if mode != "compile":
            return function
        with _compiler():
            compiled = self.library.compile(lambda *inputs: function(*inputs), dynamic=False)
        return _compiler()(compiled)

    def differentiate(
        self, function: Callable[..., Any], inputs: Sequence[Any], positions: tuple[int, ...], call: Call
    ) -> tuple[Any, Sequence[np.ndarray]]:
        if call.mode == "forward":
            value = call.run(function, *inputs)
            self.require(value, call)
            return value, forward_gradient(self._columns, function, inputs, positions, value, call)
        compiled = self._compiled.get(function, call.mode, lambda: self.compile(function, call.mode))
        chosen = [inputs[k].requires_grad_() for k in positions]
        value = call.run(compiled, *inputs)
        self.require(value, call)
        return value, [self.to_numpy(partial) for partial in call.run(self._backward, value, chosen)]

    def _backward(self, value: Any, chosen: Sequence[Any]) -> Sequence[Any]:
        torch = self.library
        if not (value.requires_grad and chosen):
            return [torch.zeros_like(x) for x in chosen]
        ones = torch.ones_like(value)
        return torch.autograd.grad(value, chosen, ones, allow_unused=True, materialize_grads=True)

    def _columns(self, function: Callable[..., Any], inputs: Sequence[Any], position: int, value: Any) -> np.ndarray:
        """Derivative of the output along each component of one input: (components, *output shape)."""
        torch = self.library
        x = inputs[position]
        tangents = torch.eye(x.numel(), dtype=x.dtype, device=x.device).reshape(-1, *x.shape)
        columns = [self._along(function, inputs, position, tangent, value) for tangent in tangents]
        return self.to_numpy(torch.stack(columns))

    def _along(
        self, function: Callable[..., Any], inputs: Sequence[Any], position: int, tangent: Any, value: Any
    ) -> Any:
        forward_ad = self.library.autograd.forward_ad
        with forward_ad.dual_level():
            with _quiet():
                dual = forward_ad.make_dual(inputs[position], tangent)
            output = function(*inputs[:position], dual, *inputs[position + 1 :])
            derivative = forward_ad.unpack_dual(output).tangent
            return self.library.zeros_like(value) if derivative is None else derivative.clone()

    def vectorize(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return self.library.func.vmap(function)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warnings that code of torch's own, imported late, trips over."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _compiler() -> Iterator[None]:
    """Compilation without the limit above."""
    with _quiet():
        from torch._dynamo import config

        with config.patch(recompile_limit=_RECOMPILE_LIMIT, accumulated_recompile_limit=_RECOMPILE_LIMIT):
            yield


@contextmanager
def _one_thread(torch: Any) -> Iterator[None]:
    """Points are small: threads would only wait for each other, and a sum depend on how many there are."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


FRAMEWORK = Torch()
