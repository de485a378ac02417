"""What a script writes for an object that a function under test uses: a literal, an import, a definition."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from types import BuiltinMethodType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck import dtypes, frameworks
from gradcheck.explain import snippet_names
from gradcheck.explain.snippet_library import is_library, public_path
from gradcheck.explain.source_nodes import CannotWrite

if TYPE_CHECKING:
    from gradcheck.explain.source import Source

MOST_NUMBERS = 64  # of an array that is written out
_LITERALS = (bool, int, float, str, type(None), type(Ellipsis))


# A test of an object, and what is written for one that passes it.
Form = tuple[Callable[[Any], bool], Callable[["Source", Any, str], ast.expr]]


def written(source: Source, value: Any, wanted: str) -> ast.expr:
    """The expression for an object, whose user calls it `wanted`. Raises `CannotWrite`."""
    for applies, write in (*_FORMS, *_OF_OBJECTS):
        if applies(value):
            return write(source, value, wanted)
    raise CannotWrite(f"{wanted}, {type(value).__name__}, cannot be written out")


def is_own_function(value: Any) -> bool:
    """Whether its source is to be taken in."""
    return isinstance(value, FunctionType) and public_path(value) is None


def is_held(value: Any) -> bool:
    """Whether it has no form in a script, so that only what is reached through it can be written."""
    return is_object(value) and not any(applies(value) for applies, _ in _OF_OBJECTS)


def is_object(value: Any) -> bool:
    """Whether its attributes are to be written for it: a layer's or a callable object's too, which can be called."""
    return not any(applies(value) for applies, _ in _FORMS)


def _literal(source: Source, value: Any, wanted: str) -> ast.expr:
    return snippet_names.literal(value)


def _sequence(source: Source, value: Any, wanted: str) -> ast.expr:
    kind = ast.List if isinstance(value, list) else ast.Tuple
    return kind([source.expression(v, wanted) for v in value], ast.Load())


def _dict(source: Source, value: dict, wanted: str) -> ast.expr:
    return ast.Dict([source.expression(k) for k in value], [source.expression(v) for v in value.values()])


def _slice(source: Source, value: slice, wanted: str) -> ast.expr:
    ends = [source.expression(end) for end in (value.start, value.stop, value.step)]
    return ast.Call(ast.Name("slice", ast.Load()), ends, [])


def _module(source: Source, value: ModuleType, wanted: str) -> ast.expr:
    return source.use(value.__name__)


def _of_library(source: Source, value: Any, wanted: str) -> ast.expr:
    path = public_path(value)
    assert path is not None
    return ast.Attribute(source.use(path[0]), path[1], ast.Load())


def _builtin(source: Source, value: Any, wanted: str) -> ast.expr:
    return ast.Name(value.__name__, ast.Load())


def _partial(source: Source, value: functools.partial, wanted: str) -> ast.expr:
    keywords = [ast.keyword(name, source.expression(v, name)) for name, v in value.keywords.items()]
    arguments = [source.expression(v, wanted) for v in (value.func, *value.args)]
    return ast.Call(ast.Attribute(source.use("functools"), "partial", ast.Load()), arguments, keywords)


def _portable(source: Source, value: Any, wanted: str) -> ast.expr:
    formula = value.formula
    return source.define(formula, wanted, {formula.__code__.co_varnames[0]: source.xp})


def _function(source: Source, value: FunctionType, wanted: str) -> ast.expr:
    return source.define(value, wanted)


def _class(source: Source, value: type, wanted: str) -> ast.expr:
    return source.define_class(value)


def _method(source: Source, value: MethodType, wanted: str) -> ast.expr:
    if isinstance(value.__self__, type):
        return ast.Attribute(source.expression(value.__self__), value.__name__, ast.Load())
    if not isinstance(value.__func__, FunctionType):
        raise CannotWrite(f"{wanted} has no source")
    return source.define(value.__func__, wanted, {value.__func__.__code__.co_varnames[0]: value.__self__})


def _builtin_method(source: Source, value: Any, wanted: str) -> ast.expr:
    return ast.Attribute(source.expression(value.__self__, wanted), value.__name__, ast.Load())


def _array(source: Source, value: Any, wanted: str) -> ast.expr:
    """The numbers of an array, exactly: the shortest decimals that read back."""
    framework = next(f for f in ("numpy", "torch", "jax") if type(value).__module__.partition(".")[0].startswith(f))
    plain = frameworks.get(framework).to_numpy(value)
    name = plain.dtype.name
    if plain.size > MOST_NUMBERS:
        raise CannotWrite(f"{wanted} has {plain.size} numbers, more than a script should hold")
    source.use({"jax": "jax.numpy"}.get(framework, framework))
    library = snippet_names.LIBRARY[framework]
    text = array_text(plain, lambda x: str(x) if name in dtypes.NAMES else repr(x.item()))
    make = "tensor" if framework == "torch" else "array"
    kind = _dtype_text(source, framework, name)
    return snippet_names.expression(f"{library}.{make}({text}, dtype={kind})")


def _dtype_text(source: Source, framework: str, name: str) -> str:
    if framework == "numpy" and name == "bfloat16":
        source.use("ml_dtypes")
        return "ml_dtypes.bfloat16"
    return f"{snippet_names.LIBRARY[framework]}.{name if name != 'bool' else 'bool_' if framework != 'torch' else name}"


def array_text(array: np.ndarray, text: Callable[[Any], str]) -> str:
    """An array as nested lists, each number by `text`."""
    if array.ndim:
        return "[" + ", ".join(array_text(part, text) for part in array) + "]"
    written = text(array[()])
    return f"float('{written}')" if written.lstrip("-") in ("inf", "nan") else written


def _numpy_number(source: Source, value: np.generic, wanted: str) -> ast.expr:
    source.use("numpy")
    return snippet_names.expression(f"{_dtype_text(source, 'numpy', value.dtype.name)}({value})")


def _dtype(source: Source, value: Any, wanted: str) -> ast.expr:
    source.use("torch")
    return snippet_names.expression(str(value))


def _compiled(source: Source, value: Any, wanted: str) -> ast.expr:
    return ast.Call(ast.Attribute(source.use("jax"), "jit", ast.Load()), [source.expression(value.__wrapped__)], [])


def _custom_vjp(source: Source, value: Any, wanted: str) -> ast.expr:
    return _with_rules(source, value, "vjp", (value.fwd, "forward"), (value.bwd, "backward"))


def _custom_jvp(source: Source, value: Any, wanted: str) -> ast.expr:
    return _with_rules(source, value, "jvp", (value.jvp, "rule"))


def _with_rules(source: Source, value: Any, kind: str, *rules: tuple[Callable[..., Any], str]) -> ast.expr:
    """A function of jax with its own derivative; its rules may call it."""

    def make() -> ast.expr:
        wrap = ast.Attribute(source.use("jax"), f"custom_{kind}", ast.Load())
        return ast.Call(wrap, [source.expression(value.fun, "function")], _fixed(source, value))

    def complete() -> str:
        return f".def{kind}({', '.join(ast.unparse(source.expression(rule, name)) for rule, name in rules)})"

    return source.assign(value, getattr(value, "__name__", "function"), make, complete)


def _fixed(source: Source, value: Any) -> list[ast.keyword]:
    fixed = tuple(value.nondiff_argnums)
    return [ast.keyword("nondiff_argnums", source.expression(fixed))] if fixed else []


def _layer(source: Source, value: Any, wanted: str) -> ast.expr:
    """A layer of torch without parameters is its class and its repr; of any other its `forward` is written."""
    stateless = not list(value.parameters()) and not list(value.buffers())
    if stateless and not list(value.children()) and public_path(type(value)):
        made = snippet_names.expression(repr(value))
        assert isinstance(made, ast.Call)
        made.func = source.expression(type(value))
        return made
    return source.expression(value.forward, _type_name(value).lower())


def _called(source: Source, value: Any, wanted: str) -> ast.expr:
    return source.expression(value.__call__, _type_name(value).lower())


def _type_name(value: Any) -> str:
    return type(value).__name__


def _torch_named(value: Any, *names: str) -> bool:
    return any(k.__module__.startswith("torch") and k.__name__ in names for k in type(value).__mro__)


# test -> form, in this order
_FORMS: tuple[Form, ...] = (
    (lambda v: type(v) in _LITERALS, _literal),
    (lambda v: type(v) in (tuple, list), _sequence),
    (lambda v: type(v) is dict, _dict),
    (lambda v: isinstance(v, slice), _slice),
    (lambda v: isinstance(v, ModuleType) and is_library(v), _module),
    (lambda v: getattr(v, "__module__", "") == "builtins" and callable(v) and hasattr(v, "__name__"), _builtin),
    (lambda v: callable(v) and public_path(v) is not None, _of_library),
    (lambda v: isinstance(v, functools.partial), _partial),
    (lambda v: hasattr(v, "formula") and hasattr(v, "framework"), _portable),
    (lambda v: isinstance(v, FunctionType), _function),
    (lambda v: isinstance(v, MethodType), _method),
    (lambda v: isinstance(v, type), _class),
    (lambda v: isinstance(v, BuiltinMethodType) and isinstance(v.__self__, type), _builtin_method),
    (lambda v: isinstance(v, np.generic), _numpy_number),
    (lambda v: isinstance(v, np.ndarray) or _torch_named(v, "Tensor") or "ArrayImpl" in _type_name(v), _array),
    (lambda v: _torch_named(v, "dtype"), _dtype),
    (lambda v: _type_name(v) == "PjitFunction", _compiled),
    (lambda v: _type_name(v) == "custom_vjp", _custom_vjp),
    (lambda v: _type_name(v) == "custom_jvp", _custom_jvp),
)
_OF_OBJECTS: tuple[Form, ...] = (
    (lambda v: _torch_named(v, "Module"), _layer),
    (lambda v: isinstance(vars(type(v)).get("__call__"), FunctionType), _called),
)
