"""Rewrites that guard: the select or clamp before the operation that fails, not after it.

Source of the double select: J. Betancourt et al., JAX FAQ, "Gradients contain NaN where using where".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gradcheck.explain.rewriting import Array, Term, apply, with_operands

Maybe = Array | None

# operation -> for each operand, a number at which value and slope are finite; None: any number will do
SAFE: Mapping[str, tuple[float | None, ...]] = {
    **dict.fromkeys(("log", "log2", "log10", "sqrt", "rsqrt", "reciprocal", "lgamma", "digamma", "cbrt"), (1.0,)),
    **dict.fromkeys(("exp", "expm1", "exp2", "sinh", "cosh", "square", "tan", "gamma"), (1.0,)),
    **dict.fromkeys(("log1p", "asin", "acos", "atanh"), (0.0,)),
    **dict.fromkeys(("ndtri", "logit", "erfcinv"), (0.5,)),
    **{"erfinv": (0.0,), "acosh": (2.0,), "divide": (None, 1.0), "power": (1.0, None), "hypot": (1.0, None)},
    **{"xlogy": (None, 1.0), "xlog1py": (None, 0.0), "atan2": (1.0, None)},
    **{"remainder": (None, 1.0), "fmod": (None, 1.0)},
}
# What may stand between the select and the operation that fails: elementwise, so that masks keep their places.
_PASSED = frozenset(SAFE) | frozenset(
    {"add", "subtract", "multiply", "negative", "absolute", "tanh", "sigmoid", "sin", "cos", "atan", "erf", "erfc"}
    | {"maximum", "minimum", "asinh"}
)
MOST_DEPTH = 8


def double_where(term: Term) -> Maybe:
    """where(c, f(x), g): f is given x where it is taken, and something harmless where it is not."""
    if term.operation != "where":
        return None
    condition, a, b = term.operands
    first = _guarded(a, condition, taken=True, depth=MOST_DEPTH)
    second = _guarded(b, condition, taken=False, depth=MOST_DEPTH)
    if first is None and second is None:
        return None
    return apply("where", condition.new, a.new if first is None else first, b.new if second is None else second)


def _guarded(branch: Term, condition: Term, taken: bool, depth: int) -> Maybe:
    """The branch with its dangerous operands replaced where it is not taken; None where it has none."""
    if branch.operation not in _PASSED or not depth or not _aligned(branch.shape, condition.shape):
        return None
    operands = [_guarded(x, condition, taken, depth - 1) for x in branch.operands]
    safe = SAFE.get(branch.operation, (None,) * len(operands))
    news = [x.new if inner is None else inner for x, inner in zip(branch.operands, operands, strict=True)]
    dangerous = [
        s is not None and x.moves and not _already(x, condition) for s, x in zip(safe, branch.operands, strict=True)
    ]
    if not any(dangerous) and all(x is None for x in operands):
        return None
    for k, number in enumerate(safe):
        if dangerous[k]:
            news[k] = apply("where", condition.new, *((news[k], number) if taken else (number, news[k])))
    return with_operands(branch, news)


def _aligned(shape: tuple[int, ...], mask: tuple[int, ...]) -> bool:
    return shape == mask or not mask


def _already(operand: Term, condition: Term) -> bool:
    """Whether it is such a select itself."""
    return operand.operation == "where" and operand.operands[0].same(condition)


# increasing function -> its inverse, and a number at which it is harmless
_INCREASING: Mapping[str, tuple[Callable[[Array], Array], float]] = {
    "log": (lambda c: apply("exp", c), 1.0),
    "sqrt": (lambda c: apply("square", c), 1.0),
    "exp": (lambda c: apply("log", c), 0.0),
    "log1p": (lambda c: apply("expm1", c), 0.0),
}


def clamp_before(term: Term) -> Maybe:
    """maximum(f(x), c) and minimum(f(x), c): f is given only the x for which f(x) is taken."""
    if term.operation not in ("maximum", "minimum"):
        return None
    for inner, bound in ((0, 1), (1, 0)):
        f, limit = term.operands[inner], term.operands[bound]
        if f.operation in _INCREASING and limit.number is not None and _reached(f.operation, limit.number):
            return _clamped(term, f, limit)
    return None


def _reached(function: str, limit: float) -> bool:
    """Whether the function takes the value, so that its inverse there is a number."""
    return limit >= 0 if function == "sqrt" else limit > 0 if function == "exp" else True


def _clamped(term: Term, f: Term, limit: Term) -> Array:
    inverse, harmless = _INCREASING[f.operation]
    x = f.operands[0].new
    taken = apply("greater" if term.operation == "maximum" else "less", x, inverse(limit.new))
    return apply("where", taken, with_operands(f, [apply("where", taken, x, harmless)]), limit.new)


def entr(term: Term) -> Maybe:
    """x log(x), which is 0 where x is 0."""
    for x, factor in term.either_way("multiply"):
        if (y := factor.of("log")) is not None and x.same(y):
            return -apply("entr", x.new)
    return None


def xlogy(term: Term) -> Maybe:
    """x log(y), which is 0 where x is 0, whatever y is."""
    for x, factor in term.either_way("multiply"):
        for logarithm, function in (("log", "xlogy"), ("log1p", "xlog1py")):
            if (y := factor.of(logarithm)) is not None and x.number is None and not x.same(y):
                return apply(function, x.new, y.new)
    return None


def guarded_xlogy(term: Term) -> Maybe:
    """x log(y), which is 0 where both are 0."""
    for x, factor in term.either_way("multiply"):
        if (y := factor.of("log")) is not None and x.number is None and y.moves:
            empty = apply("logical_and", apply("equal", x.new, 0.0), apply("equal", y.new, 0.0))
            return x.new * apply("log", apply("where", empty, 1.0, y.new))
    return None
