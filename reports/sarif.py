"""SARIF 2.1.0 for code-scanning views: one rule a verdict, one result a finding.

Format: OASIS Standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 27 March 2020.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from gradcheck.baseline import Against, where
from gradcheck.record import Results, Subject
from gradcheck.reports import numbers, text, why
from gradcheck.reports.against import entry
from gradcheck.reports.summary import Located, Summary, component, name
from gradcheck.verdict import MEANING, Severity, Verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: dict[str, str] = {Severity.CRITICAL: "error", Severity.MAJOR: "error", Severity.MINOR: "note"}
_RULES: dict[str, str] = {
    **{v.value: MEANING[v] for v in Verdict if v.fails},
    "missing": "an expected finding did not appear: the implementation or the expectation has changed",
    "failed": "the subject could not be judged",
    "stale": "an entry of the baseline is fixed: remove it with `gradcheck baseline write`",
}


def render(results: Results, against: Against | None = None) -> str:
    """A SARIF log of one run. Expected findings are there, suppressed with the reason the suite gives."""
    driver = {"name": "gradcheck", "version": version("gradcheck"), "rules": [_rule(r) for r in _RULES]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "the folder the run was started in"}}},
        "results": list(_results(results, against)),
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def write(results: Results, path: str | Path, against: Against | None = None) -> None:
    text.save(render(results, against), path)


def _rule(identifier: str) -> dict[str, Any]:
    words = "".join(part.capitalize() for part in identifier.split("_"))
    return {"id": identifier, "name": words, "shortDescription": {"text": _RULES[identifier]}}


def _results(results: Results, against: Against | None) -> Iterator[dict[str, Any]]:
    summary = Summary(results)
    yield from map(_finding, summary.findings)
    for subject, missing in summary.missing:
        yield _result("missing", "error", f"{name(subject)}: missing expected finding: {missing}", subject, missing)
    for subject in summary.with_status("failed"):
        yield _result("failed", "error", f"{name(subject)}: {subject.error or 'failed'}", subject, "failed")
    for stale in against.stale if against else ():
        # A stale entry is one of something that was judged.
        about = next(s for s in results.subjects if where(s) == stale.key[:4])
        yield _result("stale", "error", f"{entry(stale)}: fixed", about, " ".join(stale.key))


def _finding(located: Located) -> dict[str, Any]:
    f, subject = located.finding, located.subject
    cause = f.cause.location if f.cause else ""
    key = f"{f.quantity} {f.argument} {f.verdict} {f.cause.operation if f.cause else ''}"
    result = _result(f.verdict, _LEVELS.get(f.severity, "warning"), _message(located), subject, key, cause)
    result["properties"] = {"severity": f.severity, "ulps": numbers.ulps(f.ulps), "components": f.count}
    if f.known:
        result["suppressions"] = [{"kind": "external", "justification": text.printable(f.known)}]
    return result


def _message(located: Located) -> str:
    f = located.finding
    sentences = [
        f"{name(located.subject)}: {f.verdict} in the {component(f)}",
        f"at {numbers.point(f.point, located.subject.arguments)} expected {f.expected}, got {f.actual}",
        *(part.rstrip(".") for part in (why.sentence(f.cause) if f.cause else "", f.blame, f.advice) if part),
    ]
    return ". ".join(sentences) + "."


def _result(rule: str, level: str, message: str, subject: Subject, key: str, location: str = "") -> dict[str, Any]:
    identity = "\0".join((subject.suite, name(subject), key))
    known = rule if rule in _RULES else "failed"
    return {
        "ruleId": known,
        "ruleIndex": list(_RULES).index(known),
        "level": level,
        "message": {"text": text.printable(message)},
        "locations": [_location(location or subject.location, subject)],
        "partialFingerprints": {"gradcheck/v1": hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()},
    }


def _location(place: str, subject: Subject) -> dict[str, Any]:
    """The file and line of `path:line` where there is one, and the function by name in any case."""
    logical = f"{subject.suite}.{subject.specification}.{subject.implementation}"
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": text.printable(logical), "kind": "function"}]
    }
    if there := why.file_and_line(place):
        path, line = there
        location["physicalLocation"] = {"artifactLocation": _artifact(path), "region": {"startLine": line}}
    return location


def _artifact(path: str) -> dict[str, str]:
    """An absolute path as a file URI, a relative one under SRCROOT."""
    for flavour in (PurePosixPath(path), PureWindowsPath(path)):
        if flavour.is_absolute():
            return {"uri": flavour.as_uri()}
    relative = PureWindowsPath(path).as_posix()
    return {"uri": _quoted(relative), "uriBaseId": "SRCROOT"}


def _quoted(path: str) -> str:
    """`path` percent-encoded, by the rules of `as_uri`."""
    return PurePosixPath("/", path).as_uri().removeprefix("file:///")
