"""The part of a script below the function: the point, the call or the gradient, and what is printed."""

from __future__ import annotations

import ast
import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gradcheck.dtypes import format_of
from gradcheck.explain.snippet_names import LIBRARY
from gradcheck.explain.source import Source
from gradcheck.record import FindingRecord, Numbers
from gradcheck.time_limit import SECONDS


@dataclass(frozen=True)
class _Call:
    """What is called, with which names for its arrays."""

    function: str
    names: Sequence[str]
    differentiate: Sequence[int]
    record: FindingRecord

    @property
    def arguments(self) -> str:
        return ", ".join(self.names)

    @property
    def call(self) -> str:
        return f"{self.function}({self.arguments})"

    @property
    def name(self) -> str:
        """The argument that the finding is about."""
        assert self.record.argument is not None
        return self.names[self.record.argument]

    @property
    def of_one(self) -> str:
        """The function of that argument alone."""
        if len(self.names) == 1:
            return self.function
        return f"lambda {self.name}: {self.call}"


def ending(
    source: Source,
    called: Callable[..., Any],
    expression: ast.expr,
    record: FindingRecord,
    differentiate: Sequence[int],
    by_hand: bool,
    terse: bool = False,
) -> list[ast.stmt]:
    """Its statements, with the point in one of them where it is to be `terse`; also imports what they need."""
    source.use("jax.numpy" if source.framework == "jax" else source.framework)
    names = parameter_names(source, called, len(record.point))
    call = _Call(ast.unparse(expression), names, differentiate, record)
    setup = _setup(source, record.dtype)
    tracked = _tracked(source.framework, record, differentiate) if not by_hand else ()
    point = _terse_point(source, names, record, tracked) if terse else _point(source, names, record, tracked)
    if record.verdict in _WITHOUT_ANSWER:
        lines = list(_WITHOUT_ANSWER[record.verdict](source, call))
    else:
        way = "by_hand" if by_hand else record.quantity
        lines = list(_WAYS[way](source, call))
    return ast.parse("\n".join([*setup, *point, *lines])).body


def _setup(source: Source, dtype: str) -> list[str]:
    if source.framework == "jax" and dtype == "float64":
        source.use("jax")
        return ["jax.config.update('jax_enable_x64', True)"]
    return []


def parameter_names(source: Source, called: Callable[..., Any], count: int) -> list[str]:
    """The function's own parameters where they are plain and free, else x0, x1, ..."""
    try:
        parameters = list(inspect.signature(getattr(called, "formula", called)).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    names = names[1:] if hasattr(called, "formula") else names
    usable = len(names) >= count and not set(names[:count]) & (source.taken | {"out", "g", "print", "float"})
    return names[:count] if usable else ["x"] if count == 1 else [f"x{k}" for k in range(count)]


def _tracked(framework: str, record: FindingRecord, differentiate: Sequence[int]) -> Sequence[int]:
    """The arguments that torch is to follow: compiled, what is computed may depend on which."""
    if framework != "torch" or record.quantity == "value" or record.mode == "forward" or record.argument is None:
        return ()
    return differentiate if record.mode == "compile" else (record.argument,)


def _point(source: Source, names: Sequence[str], record: FindingRecord, tracked: Sequence[int]) -> Iterator[str]:
    library, kind = LIBRARY[source.framework], _dtype(source, record.dtype)
    for k, (name, numbers) in enumerate(zip(names, record.point, strict=True)):
        tracking = ", requires_grad=True" if k in tracked else ""
        yield f"{name} = {library}.{_made(source.framework, numbers)}, dtype={kind}{tracking})"


def _terse_point(source: Source, names: Sequence[str], record: FindingRecord, tracked: Sequence[int]) -> Iterator[str]:
    make = "tensor" if source.framework == "torch" else "array"
    library, kind = LIBRARY[source.framework], _dtype(source, record.dtype)
    every = "".join(f"({_flat(n.values)}, {tuple(n.shape)}), " for n in record.point)
    yield f"{', '.join(names)}, = ({library}.{make}(v, dtype={kind}).reshape(s) for v, s in ({every}))"
    yield from (f"{names[k]}.requires_grad_()" for k in tracked)


def _flat(values: Sequence[str]) -> str:
    numbers = [_number(v) for v in values]
    if len(set(numbers)) == 1:
        return f"[{numbers[0]}] * {len(numbers)}"
    return f"[{', '.join(numbers)}]"


def _dtype(source: Source, dtype: str) -> str:
    if source.narrows:
        source.imports["import ml_dtypes"] = None
        return "ml_dtypes.bfloat16"
    return f"{LIBRARY[source.framework]}.{dtype}"


def _made(framework: str, numbers: Numbers) -> str:
    """The call that makes an array, left open for more."""
    if len(numbers.values) > 1 and len(set(numbers.values)) == 1:
        return f"full({tuple(numbers.shape)}, {_filling(framework, numbers)}"
    return f"{'tensor' if framework == 'torch' else 'array'}({_nested(list(numbers.values), numbers.shape)}"


def _filling(framework: str, numbers: Numbers) -> str:
    """The one number of an array. `torch.full` refuses the shortest decimal of the largest, which is above it."""
    value = numbers.values[0]
    if framework == "torch" and format_of(numbers.dtype).maximum < abs(float(value)) < math.inf:
        return f"{'-' * value.startswith('-')}torch.finfo(torch.{numbers.dtype}).max"
    return _number(value)


def _nested(values: list[str], shape: Sequence[int]) -> str:
    if not shape:
        return _number(values[0])
    size = len(values) // shape[0]
    parts = (_nested(values[k * size : (k + 1) * size], shape[1:]) for k in range(shape[0]))
    return "[" + ", ".join(parts) + "]"


def _number(text: str) -> str:
    return f"float('{text}')" if text.lstrip("-") in ("inf", "nan") else text


def _shown(record: FindingRecord, array: str) -> str:
    index = f"[{', '.join(map(str, record.index))}]" if record.index else ""
    return f"print('actual', float({array}{index}), 'expected', {_expected(record)})"


def _expected(record: FindingRecord) -> str:
    number = record.expected.lstrip("-") not in ("inf", "nan") and "inf" not in record.expected
    return record.expected if number else repr(record.expected)


def _in_mode(source: Source, call: _Call) -> str:
    """The function as it runs in the finding's mode."""
    if call.record.mode == "jit":
        source.use("jax")
        return f"jax.jit({call.function})"
    if call.record.mode == "compile":
        return f"torch.compile({call.function}, dynamic=False)"
    return call.function if call.function.isidentifier() or "." in call.function else f"({call.function})"


def _value(source: Source, call: _Call) -> Iterator[str]:
    yield f"out = {_in_mode(source, call)}({call.arguments})"
    yield _shown(call.record, "out")


def _by_hand(source: Source, call: _Call) -> Iterator[str]:
    run = f"{_in_mode(source, call)}({call.arguments})"
    if len(call.differentiate) > 1:
        yield f"g = {run}[{call.differentiate.index(call.record.argument)}]"
    else:
        yield f"g = {run}"
        yield "g = g[0] if isinstance(g, tuple) else g"
    yield _shown(call.record, "g")


def _gradient(source: Source, call: _Call) -> Iterator[str]:
    return _GRADIENTS[source.framework, call.record.mode == "forward"](source, call)


def _torch_gradient(source: Source, call: _Call) -> Iterator[str]:
    yield f"out = {_in_mode(source, call)}({call.arguments})"
    yield f"g, = torch.autograd.grad(out, {call.name}, torch.ones_like(out), materialize_grads=True)"
    yield _shown(call.record, "g")


def _torch_forward(source: Source, call: _Call) -> Iterator[str]:
    source.imports["import torch.autograd.forward_ad as fwd"] = None
    yield f"t = torch.zeros_like({call.name})"
    yield f"t[{', '.join(map(str, call.record.index)) or '...'}] = 1"
    yield "with fwd.dual_level():"
    arguments = ", ".join(f"fwd.make_dual({n}, t)" if n == call.name else n for n in call.names)
    yield f"    g = fwd.unpack_dual({call.function}({arguments})).tangent"
    yield f"print('actual', float(g.double().sum()), 'expected', {_expected(call.record)})"


def _jax_gradient(source: Source, call: _Call) -> Iterator[str]:
    source.use("jax")
    chosen = ", ".join(call.names[k] for k in call.differentiate)
    every = len(call.differentiate) == len(call.names)
    of_chosen = call.function if every else f"lambda {chosen}: {call.call}"
    number = call.differentiate.index(call.record.argument)
    if call.record.mode == "jit":
        yield f"def gradient({call.arguments}):"
        yield f"    out, pull_back = jax.vjp({of_chosen}, {chosen})"
        yield "    return out, pull_back(jnp.ones_like(out))"
        yield f"out, g = jax.jit(gradient)({call.arguments})"
    else:
        yield f"out, pull_back = jax.vjp({of_chosen}, {chosen})"
        yield "g = pull_back(jnp.ones_like(out))"
    yield _shown(call.record, f"g[{number}]")


def _jax_forward(source: Source, call: _Call) -> Iterator[str]:
    source.use("jax")
    source.use("numpy")
    place = ", ".join(map(str, call.record.index)) or "..."
    yield f"t = jnp.zeros_like({call.name}).at[{place}].set(1)"
    yield f"g = jax.jvp({call.of_one}, ({call.name},), (t,))[1]"
    yield f"print('actual', float(np.sum(np.asarray(g, np.longdouble))), 'expected', {_expected(call.record)})"


def _raising(source: Source, call: _Call) -> Iterator[str]:
    yield "try:"
    yield f"    out = {call.call}"
    yield "except BaseException as error:"
    yield "    out = repr(error)"
    yield f"print('actual', out, 'expected', {_expected(call.record)})"


def _hanging(source: Source, call: _Call) -> Iterator[str]:
    """After the time that a call may take the script ends, and says in which line; compiled code stops it as well."""
    source.imports["import faulthandler"] = None
    yield f"faulthandler.dump_traceback_later({SECONDS:g}, exit=True)"
    yield f"out = {call.call}"
    yield f"print('actual', out, 'expected', {_expected(call.record)})"


_WITHOUT_ANSWER: dict[str, Callable[[Source, _Call], Iterator[str]]] = {"raised": _raising, "timed_out": _hanging}
_WAYS: dict[str, Callable[[Source, _Call], Iterator[str]]] = {
    "value": _value,
    "gradient": _gradient,
    "by_hand": _by_hand,
}
_GRADIENTS: dict[tuple[str, bool], Callable[[Source, _Call], Iterator[str]]] = {
    ("torch", False): _torch_gradient,
    ("torch", True): _torch_forward,
    ("jax", False): _jax_gradient,
    ("jax", True): _jax_forward,
}
