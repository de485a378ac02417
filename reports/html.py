"""The stability report: one self-contained HTML file, readable without JavaScript, network or colour."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gradcheck import dtypes
from gradcheck.baseline import Against
from gradcheck.record import Results, SecondOpinion
from gradcheck.reports import against as against_words
from gradcheck.reports import groups, letters, matrix, numbers, plots, summary, text, why

_TEMPLATES = Path(__file__).parent / "templates"
# Findings shown in full, the worst of each group before others; the rest have a row each. Keeps the page small and
# quick to open.
DETAILED = 280


@dataclass(frozen=True)
class Card:
    """One group of findings on the page; `full` is how many of its members are shown in full."""

    anchor: str
    group: groups.Group
    full: int

    @property
    def rest(self) -> tuple[summary.Located, ...]:
        """The members that the card does not open with."""
        return self.group.members[1:] if self.full else self.group.members


def render(results: Results, against: Against | None = None) -> str:
    """The whole page. Same results, same bytes."""
    environment = _environment()
    parts = {name: Markup((_TEMPLATES / name).read_text(encoding="utf-8").strip()) for name in ("style.css", "page.js")}
    scripts = (Markup(plots.script()), parts["page.js"])
    return environment.get_template("page.html.j2").render(
        **_views(results, against), style=parts["style.css"], scripts=scripts, policy=_policy(scripts)
    )


def write(results: Results, path: str | Path, against: Against | None = None) -> None:
    """Write the page. Raises OSError where the file cannot be written."""
    text.save(render(results, against), path)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_safe,
    )
    modules = {"letters": letters, "numbers": numbers, "plural": text.plural, "shortened": text.shortened}
    environment.globals.update(modules | {"component": summary.component, "short_dtype": _SHORT, "why": why})
    return environment


# Column headings of the matrix: four columns of four have to fit a page.
_SHORT = {name: name.replace("bfloat", "bf").replace("float", "f") for name in dtypes.NAMES}


def _safe(value: Any) -> Any:
    """No control or reordering character reaches the page, wherever a text comes from."""
    return text.printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _policy(scripts: tuple[str, ...]) -> str:
    """A Content-Security-Policy under which only our own scripts run and nothing is fetched."""
    hashes = (hashlib.sha256(script.encode("utf-8")).digest() for script in scripts)
    sources = " ".join(f"'sha256-{base64.b64encode(each).decode('ascii')}'" for each in hashes)
    return f"default-src 'none'; script-src {sources}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


def _views(results: Results, against: Against | None) -> dict[str, Any]:
    counted = summary.Summary(results, against)
    cards = _cards(counted)
    addresses = {
        (matrix.key(m.subject), m.finding.quantity, m.finding.verdict): f"#{card.anchor}"
        for card in reversed(cards)
        for m in card.group.members
    }
    return {
        "results": results,
        "against": against,
        "against_words": against_words,
        "summary": counted,
        "cards": cards,
        "overview": matrix.overview(results, addresses),
        "regimes": matrix.by_regime(results, addresses),
        "plots": plots.plots(results.subjects),
        "opinion": _opinion(results),
        "notes": _notes(results),
    }


def _cards(counted: summary.Summary) -> list[Card]:
    """New findings first, then expected, then minor ones; each worst first."""
    found = [g for standing in ("new", "expected", "minor") for g in groups.groups(counted.standing(standing))]
    # The worst of each group before the others of any.
    left, cards = max(DETAILED - len(found), 0), []
    for i, group in enumerate(found, start=1):
        more = min(left, len(group.members) - 1)
        left -= more
        cards.append(Card(f"finding-{i}", group, 1 + more if i <= DETAILED else 0))
    return cards


def _opinion(results: Results) -> SecondOpinion:
    """The second opinions of all subjects, added up."""
    given = [s.second_opinion for s in results.subjects if s.second_opinion]
    counts = ("agree", "disagree", "too_wide", "not_applicable")
    return SecondOpinion(**{name: sum(getattr(o, name) for o in given) for name in counts})


def _notes(results: Results) -> list[tuple[str, int]]:
    """Each distinct note with the number of subjects that have it, the commonest first."""
    return Counter(note for s in results.subjects for note in dict.fromkeys(s.notes)).most_common()
