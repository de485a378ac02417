"""Variational autoencoders: log densities, evidence lower bound, K-sample bound, and a whole small model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcheck.reference.bernoulli import BERNOULLI_LOG_DENSITY
from gradcheck.reference.elbo import ELBO
from gradcheck.reference.gaussian import GAUSSIAN_LOG_DENSITY
from gradcheck.reference.iwae import IWAE_BOUND
from gradcheck.reference.vae_model import VAE_MODEL
from gradcheck.specification import ExpectedFinding, Implementation, Specification, Suite
from gradcheck.suites.portable import portable
from gradcheck.suites.seeds import vae_expected as known
from gradcheck.suites.seeds import vae_formulas as formulas
from gradcheck.suites.seeds import vae_model
from gradcheck.suites.seeds.vae_claims import claims


def _of(
    framework: str,
    name: str,
    specification: Specification,
    function: Callable[..., Any],
    expected: tuple[ExpectedFinding, ...] = (),
) -> Implementation:
    return Implementation(
        name=name, specification=specification, framework=framework, function=function, expected=expected
    )


def _plus_1e_18(specification: Specification, formula: Callable[..., Any]) -> tuple[Implementation, ...]:
    under_jit = known.PLUS_1E_18 + known.PLUS_1E_18_UNDER_JIT
    return (
        *portable("plus_1e-18", specification, formula, names=("numpy", "torch"), expected=known.PLUS_1E_18),
        *portable("plus_1e-18", specification, formula, names=("jax",), expected=under_jit),
    )


GAUSSIAN = (
    *portable(
        "divided_by_variance", GAUSSIAN_LOG_DENSITY, formulas.divided_by_variance, expected=known.DIVIDED_BY_VARIANCE
    ),
    *portable("standardised", GAUSSIAN_LOG_DENSITY, formulas.standardised, expected=known.STANDARDISED),
    _of("torch", "distributions_normal", GAUSSIAN_LOG_DENSITY, formulas.torch_normal, known.DIVIDED_BY_VARIANCE),
    _of("jax", "stats_norm", GAUSSIAN_LOG_DENSITY, formulas.jax_normal, known.DIVIDED_BY_VARIANCE),
)
BERNOULLI = (
    *_plus_1e_18(BERNOULLI_LOG_DENSITY, formulas.plus_1e_18),
    *portable("from_logits", BERNOULLI_LOG_DENSITY, formulas.from_logits),
    _of("torch", "with_logits", BERNOULLI_LOG_DENSITY, formulas.torch_with_logits),
    _of("jax", "log_sigmoid", BERNOULLI_LOG_DENSITY, formulas.jax_log_sigmoid),
)
LOWER_BOUND = (
    *_plus_1e_18(ELBO, formulas.elbo_plus_1e_18),
    *portable("from_logits", ELBO, formulas.elbo_from_logits),
)
IWAE = (
    *portable("log_of_mean", IWAE_BOUND, formulas.log_of_mean, expected=known.LOG_OF_MEAN),
    *portable("max_subtracted", IWAE_BOUND, formulas.max_subtracted),
    *portable("mean_of_expm1", IWAE_BOUND, formulas.mean_of_expm1),
    _of("torch", "logsumexp", IWAE_BOUND, formulas.torch_logsumexp, known.LOGSUMEXP),
    _of("jax", "logsumexp", IWAE_BOUND, formulas.jax_logsumexp),
    *portable("surrogate", IWAE_BOUND, formulas.surrogate, expected=known.SURROGATE),
    *portable("surrogate_stopped", IWAE_BOUND, formulas.surrogate_stopped, expected=known.SURROGATE_STOPPED),
)
# Eagerly JAX compiles each operation of a shape alone, more than a hundred here, so it is judged compiled.
MODEL = tuple(
    implementation
    for name, formula in (("repeat_before", vae_model.repeat_before), ("repeat_after", vae_model.repeat_after))
    for names, modes in ((("numpy", "torch"), None), (("jax",), ("jit",)))
    for implementation in portable(name, VAE_MODEL, formula, names=names, modes=modes, expected=known.MODEL_IN_16_BITS)
)
IMPLEMENTATIONS = (*GAUSSIAN, *BERNOULLI, *LOWER_BOUND, *IWAE, *MODEL)

SUITE = Suite(
    name="vae",
    title="Variational and importance weighted autoencoders",
    implementations=IMPLEMENTATIONS,
    claims=claims(IMPLEMENTATIONS),
)
