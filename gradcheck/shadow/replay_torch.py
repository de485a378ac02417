"""Replay a torch function and its backward pass: see `trace`.

The backward operations are those that autograd dispatches. While it is watched, torch goes in some derivatives (that
of `prod`) the way it goes for tensor subclasses, whose rounding can differ from that of an unwatched run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch

from gradcheck import dtypes
from gradcheck.frameworks import get
from gradcheck.frameworks.call import Call, label
from gradcheck.shadow.replay import Fixes
from gradcheck.shadow.replay_torch_steps import Replayer
from gradcheck.shadow.torch_memory import numbers
from gradcheck.shadow.torch_origins import has_custom
from gradcheck.shadow.trace import BACKWARD, Held, Trace


def replay(
    function: Callable[..., Any],
    arrays: Sequence[np.ndarray],
    dtype: str,
    differentiate: tuple[int, ...],
    gradient: Callable[..., Any] | None,
    fixes: Fixes,
) -> Trace:
    """See `gradcheck.shadow.replay.replay`.

    Raises `FunctionRaised` or `WrongResult` for a function, or a hand-written gradient, that cannot run.
    """
    framework = get("torch")
    call = Call("torch", label(function), tuple(np.shape(a) for a in arrays), dtype, "eager")
    with framework.settings(dtype):
        inputs = _tensors(arrays, dtype)
        replayer = Replayer(fixes)
        for k, tensor in enumerate(inputs):
            replayer.enter(tensor, k in differentiate and gradient is None)
        with replayer:
            result = call.run(function, *inputs)
        framework.require(result, call)
        replayer.graph.output = replayer.read(result)
        value = _held(replayer, result)
        replayer.phase = BACKWARD
        if gradient is None:
            partials = _differentiated(replayer, result, [inputs[k] for k in differentiate], call)
        else:
            partials = _by_hand(replayer, gradient, _tensors(arrays, dtype), call)
        held = tuple(_held(replayer, p) for p in partials)
    custom = gradient is not None or has_custom(result)
    return Trace(replayer.graph, tuple(replayer.steps), value, held, custom, replayer.notes)


def _tensors(arrays: Sequence[np.ndarray], dtype: str) -> list[torch.Tensor]:
    target = dtypes.format_of(dtype).numpy
    return [get("torch").from_numpy(np.array(a, dtype=target, order="C")) for a in arrays]


def _held(replayer: Replayer, tensor: torch.Tensor) -> Held:
    return Held(numbers(tensor), replayer.read(tensor))


def _differentiated(
    replayer: Replayer, result: torch.Tensor, inputs: Sequence[torch.Tensor], call: Call
) -> list[torch.Tensor]:
    """The gradient of the sum of the result by autograd, as `Torch.differentiate` takes it."""
    if not (result.requires_grad and inputs):
        return [torch.zeros_like(x) for x in inputs]
    ones = torch.ones_like(result)
    replayer.hold(ones, replayer.graph.add_constant(numbers(ones)))  # what is made of it is to be exact too
    backward = partial(torch.autograd.grad, result, inputs, ones, allow_unused=True)
    with replayer:
        partials = call.run(backward)
    return [torch.zeros_like(x) if p is None else p for x, p in zip(inputs, partials, strict=True)]


def _by_hand(
    replayer: Replayer, gradient: Callable[..., Any], inputs: Sequence[torch.Tensor], call: Call
) -> list[torch.Tensor]:
    """What the hand-written gradient returns, at tensors of its own that hold the same inputs."""
    own = Call(call.framework, f"gradient {label(gradient)}", call.shapes, call.dtype, call.mode)
    for tensor, node in zip(inputs, replayer.graph.inputs, strict=True):
        replayer.hold(tensor, node)
    with replayer:
        result = own.run(gradient, *inputs)
    partials = [result] if isinstance(result, torch.Tensor) else list(result)
    for found in partials:
        get("torch").require(found, own)
    return partials
