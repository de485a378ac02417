"""The names of the array namespace `xp`, as each framework's own users write them."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence

from gradcheck.frameworks import namespace

LIBRARY = {"numpy": "np", "torch": "torch", "jax": "jnp"}
# how a call begins -> the module it needs
MODULES = {"np.": "numpy", "torch.": "torch", "jnp.": "jax.numpy", "jax.": "jax", "math.": "math"}
# name -> what is called in its place; `.name` is a method of the first argument
RENAMED: dict[str, dict[str, str]] = {
    "numpy": {"concat": "np.concatenate", "pow": "np.power", "permute_dims": "np.transpose", "atan": "np.arctan"},
    "torch": {
        **{"max": "torch.amax", "min": "torch.amin", "expand_dims": "torch.unsqueeze", "permute_dims": "torch.permute"},
        "stop_gradient": ".detach",
    },
    "jax": {
        **{"concat": "jnp.concatenate", "pow": "jnp.power", "permute_dims": "jnp.transpose", "atan": "jnp.arctan"},
        **{"erf": "jax.scipy.special.erf", "erfc": "jax.scipy.special.erfc", "lgamma": "jax.scipy.special.gammaln"},
        **{"sigmoid": "jax.nn.sigmoid", "stop_gradient": "jax.lax.stop_gradient"},
    },
}
# What NumPy lacks, as functions of `x`; those of one number are applied in float64, as gradcheck does.
_EACH = "np.vectorize({}, otypes=[np.float64])(np.asarray(x, dtype=np.float64)).astype(x.dtype)"
WRITTEN_FOR_NUMPY = {
    "sigmoid": "np.where(x >= 0, np.ones_like(x), np.exp(-np.abs(x))) / (1 + np.exp(-np.abs(x)))",
    "erf": _EACH.format("math.erf"),
    "erfc": _EACH.format("math.erfc"),
    "lgamma": _EACH.format("math.lgamma"),
}
# torch takes no Python number in these places
_NEEDS_TENSORS = ("maximum", "minimum", "logical_and", "logical_or")
SEVERAL_ARRAYS = ("where", "maximum", "minimum", "pow")
_TORCH_KEYWORDS = {"axis": "dim", "keepdims": "keepdim"}


def call(
    name: str, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword], framework: str, dtype: str
) -> ast.expr:
    """The call `xp.name(...)` in a framework's own words, for arguments that are already in them."""
    positional, named = list(arguments), [_keyword(k, framework) for k in keywords]
    if name in namespace.ELEMENTWISE and positional and is_number(positional[0]):
        return ast.Call(expression(f"math.{name}"), positional, named)
    if name == "stop_gradient" and framework == "numpy":
        return positional[0]
    if framework == "torch" and name in _NEEDS_TENSORS:
        positional = [_tensor(a, dtype) if is_number(a) else a for a in positional]
    written = RENAMED[framework].get(name, f"{LIBRARY[framework]}.{name}")
    if written.startswith("."):
        return ast.Call(ast.Attribute(positional[0], written[1:], ast.Load()), [], [])
    if framework == "torch" and name == "flip":
        named = [ast.keyword("dims", ast.Tuple([k.value], ast.Load())) for k in named]
    return ast.Call(expression(written), positional, named)


def _keyword(keyword: ast.keyword, framework: str) -> ast.keyword:
    if framework != "torch" or keyword.arg is None:
        return keyword
    return ast.keyword(_TORCH_KEYWORDS.get(keyword.arg, keyword.arg), keyword.value)


def _tensor(number: ast.expr, dtype: str) -> ast.expr:
    made = expression(f"torch.tensor(0.0, dtype=torch.{dtype})")
    assert isinstance(made, ast.Call)
    made.args = [number]
    return made


def is_number(node: ast.expr) -> bool:
    """Whether an expression is a Python number for certain, as far as its form tells."""
    match node:
        case ast.Constant():
            return isinstance(node.value, int | float)
        case ast.UnaryOp():
            return is_number(node.operand)
        case ast.BinOp():
            return is_number(node.left) and is_number(node.right)
        case ast.Subscript(value=ast.Attribute(attr="shape")):
            return True
        case ast.Call(func=ast.Name(id="float" | "int" | "len")):
            return True
        case ast.Attribute(value=ast.Name(id="math")) | ast.Call(func=ast.Attribute(value=ast.Name(id="math"))):
            return True
    return False


def is_float(node: ast.expr) -> bool:
    """Whether it is a Python float for certain."""
    parts = [ast.unparse(part) if not isinstance(part, ast.Constant) else part.value for part in ast.walk(node)]
    return is_number(node) and any(isinstance(p, float) or str(p) in ("float", "math") for p in parts)


def literal(value: object) -> ast.expr:
    """A number, text, None, Ellipsis, or an infinity or NaN."""
    if isinstance(value, float) and not math.isfinite(value):
        return expression(f"float('{value}')")
    return expression("..." if value is ... else repr(value))


def expression(text: str) -> ast.expr:
    """The expression that a text is."""
    return ast.parse(text, mode="eval").body
