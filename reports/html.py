"""The stability report: one self-contained HTML file, readable without JavaScript, network or colour."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from jinja2 import Environment

from gradcheck import dtypes
from gradcheck.baseline import Against
from gradcheck.record import Results, SecondOpinion, Subject
from gradcheck.reports import against as against_words
from gradcheck.reports import (
    cards,
    findings_table,
    letters,
    matrix,
    names,
    numbers,
    page_scripts,
    pictures,
    plots,
    profile_plots,
    summary,
    templating,
    text,
    why,
)
from gradcheck.verdict import Verdict

# Column headings of the matrix: four columns of four have to fit a page.
_SHORT = {name: name.replace("bfloat", "bf").replace("float", "f") for name in dtypes.NAMES}
# What the templates know by name.
_GLOBALS: dict[str, Any] = {
    "letters": letters,
    "numbers": numbers,
    "why": why,
    "against_words": against_words,
    "plural": text.plural,
    "breakable": names.breakable,
    "shortened": text.shortened,
    "component": summary.component,
    "filtered": matrix.filtered,
    "labels": findings_table.LABELS,
    "short_dtype": _SHORT,
    "profile": profile_plots.view,
}


def render(results: Results, against: Against | None = None) -> str:
    """The whole page. Same results, same bytes."""
    environment, views = templating.environment(), _views(results, against)
    environment.globals.update(_GLOBALS)
    return environment.get_template("page.html.j2").render(
        **views,
        rest=_rest(environment, views),
        style=templating.part("style.css") + "\n" + templating.part("pictures.css"),
        script=page_scripts.own(),
        bokeh=page_scripts.bokeh(),
        policy=page_scripts.policy(),
    )


def write(results: Results, path: str | Path, against: Against | None = None) -> None:
    """Write the page. Raises OSError where the file cannot be written."""
    text.save(render(results, against), path)


def _rest(environment: Environment, views: dict[str, Any]) -> str:
    """The parts of the findings that are not shown in full, packed: number -> markup. Empty where there are none."""
    one = environment.get_template("finding.html.j2").make_module(views)
    parts = {card.number: str(one.card(card)) for card in views["cards"] if not card.is_full}  # type: ignore[attr-defined]
    return page_scripts.packed(json.dumps(parts).encode("ascii")) if parts else ""


def _views(results: Results, against: Against | None) -> dict[str, Any]:
    counted = summary.Summary(results, against)
    shown = cards.cards(counted)
    # Of several findings of one kind a cell leads to the worst.
    addresses = {
        (matrix.key(c.located.subject), c.located.finding.quantity, c.located.finding.verdict): f"#{c.anchor}"
        for c in reversed(shown)
    }
    overview = matrix.overview(results, addresses)
    drawn = plots.plots(results.subjects)
    return {
        "results": results,
        "against": against,
        "summary": counted,
        "cards": shown,
        "profiles": profile_plots.packed((c.number, c.located.finding) for c in shown),
        "columns": findings_table.COLUMNS,
        "rows": findings_table.rows(shown, results.subjects),
        "overview": overview,
        "regimes": matrix.by_regime(results, addresses),
        "plots": drawn,
        "packed_plots": plots.packed(drawn),
        "pictures": pictures.pictures(results.pictures),
        "opinion": _opinion(results),
        "undecided": _undecided(results),
        "notes": _notes(results),
    }


def _opinion(results: Results) -> SecondOpinion:
    """The second opinions of all subjects, added up."""
    given = [s.second_opinion for s in results.subjects if s.second_opinion]
    counts = ("agree", "disagree", "too_wide", "not_applicable")
    return SecondOpinion(**{name: sum(getattr(o, name) for o in given) for name in counts})


def _undecided(results: Results) -> list[tuple[Subject, int]]:
    """The subjects with components of which no truth is known, with their number, the most first."""
    counted = [(s, sum(counts.get(Verdict.UNDECIDED, 0) for counts in s.counts.values())) for s in results.subjects]
    return sorted(((s, count) for s, count in counted if count), key=lambda each: -each[1])


def _notes(results: Results) -> list[tuple[str, int]]:
    """Each distinct note with the number of subjects that have it, the commonest first."""
    return Counter(note for s in results.subjects for note in dict.fromkeys(s.notes)).most_common()
