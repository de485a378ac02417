"""What a pattern is: a rule that rewrites a graph, and the words and code that tell a person to do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gradcheck.explain.rewriting import Rule
from gradcheck.explain.source_calls import call_at

# how a framework's functions are written: its namespace, and the word for an axis
_WORDS = {"torch": ("torch", "dim"), "jax": ("jnp", "axis"), "numpy": ("np", "axis")}


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """One rewrite.

    `instead` is what is replaced and `write` what replaces it, for all frameworks alike, `xp` being the namespace and
    `axis` the axis; `native` says it for a framework that has a function of its own, `lines` in full where a phrase
    cannot. `calls` are the functions whose call is what is replaced, where letters cannot say what that is: it is
    quoted as it stands in the source. `library` names the framework's operations whose mathematics is what is
    replaced, and which do it right. `identity`: the mathematics is the same wherever both are defined.
    """

    name: str
    rule: Rule
    instead: str
    write: str
    native: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)
    calls: frozenset[str] = frozenset()
    library: frozenset[str] = frozenset()
    identity: bool = True

    def code(self, framework: str) -> str:
        """What to write, to be copied."""
        return self.lines.get(framework) or self.advice(framework)

    def advice(self, framework: str) -> str:
        """What to write, within a sentence."""
        return self.native.get(framework) or _spelled(self.write, framework)

    def replaced(self, framework: str, location: str = "") -> str:
        """What is replaced at "file:line"."""
        return call_at(location, self.calls) or _spelled(self.instead, framework)


def _spelled(text: str, framework: str) -> str:
    namespace, axis = _WORDS[framework]
    return text.replace("xp.", f"{namespace}.").replace("axis", axis)


# how the largest element is had, as a constant of the derivative, and how an array gets its axis back
_LARGEST = {
    "torch": ("x.detach().abs().amax(dim)", "scale.unsqueeze(dim)"),
    "jax": ("jax.lax.stop_gradient(jnp.abs(x).max(axis))", "jnp.expand_dims(scale, axis)"),
    "numpy": ("np.abs(x).max(axis)", "np.expand_dims(scale, axis)"),
}
_SCALED = """largest = {largest}
empty = largest == 0
scale = xp.where(empty, 1, largest)
total = xp.where(empty, 1, ((x / {stretched}) ** 2).sum(axis))
"""


def scaled(result: str) -> dict[str, str]:
    """The lines of a result made of a scaled sum of squares."""
    return {
        name: _spelled(_SCALED + result, name).format(largest=largest, stretched=stretched)
        for name, (largest, stretched) in _LARGEST.items()
    }
