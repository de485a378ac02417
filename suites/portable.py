"""One formula as an implementation in every framework: NumPy, PyTorch and JAX share the source line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradcheck import frameworks
from gradcheck.specification import Implementation, Specification

EVERYWHERE = ("numpy", "torch", "jax")


@dataclass(frozen=True)
class Portable:
    """`formula(xp, *arrays)` bound to a framework, whose namespace is looked up when it is called."""

    formula: Callable[..., Any]
    framework: str

    @property
    def __name__(self) -> str:
        return self.formula.__name__

    def __call__(self, *arrays: Any) -> Any:
        return self.formula(frameworks.get(self.framework).namespace(), *arrays)


def portable(
    name: str,
    specification: Specification,
    formula: Callable[..., Any],
    *,
    names: tuple[str, ...] = EVERYWHERE,
    expected: tuple = (),
    **rest: Any,
) -> tuple[Implementation, ...]:
    """The implementations of one formula, one for each framework in `names`.

    NumPy has no automatic differentiation: without a hand-written `gradient` the expected findings
    in the gradient are left out there.
    """

    def expected_in(framework: str) -> tuple:
        judged = framework != "numpy" or rest.get("gradient") is not None
        return tuple(e for e in expected if judged or e.quantity == "value")

    return tuple(
        Implementation(
            name=name,
            specification=specification,
            framework=framework,
            function=Portable(formula, framework),
            expected=expected_in(framework),
            **rest,
        )
        for framework in names
    )
