"""What to type after a run: the worst finding in detail, and what to do about the rest."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from gradcheck.reports import why
from gradcheck.reports.summary import Summary


def next_steps(summary: Summary, paths: Sequence[str | Path] = ()) -> Iterator[tuple[str, str]]:
    """Each command with what it is for; `paths` are the files that the run has written. None where all is well."""
    results = next((shlex.quote(str(path)) for path in paths if Path(path).suffix == ".json"), "")
    yield from _worst(summary, results)
    if not results:
        return
    file = summary.results.settings.get("baseline", "")
    into = f"gradcheck baseline write {results}{f' --file {shlex.quote(file)}' if file else ''}"
    if summary.against and summary.against.stale:
        yield into, "removes what is fixed"
    elif summary.standing("new"):
        yield into, "accepts what cannot be mended, each with a reason"


def _worst(summary: Summary, results: str) -> Iterator[tuple[str, str]]:
    """The worst finding again, or else what is missing or could not be judged."""
    new = summary.standing("new")
    if new and results and new[0].subject.suite == why.SCAN:
        target = shlex.quote(new[0].subject.specification)
        yield f"gradcheck explain {target} --at {results}", "explains the worst"
    elif new and why.following(new[0]):
        yield why.following(new[0]), "runs the worst again"
    elif not new:
        red = (*(subject for subject, _ in summary.missing), *summary.with_status("failed"))
        if red and why.again(red[0]):
            yield why.again(red[0]), "runs it again"
