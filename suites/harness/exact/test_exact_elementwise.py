"""Every elementwise operation against mpmath: enclosures hold the true number, and get thin."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from exact_oracle import contains, derivative, thin
from exact_special_subjects import SUBJECTS
from mpmath import mpf

from gradcheck.exact import gradient_of, value_of
from gradcheck.exact.elementwise import ELEMENTWISE
from gradcheck.exact.namespace import apply


def _definition(operation):
    return lambda xp, *x: apply(operation, *x)


def _cases(operation):
    subject = SUBJECTS[operation]
    return subject, [tuple(np.float64(x) for x in point) for point in subject.points]


def test_every_operation_of_the_table_has_a_subject():
    assert set(SUBJECTS) == set(ELEMENTWISE)


@pytest.mark.parametrize("operation", SUBJECTS)
def test_the_value_lies_in_its_enclosure_and_the_enclosure_gets_thin(operation):
    subject, points = _cases(operation)
    for point in points:
        with mpmath.workdps(subject.digits):
            truth = mpmath.re(subject.value(*(mpf(float(x)) for x in point)))
            error = abs(truth) * mpf(10) ** (-subject.digits // 2)
            for ball in thin(lambda bits, point=point: value_of(_definition(operation), point, bits).item()):
                assert contains(ball, truth, error), (operation, point, mpmath.nstr(truth, 30), ball.str(30))


@pytest.mark.parametrize(("operation", "k"), [(o, k) for o in SUBJECTS for k in range(len(ELEMENTWISE[o].partials))])
def test_each_partial_lies_in_its_enclosure_and_the_enclosure_gets_thin(operation, k):
    subject, points = _cases(operation)
    if not subject.has_slope(k):
        pytest.skip("an operand that is a whole number")
    for point in points:
        with mpmath.workdps(subject.digits):
            truth, error = _slope(subject, point, k)
            if truth is None:
                continue
            balls_ = thin(lambda bits, point=point: gradient_of(_definition(operation), point, [k], bits)[0].item())
            for ball in balls_:
                assert contains(ball, truth, error), (operation, k, point, mpmath.nstr(truth, 30), ball.str(30))


def _slope(subject, point, k):
    x = [mpf(float(p)) for p in point]
    known = subject.slope(k)
    if known is None:
        slope, error = derivative(lambda *x: mpmath.re(subject.value(*x)), tuple(map(float, point)), k, subject.digits)
        return slope, error
    slope = known(*x)
    return (slope, None) if slope is None else (mpmath.re(slope), abs(slope) * mpf(10) ** (-subject.digits // 2))
