"""Products of watched arrays: `tensordot` as one matrix product, `einsum` as a product and a sum."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """The sum of products over pairs of axes, as `np.tensordot`."""
    of_a, of_b = (range(-axes, 0), range(axes)) if isinstance(axes, int) else axes
    of_a, of_b = (tuple(i % np.ndim(x) for i in _each(part)) for x, part in ((a, of_a), (b, of_b)))
    free_a = [i for i in range(np.ndim(a)) if i not in of_a]
    free_b = [i for i in range(np.ndim(b)) if i not in of_b]
    inner = math.prod(np.shape(a)[i] for i in of_a)
    shape = [np.shape(a)[i] for i in free_a] + [np.shape(b)[i] for i in free_b]
    left = np.reshape(np.transpose(a, (*free_a, *of_a)), (-1, inner))
    right = np.reshape(np.transpose(b, (*of_b, *free_b)), (inner, -1))
    return np.reshape(np.matmul(left, right), shape)


def _each(axes: Any) -> tuple[int, ...]:
    return (axes,) if isinstance(axes, int) else tuple(axes)


def einsum(subscripts: str, *operands: Any, **_: Any) -> Any:
    """Einstein's sum over named axes: every operand spread over all of them, multiplied, summed."""
    terms, result = _parsed(subscripts, operands)
    names = result + "".join(sorted({c for term in terms for c in term} - set(result)))
    product: Any = None
    for term, x in zip(terms, operands, strict=True):
        spread = _spread(x, term, names)
        product = spread if product is None else np.multiply(product, spread)
    axes = tuple(range(len(result), len(names)))
    return np.sum(product, axis=axes) if axes else product


def _parsed(subscripts: str, operands: Any) -> tuple[list[str], str]:
    """The names of the axes of each operand and of the result; an ellipsis becomes upper-case names."""
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    hidden = [np.ndim(x) - len(term.replace("...", "")) for term, x in zip(terms, operands, strict=True)]
    spare = [chr(ord("Z") - i) for i in range(max(hidden, default=0))][::-1]
    terms = [t.replace("...", "".join(spare[len(spare) - n :])) for t, n in zip(terms, hidden, strict=True)]
    once = sorted(c for c in set("".join(terms)) - set(spare) if "".join(terms).count(c) == 1)
    return terms, (right.replace("...", "".join(spare)) if arrow else "".join(spare) + "".join(once))


def _spread(x: Any, term: str, names: str) -> Any:
    """The operand with its axes in the order of `names`, length one where it has none; a name twice is a diagonal."""
    for name in sorted(set(term)):
        while term.count(name) > 1:
            first, second = term.index(name), term.rindex(name)
            x = np.diagonal(x, axis1=first, axis2=second)
            term = "".join(c for i, c in enumerate(term) if i not in (first, second)) + name
    present = [name for name in names if name in term]
    x = np.transpose(x, [term.index(name) for name in present])
    return np.reshape(x, [np.shape(x)[present.index(name)] if name in term else 1 for name in names])
