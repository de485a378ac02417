"""A run against its baseline, in words: what got worse, what is fixed, what nobody has explained."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gradcheck.baseline import Against, Change, Entry, explained
from gradcheck.record import Results
from gradcheck.reports import numbers
from gradcheck.reports.summary import component, name
from gradcheck.reports.text import plural

TITLE = "Against the baseline"
TITLES = {
    "worse": "Worse than in the baseline",
    "new": "Not in the baseline",
    "stale": "Fixed: remove the entries with `gradcheck baseline write`",
    "unexplained": "Without a reason: write one into the baseline",
    "not_run": "Not run: nothing is known of these entries",
    "accepted": "Accepted",
}
# The reason that a person wrote, behind what is said of an entry.
_BECAUSE = {"worse": "accepted until now", "stale": "accepted until now", "not_run": "accepted", "accepted": "accepted"}


def held(results: Results, against: Against | None) -> Results:
    """The results with the reasons of the baseline on the findings that it accepts."""
    return results if against is None else explained(results, against)


def headline(against: Against) -> str:
    """`1 new, 2 worse, 1 fixed; 40 accepted, 3 of the entries without a reason`."""
    counts = f"{len(against.new):,} new, {len(against.worse):,} worse, {len(against.stale):,} fixed"
    rest = f"{len(against.accepted):,} accepted"
    if against.unexplained:
        count = plural(len(against.unexplained), "entry").replace("entrys", "entries")
        rest += f", {count} without a reason"
    if against.not_run:
        rest += f", {len(against.not_run):,} not run"
    return f"{counts}; {rest}"


def sections(against: Against, leave_out: Collection[str] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Title and lines of each part that has any, what turns a run red first; `leave_out` names parts of `TITLES`."""
    for part, title in TITLES.items():
        found = () if part in leave_out else getattr(against, part)
        if found:
            yield title, tuple(_line(part, each) for each in found)


def _line(part: str, found: Change | Entry) -> str:
    """It in one line, with the reason that a person wrote for it."""
    recorded = found.entry if isinstance(found, Change) else found
    line = change(found) if isinstance(found, Change) else entry(found)
    if recorded is None or part not in _BECAUSE:
        return line
    reason = recorded.reason.strip()
    return f"{line}; {_BECAUSE[part]}{f' because: {reason}' if reason else ' without a reason'}"


def change(changed: Change) -> str:
    """A new or worse finding in one line."""
    f, s = changed.finding, changed.subject
    why = f" ({changed.why})" if changed.why else ""
    where = f"{name(s)}: {f.severity} {f.verdict} in the {component(f)}{why}"
    return f"{where}, at {numbers.point(f.point, s.arguments, 6)}: expected {f.expected}, got {f.actual}"


def entry(recorded: Entry) -> str:
    """An entry of the baseline in one line."""
    e = recorded
    quantity = f"{e.quantity} of {e.argument}" if e.argument else e.quantity
    platform = f" on {e.platform}" if e.platform else ""
    cause = f" ({e.cause})" if e.cause else ""
    return f"{e.function} {e.framework} {e.dtype} {e.mode}: {e.verdict}{cause} in the {quantity}{platform}"
