"""Where a specification has a definition, its shadow gives the same truth: the formula is watched as it is written."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import dtypes, frameworks
from gradcheck.exact import certify, record
from gradcheck.inputs import points
from gradcheck.reference.bernoulli import BERNOULLI_LOG_DENSITY
from gradcheck.reference.elbo import ELBO
from gradcheck.reference.gaussian import GAUSSIAN_LOG_DENSITY
from gradcheck.reference.iwae import IWAE_BOUND
from gradcheck.shadow import watch

SPECIFICATIONS = (BERNOULLI_LOG_DENSITY, ELBO, GAUSSIAN_LOG_DENSITY, IWAE_BOUND)
REGIMES = ("zeros", "typical", "large", "tiny")


@pytest.mark.parametrize("specification", SPECIFICATIONS, ids=lambda s: s.name)
@pytest.mark.parametrize("framework", ["numpy", "jax"])
def test_definition_and_shadow_agree(framework, specification):
    f, arguments = dtypes.format_of("float64"), specification.arguments
    chosen = [k for k, argument in enumerate(arguments) if argument.differentiate]
    xp = frameworks.get(framework).namespace()

    def naive(*arrays):
        return specification.definition(xp, *arrays)

    for regime in REGIMES:
        point = points.make(arguments, "float64", regimes=[regime])[0]
        written = certify(record(specification.definition, [a.shape for a in point.arrays]), point.arrays, chosen, f)
        watched = certify(watch(framework, naive, point.arrays, "float64", chosen), point.arrays, chosen, f)
        for a, b in zip([written.value, *written.gradient], [watched.value, *watched.gradient], strict=True):
            np.testing.assert_array_equal(a.kinds, b.kinds)
            # the constants differ: exact doubles here, what the dtype and the definition make of them there
            np.testing.assert_allclose(a.expected, b.expected, rtol=4e-16)
