"""Every finding of the committed baselines is still there at its point, and has a script that shows it."""

from __future__ import annotations

from itertools import groupby

import pytest

pytest.importorskip("torch")
pytest.importorskip("torchmetrics")
pytest.importorskip("optax")

import library_findings
import torch
from interpreter import Interpreter

from gradcheck import baseline_file, suites
from gradcheck.baseline import REGIME
from gradcheck.explain.snippet import snippet
from gradcheck.finding import array_of, as_met, gather, text
from gradcheck.inputs.points import Point
from gradcheck.judging import target_of
from gradcheck.recorded import judge_recorded

if torch.backends.cpu.get_cpu_capability() == "DEFAULT":
    pytest.skip(
        "without AVX2 sums are added in another order, and some of these fail elsewhere", allow_module_level=True
    )


def _entries():
    for library in suites.LIBRARIES:
        entries = baseline_file.load(library_findings.BASELINES / f"{library}-baseline.toml").entries
        for function, of_function in groupby(entries, lambda entry: entry.function):
            yield pytest.param(library, function, tuple(of_function), id=function)


@pytest.fixture(scope="module")
def interpreter():
    started = Interpreter()
    yield started
    started.close()


@pytest.mark.parametrize(("library", "function", "entries"), list(_entries()))
def test_a_finding_is_there_and_its_script_shows_it(library, function, entries, interpreter):
    made = next(i for i in suites.load(library).implementations if f"{i.specification.name}/{i.name}" == function)
    target = target_of(made)
    for entry in entries:
        seen = judge_recorded(target, [Point(REGIME, tuple(map(array_of, entry.point)))], entry.dtype, entry.mode)
        found = gather(as_met(seen.failures), target, entry.dtype, entry.mode)
        (record,) = [r for r in found if (r.quantity, r.argument_name or "", r.verdict) == _meant(entry)]
        script = snippet(made.function, made.framework, record, target.truths.differentiated, made.gradient)
        assert 0 < len(script.splitlines()) <= 15
        shown = interpreter.run(script)
        assert shown.startswith("actual "), shown
        assert _answer(shown, entry) == (record.actual if record.verdict != "raised" else "raised"), shown


def _meant(entry):
    return entry.quantity, entry.argument, entry.verdict


def _answer(shown, entry):
    word = shown.split()[1]
    return "raised" if "Error(" in word else text(float(word), entry.dtype)
