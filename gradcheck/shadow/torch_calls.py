"""What kind of call an aten operator is, and where its rule or its decomposition is found."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from enum import Enum, auto
from functools import cache
from typing import Any

import torch

from gradcheck.shadow.torch_backward import BACKWARD
from gradcheck.shadow.torch_elementwise import ELEMENTWISE
from gradcheck.shadow.torch_indexing import INDEXING
from gradcheck.shadow.torch_losses import LOSSES
from gradcheck.shadow.torch_normalisation import NORMALISATION
from gradcheck.shadow.torch_polynomials import POLYNOMIALS
from gradcheck.shadow.torch_products import PRODUCTS
from gradcheck.shadow.torch_reductions import REDUCTIONS
from gradcheck.shadow.torch_windows import WINDOWS
from gradcheck.shadow.torch_windows_backward import WINDOWS_BACKWARD

RULES: dict[str, Callable[..., Any]] = {
    **ELEMENTWISE, **REDUCTIONS, **PRODUCTS, **NORMALISATION, **LOSSES, **INDEXING, **WINDOWS, **POLYNOMIALS,
    **BACKWARD, **WINDOWS_BACKWARD,
}  # fmt: skip

_DRAWN = "rand_like randn_like randint_like bernoulli multinomial poisson normal"
_NEW = "zeros_like ones_like full_like empty_like new_zeros new_ones new_full new_empty new_empty_strided"
_FILLED = "uniform_ normal_ bernoulli_ exponential_ cauchy_ log_normal_ geometric_ random_"

# What comes out does not follow the numbers that went in.
CONSTANT = frozenset(_DRAWN.split() + _NEW.split())
# Fill their target with numbers of their own.
RANDOM = frozenset(_FILLED.split())
# Read the bits of a tensor as something else, or replace its storage.
REFUSED = frozenset({"view.dtype", "view_as_real", "view_as_complex", "set_", "resize_as_"})


class Kind(Enum):
    FUNCTIONAL = auto()
    IN_PLACE = auto()
    OUT = auto()
    VIEW = auto()
    UNRECORDED = auto()
    RANDOM = auto()
    REFUSED = auto()


@cache
def kind_of(func: Any) -> Kind:
    name = func.overloadpacket.__name__
    if name in REFUSED or f"{name}.{func._overloadname}" in REFUSED:
        return Kind.REFUSED
    if name in RANDOM:
        return Kind.RANDOM
    if any(a.is_out for a in func._schema.arguments):
        return Kind.OUT
    if name in CONSTANT:
        return Kind.UNRECORDED
    if _is_view(func):
        return Kind.VIEW
    return Kind.IN_PLACE if _writes_first(func) else Kind.FUNCTIONAL


def _is_view(func: Any) -> bool:
    aliases = [r.alias_info for r in func._schema.returns]
    return torch.Tag.inplace_view in func.tags or any(a is not None and not a.is_write for a in aliases)


def _writes_first(func: Any) -> bool:
    arguments = func._schema.arguments
    return bool(arguments and arguments[0].alias_info is not None and arguments[0].alias_info.is_write)


@cache
def functional_form(func: Any) -> Any:
    """The operator that returns what `func` writes into its first argument; `func` itself where there is none."""
    name = func.overloadpacket.__name__
    packet = getattr(torch.ops.aten, name.removesuffix("_"), None) or getattr(
        torch.ops.aten, name.removesuffix("_").removeprefix("_").removesuffix("_impl"), None
    )
    return getattr(packet, func._overloadname, func) if packet is not None else func


@cache
def rule_of(func: Any) -> Callable[..., Any] | None:
    name = func.overloadpacket.__name__
    return RULES.get(f"{name}.{func._overloadname}") or RULES.get(name)


@cache
def decomposition_of(func: Any) -> Callable[..., Any] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, on the first import
        from torch._decomp import decomposition_table
    if func in decomposition_table:
        return decomposition_table[func]
    return func.decompose if func._can_decompose() else None


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from tensors_in(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from tensors_in(part)
