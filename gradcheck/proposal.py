"""Arguments for a function that came without any: proposed by their names, tried on the function."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradcheck import signature
from gradcheck.containment import contained
from gradcheck.frameworks import FrameworkError, label
from gradcheck.frameworks.base import Framework
from gradcheck.inputs import domains
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.domain import to_float64
from gradcheck.inputs.points import typical
from gradcheck.time_limit import TimedOut

# The words of a parameter's name -> its domain; the first line with one of the words is taken.
BY_WORD: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(words.split()), domain)
    for words, domain in (
        ("logvar logstd logsigma logit logits log", "real"),
        ("mask masks", "{0, 1}"),
        ("sign signs", "{-1, 1}"),
        ("prob probs probability probabilities p q", "probability"),
        ("simplex", "simplex"),
        ("scale std stddev sigma var variance rate concentration alpha beta temperature tau precision", "positive"),
        ("weight weights", "nonnegative"),
        ("input x pred preds prediction predictions output outputs mu mean loc z", "real"),
    )
)
# A target is what the rest of the signature says: (words of the target, words beside it, its domain).
TARGETS = frozenset(["target", "targets", "label", "labels", "y", "true"])
BESIDE_A_TARGET: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset(["prob", "probs", "probability", "probabilities", "p", "q", "logit", "logits"]), "probability"),
    (frozenset(["label", "labels"]), "{0, 1}"),
)
ANY = "real"
# What is tried after the names, in this order.
OTHER_DOMAINS = ("probability", "{0, 1}", "{-1, 1}", "positive", "simplex")
SHAPES: tuple[tuple[int, ...], ...] = ((8,), (4, 3), (2, 3, 4, 4), ())
# Typical points on which a proposal is tried: a scalar alone may be in the domain by luck.
TRIALS = 4
# Annotations of parameters that are no arrays.
NO_ARRAY = (bool, int, str)


class NoProposal(FrameworkError):  # noqa: N818 - the name says what happened, like its siblings
    """No arguments could be found for a function; `str` of it says why and what to type."""


@dataclass(frozen=True)
class Wishes:
    """What is not to be proposed but was given, by the name of the parameter."""

    domains: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    fixed: tuple[str, ...] = ()  # not differentiated

    @property
    def names(self) -> set[str]:
        return {*self.domains, *self.shapes, *self.fixed}


@dataclass(frozen=True)
class Proposal:
    """Arguments on which the function answers, and a line for each that says what was assumed."""

    arguments: tuple[Argument, ...]
    lines: tuple[str, ...]


def propose(
    function: Callable[..., Any], framework: Framework, dtype: str, wishes: Wishes | None = None, mode: str = "eager"
) -> Proposal:
    """The first arguments on which the function returns numbers at typical points of the dtype.

    Without a NaN if there are such, else with some numbers among them. Raises `NoProposal` for a signature that
    takes no arrays by position and where the function refuses everything, ValueError for a domain or shape among
    the wishes that cannot be.
    """
    wishes = wishes or Wishes()
    parameters = parameters_of(function)
    _require_known(function, parameters, wishes)
    answering: tuple[Argument, ...] | None = None
    first: FrameworkError | None = None
    for arguments in _candidates(parameters, wishes):
        try:
            share = _share_of_nan(function, arguments, framework, dtype, mode)
        except TimedOut:
            raise
        except FrameworkError as problem:
            first = first or problem
            continue
        if share == 0:
            return Proposal(arguments, _lines(arguments, wishes))
        answering = arguments if answering is None and share < 1 else answering
    if answering is not None:
        return Proposal(answering, _lines(answering, wishes))
    refusal = str(first) if first else f"{label(function)} returned nothing but NaN"
    raise NoProposal(f"{refusal}; no other domain or shape helped: say which with {_example(parameters[0].name)}")


def parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The positional parameters without default. Raises `NoProposal` where they cannot all be arrays."""
    called = getattr(function, "forward", function) if _is_torch_module(function) else function
    name = label(function)
    try:
        parameters = signature.parameters(called)
    except ValueError:
        raise NoProposal(
            f"{name} is a builtin without a signature; wrap it in a function of yours: def f(x): return {name}(x)"
        ) from None
    required = [p for p in parameters if p.default is p.empty]
    if keywords := [p.name for p in required if p.kind is p.KEYWORD_ONLY]:
        given = ", ".join(f"{keyword}=..." for keyword in keywords)
        raise NoProposal(f"{name} needs keyword-only arguments; bind them in a function of yours: {name}(..., {given})")
    positional = [p for p in required if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if not positional:
        stars = [f"*{p.name}" for p in parameters if p.kind is p.VAR_POSITIONAL]
        what = f"takes {stars[0]}, any number of arrays" if stars else "has no positional parameter without a default"
        raise NoProposal(f"{name} {what}; wrap it in a function of yours that takes its arrays by name: def f(x, y):")
    if other := [p.name for p in positional if p.annotation in (*NO_ARRAY, *(t.__name__ for t in NO_ARRAY))]:
        raise NoProposal(
            f"{name} needs {', '.join(other)}, which is annotated as no array; bind it in a function of yours"
        )
    return positional


def _is_torch_module(function: Any) -> bool:
    return any(base.__module__ == "torch.nn.modules.module" for base in type(function).__mro__)


def _require_known(function: Callable[..., Any], parameters: Sequence[inspect.Parameter], wishes: Wishes) -> None:
    names = [p.name for p in parameters]
    if unknown := sorted(wishes.names - set(names)):
        raise NoProposal(f"{label(function)} has no parameter {unknown[0]!r}; expected one of {', '.join(names)}")


def domain_of(name: str, others: Sequence[str] = ()) -> str:
    """What the name of a parameter, beside those of the others, says about its domain."""
    words = _words(name)
    if words & TARGETS:
        around = words.union(*map(_words, others))
        return next((domain for beside, domain in BESIDE_A_TARGET if around & beside), ANY)
    return next((domain for known, domain in BY_WORD if words & known), ANY)


def _words(name: str) -> frozenset[str]:
    """`y_true2` -> {y, true}."""
    return frozenset(word for word in re.split(r"[_\d]+", name.lower()) if word)


def _candidates(parameters: Sequence[inspect.Parameter], wishes: Wishes) -> Iterator[tuple[Argument, ...]]:
    """Argument lists in the order in which they are tried; each domain in all shapes before the next domain."""
    impossible, found = None, False
    for chosen, shapes in itertools.product(_domains(parameters, wishes), _shapes(parameters, wishes)):
        try:
            given = zip(parameters, chosen, shapes, strict=True)
            arguments = tuple(_argument(p.name, domain, shape, wishes) for p, domain, shape in given)
        except ValueError as problem:  # a domain that cannot have this shape
            impossible = impossible or problem
            continue
        found = True
        yield arguments
    if impossible is not None and not found:
        raise impossible


def _argument(name: str, domain: str, shape: tuple[int, ...], wishes: Wishes) -> Argument:
    moves = domains.parse(domain).is_continuous and name not in wishes.fixed
    return Argument(domain, shape=shape, differentiate=moves, name=name)


def _domains(parameters: Sequence[inspect.Parameter], wishes: Wishes) -> Iterator[tuple[str, ...]]:
    """By the names; then another domain for all that is free, and for one at a time."""
    names = [p.name for p in parameters]
    first = [wishes.domains.get(n) or domain_of(n, [m for m in names if m != n]) for n in names]
    free = [k for k, name in enumerate(names) if name not in wishes.domains]
    yield tuple(first)
    for domain in OTHER_DOMAINS:
        groups = [free, *([k] for k in free)] if len(free) > 1 else [free]
        for group in groups:
            if group:
                yield tuple(domain if k in group else own for k, own in enumerate(first))


def _shapes(parameters: Sequence[inspect.Parameter], wishes: Wishes) -> list[tuple[tuple[int, ...], ...]]:
    """One shape for all, the given ones first; then scalars beside the first argument."""
    scalar = [p.annotation in (float, "float") for p in parameters]
    common = list(dict.fromkeys([*wishes.shapes.values(), *SHAPES]))
    rows = [[() if is_scalar else shape for is_scalar in scalar] for shape in common]
    rows += [[shape, *[()] * (len(parameters) - 1)] for shape in common]
    given = [[wishes.shapes.get(p.name, s) for p, s in zip(parameters, row, strict=True)] for row in rows]
    return list(dict.fromkeys(map(tuple, given)))


def _share_of_nan(
    function: Callable[..., Any], arguments: tuple[Argument, ...], framework: Framework, dtype: str, mode: str
) -> float:
    values = []
    for point in typical(arguments, dtype, 0, TRIALS):
        with contained(mode):
            values.append(framework.evaluate(function, point.arrays, dtype, mode))
    missing = np.concatenate([np.isnan(to_float64(value)).reshape(-1) for value in values])
    return float(missing.mean()) if missing.size else 1.0


def _lines(arguments: Sequence[Argument], wishes: Wishes) -> tuple[str, ...]:
    return tuple(_line(argument, wishes) for argument in arguments)


def _line(argument: Argument, wishes: Wishes) -> str:
    """What was assumed of one argument, and what to type for something else."""
    name = str(argument.name)
    what = f"{argument.domain}, shape {argument.shape}{'' if argument.differentiate else ', not differentiated'}"
    if name in wishes.domains and name in wishes.shapes:
        return f"{name}: {what}, as given"
    return f"{name}: assumed {what}; to change it: {override(argument)}"


def override(argument: Argument) -> str:
    """The options that say what was assumed, to be typed with something else in them."""
    shape = ",".join(map(str, argument.shape)) or "()"
    domain = argument.domain if re.fullmatch(r"\w+", str(argument.domain)) else f"'{argument.domain}'"
    return f"--domain {argument.name}={domain} --shape {argument.name}={shape}"


def _example(name: str) -> str:
    return override(replace(Argument(ANY, shape=(4, 3)), name=name))
