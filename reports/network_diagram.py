"""The diagram of the 1-1-1 network: where its variables stand, and what each computed delta is."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.picture import Code, Delta, Diagram, Variable
from gradcheck.reports import letters

# The line that the units stand on, the radius of one, and the distance of lines of text.
BASE, NODE, LINE = 190, 30, 17
WIDTH = 940
# Variable -> place in the drawing: (across, up), and whether its numbers stand above it.
_PLACES = {
    "w1": (150, 120, True),
    "z1": (250, BASE, False),
    "a1": (410, BASE, False),
    "w2": (510, 120, True),
    "z2": (610, BASE, False),
    "a2": (770, BASE, False),
}


@dataclass(frozen=True)
class Answer:
    """One computed derivative as the drawing and the table show it."""

    mark: str  # of the code: a, b, c
    letter: str  # of the verdict
    standing: str
    verdict: str
    number: str
    short: str


@dataclass(frozen=True)
class Node:
    """A variable in the drawing; `lines` are the heights at which its numbers stand, the exact one first."""

    variable: Variable
    x: int
    y: int
    short: str
    value: str
    answers: tuple[Answer, ...]
    lines: tuple[int, ...]
    above: bool


@dataclass(frozen=True)
class Key:
    """A code in the table: its mark, name and, where it is written by hand, what its deltas are derivatives of."""

    mark: str
    name: str
    belongs: str


@dataclass(frozen=True)
class Drawing:
    """All of one diagram. It begins at the height `top`, above the highest numbers."""

    nodes: tuple[Node, ...]
    keys: tuple[Key, ...]
    ends: dict[str, str]  # argument -> number
    width: int
    height: int
    top: int


def drawing(diagram: Diagram) -> Drawing:
    """Where everything of a diagram stands."""
    nodes = tuple(_node(diagram, v, *_PLACES[v.name]) for v in diagram.variables if v.name in _PLACES)
    top = min([BASE - 2 * NODE, *(node.lines[0] for node in nodes)]) - LINE
    return Drawing(
        nodes=nodes,
        keys=tuple(_keys(diagram)),
        ends={name: _short(number) for name, number in diagram.point},
        width=WIDTH,
        height=BASE + NODE + (len(diagram.codes) + 2) * LINE - top,
        top=top,
    )


def _node(diagram: Diagram, variable: Variable, x: int, y: int, above: bool) -> Node:
    answers = tuple(_answers(diagram, variable.name))
    count = 1 + len(answers)
    start = y - NODE // 2 - 8 - (count - 1) * LINE if above else y + NODE + LINE
    return Node(
        variable=variable,
        x=x,
        y=y,
        short=_short(variable.derivative),
        value=_short(variable.value),
        answers=answers,
        lines=tuple(start + LINE * k for k in range(count)),
        above=above,
    )


def _answers(diagram: Diagram, name: str) -> Iterator[Answer]:
    for mark, code in zip(string.ascii_lowercase, diagram.codes, strict=False):
        for delta in code.deltas:
            if delta.variable == name:
                yield _answer(mark, delta)


def _answer(mark: str, delta: Delta) -> Answer:
    kind = letters.kind(delta.verdict)
    return Answer(
        mark=mark,
        letter=letters.letter(delta.verdict),
        standing="new" if kind == "fail" else kind,
        verdict=delta.verdict,
        number=delta.actual,
        short=_short(delta.actual),
    )


def _short(number: str) -> str:
    """Four digits, for a drawing in which the full number has no room; a text that is no number as it is."""
    try:
        return f"{float(number):.4g}"
    except ValueError:
        return number


def _keys(diagram: Diagram) -> Iterator[Key]:
    for mark, code in zip(string.ascii_lowercase, diagram.codes, strict=False):
        yield Key(mark, code.name, _belonging(code))


def _belonging(code: Code) -> str:
    """What the deltas of a code are the derivatives of: the losses of all of them, then what else single ones are."""
    if not any(delta.belongs for delta in code.deltas):
        return ""
    own = [[loss for loss, variable in delta.belongs if variable == delta.variable] for delta in code.deltas]
    common = [loss for loss in own[0] if all(loss in losses for losses in own)]
    first = f"each is the derivative of {' and of '.join(common) or 'none of the losses tried'}"
    return "; ".join([first, *_further(code, common)])


def _further(code: Code, common: list[str]) -> Iterator[str]:
    """What else single deltas are the derivatives of."""
    for delta in code.deltas:
        own = {(loss, delta.variable) for loss in common}
        more = [f"of {loss} by {variable}" for loss, variable in delta.belongs if (loss, variable) not in own]
        if more:
            yield f"that by {delta.variable} also {' and '.join(more)}"


def sentences(diagram: Diagram) -> list[str]:
    """What is to be seen: which codes are right, and what becomes of the derivatives of the others."""
    marked = zip(string.ascii_lowercase, diagram.codes, strict=False)
    said = [f"Code {mark} ({code.name}) {_said(code)}" for mark, code in marked]
    return [f"Derivatives of {diagram.loss} in {diagram.dtype}. {'. '.join(said)}."]


def _said(code: Code) -> str:
    wrong: dict[str, list[str]] = {}
    for delta in code.deltas:
        if letters.kind(delta.verdict) != "pass":
            wrong.setdefault(delta.verdict, []).append(delta.variable)
    if not wrong:
        return f"is right for all {len(code.deltas)} variables"
    return "fails: " + "; ".join(f"{verdict} for {', '.join(names)}" for verdict, names in wrong.items())
