"""`gradcheck explain`: every operation of a function at one point, beside what it should have been."""

from __future__ import annotations

import contextlib
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console

from gradcheck import dtypes, frameworks, signature
from gradcheck.commands import findings, values
from gradcheck.commands.options import Domain
from gradcheck.explain.explanation import Explanation, explain
from gradcheck.fallback import shadowed
from gradcheck.frameworks import label
from gradcheck.inputs import domains as known_domains
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.domain import to_float64
from gradcheck.inputs.points import Point
from gradcheck.judging import Target
from gradcheck.loading import load
from gradcheck.proposal import domain_of
from gradcheck.reports import operation_table
from gradcheck.scan import framework_of
from gradcheck.verdict import Verdict

RIGHT, WRONG, UNDECIDED = 0, 1, 2
DTYPE = "float32"
POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@click.command(
    "explain", epilog="Exit code 0: nothing wrong; 1: something fails; 2: usage, a crash, or nothing could be decided."
)
@click.argument("target")
@click.option(
    "--at", required=True, multiple=True, metavar="VALUES", help="One for each argument, as JSON; or a file with all."
)
@click.option("--finding", "number", type=click.IntRange(1), help="Of a results file: 1 is the worst of TARGET.")
@click.option("--dtype", type=click.Choice(dtypes.NAMES), help="Default: float32; of a finding, its own.")
@click.option("--framework", type=click.Choice(frameworks.NAMES), help="Default: what the function is written in.")
@click.option("--domain", "domains", multiple=True, type=Domain(), help="Domain of an argument (repeatable).")
@click.option("--no-grad", "fixed", multiple=True, metavar="NAME", help="Do not differentiate by it (repeatable).")
@click.option("--all", "everything", is_flag=True, help="Show every step of a long run.")
def explain_command(
    target: str,
    at: tuple[str, ...],
    number: int | None,
    dtype: str | None,
    framework: str | None,
    domains: tuple[tuple[str, str], ...],
    fixed: tuple[str, ...],
    everything: bool,
) -> None:
    """Show what TARGET, package.module:name, does at a point: each operation beside its exact result.

    The function and its gradient run once, eagerly; the table has what each operation gave, what it would have given
    without any rounding, and how far that is apart. Then the answer, and why it fails where it does. A file is a list
    with the values of each argument, or an object: name of the argument -> values. nan and inf are numbers. A file may
    also be the results.json of a run: then the point is that of the worst finding of TARGET, or of another one.

    \b
    gradcheck explain my_losses:iwae --at "[0, -1e30, 3]" --at 2.0
    gradcheck explain my_losses:iwae --at point.json --dtype float16
    gradcheck explain my_losses:iwae --at out/results.json --finding 2
    """
    if (folder := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, folder)
    function, given = load(target), values.given(at)
    lines: tuple[str, ...] = ()
    if findings.is_results(given):
        chosen = findings.choose(Path(at[0]), target, function, number or 1, framework, dtype)
        given, lines = chosen.values, chosen.lines
        framework, dtype = chosen.located.subject.framework, chosen.located.finding.dtype
    elif number is not None:
        raise click.UsageError(f"--finding {number} is of a results file; --at {at[0]} is none")
    used, dtype = frameworks.get(framework or framework_of(function)), dtype or DTYPE
    arguments, arrays = _point(function, given, dtype, dict(domains), fixed)
    has_gradient = used.name != "numpy"
    judged = Target(
        framework=used,
        function=function,
        gradient=None,
        arguments=arguments,
        truths=shadowed(used, function, arguments, has_gradient=has_gradient),
    )
    found = explain(judged, Point("given", arrays), dtype)
    head, *described = _head(target, used.name, dtype, arguments, arrays)
    _show(found, (head, *lines, *described), everything)
    sys.exit(exit_code(found))


def _show(found: Explanation, head: Sequence[str], everything: bool) -> None:
    console = Console()
    if console.is_terminal:
        operation_table.show(found, head, console, everything)
    else:
        click.echo(operation_table.render(found, head, everything), nl=False)


def exit_code(found: Explanation) -> int:
    """Undecided is no pass: where nothing else is said, it is as if nothing had been judged."""
    if found.fails:
        return WRONG
    return UNDECIDED if {a.verdict for a in found.answers} <= {Verdict.UNDECIDED.value} else RIGHT


def _point(
    function: Callable[..., Any],
    given: list[Any] | dict[str, Any],
    dtype: str,
    domains: Mapping[str, str],
    fixed: Sequence[str],
) -> tuple[tuple[Argument, ...], tuple[np.ndarray, ...]]:
    names = _names(function, given)
    arrays = values.arrays(values.in_order(given, names, label(function)), names, dtype)
    if unknown := sorted({*domains, *fixed} - set(names)):
        raise ValueError(f"{label(function)} has no parameter {unknown[0]!r} here; expected one of {', '.join(names)}")
    arguments = tuple(_argument(n, names, a, domains, fixed) for n, a in zip(names, arrays, strict=True))
    return arguments, arrays


def _names(function: Callable[..., Any], given: list[Any] | dict[str, Any]) -> list[str]:
    """The parameter that each value belongs to. Raises ValueError for a number of values it cannot be called with."""
    try:
        parameters = signature.parameters(
            function if inspect.isroutine(function) else getattr(function, "forward", function)
        )
    except ValueError:
        return list(given) if isinstance(given, dict) else [f"argument{k}" for k in range(len(given))]
    positional = [p for p in parameters if p.kind in POSITIONAL]
    stars = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), "")
    names = [p.name for p in positional] + [f"{stars}{k}" for k in range(len(given) - len(positional)) if stars]
    required = [p.name for p in positional if p.default is p.empty]
    if isinstance(given, dict):
        return [name for name in names if name in given or name in required]
    if not len(required) <= len(given) <= len(names):
        takes = ", ".join(names) or "no arrays"
        raise ValueError(
            f"{label(function)} takes {takes}; the point has values for {len(given)}: "
            "type --at once for each positional argument, in order"
        )
    return names[: len(given)]


def _argument(
    name: str, names: Sequence[str], array: np.ndarray, domains: Mapping[str, str], fixed: Sequence[str]
) -> Argument:
    found = _described(name, domains.get(name) or _assumed(name, names, array), array, name not in fixed)
    if name in domains and not (found.parsed.contains(array) | np.isnan(to_float64(array))).all():
        raise ValueError(
            f"the point is outside the domain {found.domain} of {name}; leave --domain out, or type another"
        )
    return found


def _described(name: str, domain: str, array: np.ndarray, moves: bool = True) -> Argument:
    is_continuous = known_domains.parse(domain).is_continuous
    return Argument(domain, shape=array.shape, differentiate=is_continuous and moves, name=name)


def _assumed(name: str, names: Sequence[str], array: np.ndarray) -> str:
    """The domain that the name tells, where the point lies in it; else one that any point lies in."""
    by_name = domain_of(name, [other for other in names if other != name])
    with contextlib.suppress(ValueError):  # a domain that cannot have this shape
        if bool(_described(name, by_name, array).parsed.contains(array).all()):
            return by_name
    return "real" if np.isfinite(to_float64(array)).all() else "[-inf, inf]"


def _head(
    target: str, framework: str, dtype: str, arguments: Sequence[Argument], arrays: Sequence[np.ndarray]
) -> tuple[str, ...]:
    """What was run, and where: a line each."""
    return (
        f"{target}, {framework}, {dtype}, eager",
        *(operation_table.argument(a, array, dtype) for a, array in zip(arguments, arrays, strict=True)),
    )
