"""Coverage of the shadow of torch: operations on arrays, as data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from covered import Covered, of, of_definite, on

ROWS = torch.tensor([2, 0, 2])
MASK = torch.tensor([[True, False, True], [False, True, True]])
_OF_REAL = """abs asinh atan ceil cos cosh deg2rad exp exp2 expm1 floor frac neg positive rad2deg round sgn sigmoid
sign sin sinc sinh square tan tanh trunc sum mean prod amax amin max min median nanmedian msort"""
_OF_POSITIVE = "digamma lgamma log log10 log1p log2 reciprocal rsqrt sqrt"
_OF_TWO = """add sub mul div atan2 copysign fmax fmin maximum minimum ldexp rsub"""
_WITH_INDICES = "max min sort median mode cummax cummin nanmedian"


def _along(name: str, **options: Any) -> Callable[..., Any]:
    return lambda x: getattr(torch, name)(x, 1, **options)


def _values(name: str) -> Callable[..., Any]:
    return lambda x: getattr(torch, name)(x, dim=1).values


def _scattered(name: str) -> Callable[..., Any]:
    places = torch.tensor([[0, 0], [2, 0]])
    return lambda x, y: x.scatter_reduce(1, places, y[:, 1:], name, include_self=False)


ARRAYS: dict[str, Covered] = {
    **{name: on(getattr(torch, name)) for name in _OF_REAL.split()},
    **{name: on(getattr(torch, name), "positive") for name in _OF_POSITIVE.split()},
    **{name: on(getattr(torch, name), "(0, 1)") for name in ("acos", "asin", "atanh", "erfinv", "logit")},
    **{name: on(getattr(torch, name), "real", "real") for name in _OF_TWO.split()},
    **{name: on(_along(name, keepdim=True)) for name in ("sum", "mean", "amax", "amin")},
    **{f"{name} (values)": on(_values(name)) for name in _WITH_INDICES.split()},
    **{name: on(_along(name)) for name in ("cumsum", "cumprod")},
    "acosh": on(lambda x: torch.acosh(x + 1), "positive"),
    "addcdiv": on(lambda x, a, b: torch.addcdiv(x, a, b, value=0.3), "real", "real", "positive"),
    "addcmul": on(lambda x, a, b: torch.addcmul(x, a, b, value=0.3), "real", "real", "real"),
    "addmm": of(lambda x, a, b: torch.addmm(x, a, b, beta=0.5, alpha=2), (2, 2), (2, 3), (3, 2)),
    "addr": of(torch.addr, (2, 3), (2,), (3,)),
    "all": on(lambda x: torch.where((x > -9).all(), x, 2 * x)),
    "aminmax": on(lambda x: torch.stack(torch.aminmax(x))),
    "any": on(lambda x: torch.where((x > 9).any(1, keepdim=True), x, 2 * x)),
    "baddbmm": of(torch.baddbmm, (1, 2, 2), (1, 2, 3), (1, 3, 2)),
    "cat": on(lambda a, b: torch.cat([a, b], 1), "real", "real"),
    "cholesky_solve": of_definite(lambda c, b: torch.cholesky_solve(b, torch.linalg.cholesky(c)), 3, (3, 1)),
    "clamp": on(lambda x: x.clamp(-0.5, 0.5)),
    "cross": of(torch.linalg.cross, (2, 3), (2, 3)),
    "det": of(torch.linalg.det, (3, 3)),
    "diag_embed": on(torch.diag_embed),
    "diagonal": of(torch.diagonal, (3, 3)),
    "dot": of(torch.dot, (3,), (3,)),
    "einsum": of(lambda a, b: torch.einsum("ij,kj->ik", a, b), (2, 3), (4, 3)),
    "erf of erfc": on(lambda x: torch.erf(torch.erfc(x))),
    "flip": on(lambda x: torch.flip(x, (0, 1)) ** 2),
    "floor_divide": on(lambda x: x - torch.floor_divide(x, 0.4) * 0.4),
    "fmod": on(lambda x: torch.fmod(x, 0.4)),
    "gather": on(lambda x: torch.gather(x, 1, torch.tensor([[0, 0], [2, 1]]))),
    "index": on(lambda x: x[:, ROWS] * x[torch.tensor([1, 0])]),
    "index_add": on(lambda x, y: x.index_add(1, ROWS, y, alpha=2), "real", "real"),
    "index_copy": on(lambda x, y: x.index_copy(1, torch.tensor([2, 1, 0]), y), "real", "real"),
    "index_put": on(
        lambda x, y: x.index_put((torch.tensor([1, 1]), torch.tensor([0, 0])), y[0, :2], True), "real", "real"
    ),
    "inv": of(torch.linalg.inv, (3, 3)),
    "kron": of(torch.kron, (2, 2), (1, 2)),
    "kthvalue": on(lambda x: torch.kthvalue(x, 2, dim=1).values),
    "lerp": on(lambda a, b: torch.lerp(a, b, 0.3), "real", "real"),
    "linalg.solve": of(torch.linalg.solve, (3, 3), (3, 2)),
    "masked_fill": on(lambda x: x.masked_fill(MASK, 2.0) * x),
    "masked_scatter": on(lambda x, y: x.masked_scatter(MASK, y), "real", "real"),
    "masked_select": on(lambda x: torch.masked_select(x, x > 0)),
    "matmul": of(torch.matmul, (2, 1, 2, 3), (3, 2)),
    "mv": of(torch.mv, (2, 3), (3,)),
    "nan_to_num": on(lambda x: torch.nan_to_num(torch.log(x), nan=1.0)),
    "nansum": on(lambda x: torch.nansum(torch.where(x > 0, x, torch.nan))),
    "outer": of(torch.outer, (2,), (3,)),
    "pow": on(torch.pow, "positive", "real"),
    "remainder": on(lambda x: torch.remainder(x, 0.4)),
    "repeat": on(lambda x: x.repeat(2, 1) * x.repeat_interleave(2, 0)),
    "roll": on(lambda x: torch.roll(x, 1, 1) * x),
    "scatter": on(lambda x, y: x.scatter(1, torch.tensor([[0, 2], [1, 0]]), y[:, 1:]), "real", "real"),
    "scatter_add": on(lambda x, y: x.scatter_add(1, torch.tensor([[0, 0], [2, 0]]), y[:, 1:]), "real", "real"),
    **{
        f"scatter_reduce {name}": on(_scattered(name), "real", "real")
        for name in ("sum", "prod", "mean", "amax", "amin")
    },
    "slogdet": of(lambda x: torch.linalg.slogdet(x).logabsdet, (3, 3)),
    "solve_triangular": of(lambda a, b: torch.linalg.solve_triangular(a, b, upper=True), (3, 3), (3, 2)),
    "stack": on(lambda a, b: torch.stack([a, b], 1), "real", "real"),
    "std_mean": on(lambda x: torch.stack(torch.std_mean(x, 1, correction=0))),
    "take_along_dim": on(lambda x: torch.take_along_dim(x, x.argsort(1), 1)),
    "tensordot": of(lambda a, b: torch.tensordot(a, b, 1), (2, 3), (3, 2)),
    "topk": on(lambda x: torch.topk(x, 2, 1).values),
    "trace": of(torch.trace, (3, 3)),
    "tril": on(lambda x: torch.tril(x) * torch.triu(x, -1)),
    "unfold": on(lambda x: x.unfold(1, 2, 1) ** 2),
    "where": on(lambda x, y: torch.where(x > y, x, y * 2), "real", "real"),
}
