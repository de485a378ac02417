"""The log-densities of torch.distributions."""

from __future__ import annotations

from typing import Any

import torch
import torch.distributions as d

from gradcheck.inputs.argument import Argument
from gradcheck.suites.libraries.domains import GRID, MATRIX, OPENS, POSITIVES, SIMPLEX, UNITS, definite, real
from gradcheck.suites.libraries.table import WIDE, Table, limited, on

LABELS = torch.tensor([2, 0])
COUNTS = torch.tensor([[1.0, 0.0, 3.0], [2.0, 1.0, 4.0]])
NONNEGATIVES = Argument("nonnegative", GRID)
ABOVE = Argument("[0.5, inf)", GRID)


def _counts(like: torch.Tensor) -> torch.Tensor:
    return COUNTS.to(like.dtype)


def _bits(like: torch.Tensor) -> torch.Tensor:
    return _counts(like).clamp(max=1)


def _one_hot(like: torch.Tensor) -> torch.Tensor:
    return torch.eye(3, dtype=like.dtype)[LABELS]


def _scalar(number: float, like: torch.Tensor) -> torch.Tensor:
    return torch.tensor(number, dtype=like.dtype)


def _low_rank(m: Any, w: Any, x: Any) -> Any:
    return d.LowRankMultivariateNormal(m, w, torch.ones(3, dtype=m.dtype)).log_prob(x)


def _mixture(w: Any, m: Any, x: Any) -> Any:
    return d.MixtureSameFamily(d.Categorical(logits=w), d.Normal(m, 1.0)).log_prob(x[0, 0])


def _of_a_rounded_simplex(distribution: Any, *parameters: Any) -> Any:
    """Validation wants a sum within 1e-6 of 1, which the nearest numbers in 16 bits do not have."""
    return distribution(*parameters, validate_args=False)


_DISTRIBUTIONS: Table = {
    "Bernoulli": on(UNITS, call=lambda p: d.Bernoulli(p).log_prob(_bits(p))),
    "Bernoulli (logits)": on(MATRIX, call=lambda x: d.Bernoulli(logits=x).log_prob(_bits(x))),
    "Beta": on(POSITIVES, POSITIVES, OPENS, call=lambda a, b, x: d.Beta(a, b).log_prob(x)),
    "Binomial": on(UNITS, call=lambda p: d.Binomial(5, p).log_prob(_counts(p))),
    "Categorical": on(MATRIX, call=lambda x: d.Categorical(logits=x).log_prob(LABELS)),
    "Categorical (probabilities)": on(SIMPLEX, call=lambda p: _of_a_rounded_simplex(d.Categorical, p).log_prob(LABELS)),
    "Cauchy": on(MATRIX, POSITIVES, MATRIX, call=lambda m, s, x: d.Cauchy(m, s).log_prob(x)),
    "Chi2": on(POSITIVES, POSITIVES, call=lambda k, x: d.Chi2(k).log_prob(x)),
    "ContinuousBernoulli": on(OPENS, UNITS, call=lambda p, x: d.ContinuousBernoulli(p).log_prob(x)),
    "Dirichlet": on(
        Argument("positive", (3,)),
        Argument("simplex", (3,)),
        call=lambda a, x: _of_a_rounded_simplex(d.Dirichlet, a).log_prob(x),
    ),
    "Exponential": on(POSITIVES, NONNEGATIVES, call=lambda r, x: d.Exponential(r).log_prob(x)),
    "FisherSnedecor": on(POSITIVES, POSITIVES, POSITIVES, call=lambda a, b, x: d.FisherSnedecor(a, b).log_prob(x)),
    "Gamma": on(POSITIVES, POSITIVES, POSITIVES, call=lambda a, b, x: d.Gamma(a, b).log_prob(x)),
    "GeneralizedPareto": on(
        POSITIVES,
        POSITIVES,
        POSITIVES,
        call=lambda s, c, x: d.GeneralizedPareto(torch.zeros_like(s), s, c, validate_args=False).log_prob(x),
        dtypes=("float32",),  # it raises in float64: "Double did not match Float"
    ),
    "Geometric": on(OPENS, call=lambda p: d.Geometric(p).log_prob(_counts(p))),
    "Gumbel": on(MATRIX, POSITIVES, MATRIX, call=lambda m, s, x: d.Gumbel(m, s).log_prob(x)),
    "HalfCauchy": on(POSITIVES, NONNEGATIVES, call=lambda s, x: d.HalfCauchy(s).log_prob(x)),
    "HalfNormal": on(POSITIVES, NONNEGATIVES, call=lambda s, x: d.HalfNormal(s).log_prob(x)),
    "Independent": on(MATRIX, MATRIX, call=lambda m, x: d.Independent(d.Normal(m, 1.0), 1).log_prob(x)),
    "InverseGamma": on(POSITIVES, POSITIVES, POSITIVES, call=lambda a, b, x: d.InverseGamma(a, b).log_prob(x)),
    "Kumaraswamy": on(POSITIVES, POSITIVES, OPENS, call=lambda a, b, x: d.Kumaraswamy(a, b).log_prob(x)),
    "LKJCholesky": on(real(3), call=lambda x: d.LKJCholesky(3, 1.5).log_prob(d.CorrCholeskyTransform()(x))),
    "Laplace": on(MATRIX, POSITIVES, MATRIX, call=lambda m, s, x: d.Laplace(m, s).log_prob(x)),
    "LogNormal": on(MATRIX, POSITIVES, POSITIVES, call=lambda m, s, x: d.LogNormal(m, s).log_prob(x)),
    "LogisticNormal": on(
        real(2),
        Argument("simplex", (3,)),
        call=lambda m, x: d.LogisticNormal(m, torch.ones_like(m), validate_args=False).log_prob(x),
    ),
    "LowRankMultivariateNormal": on(real(3), real(3, 1), real(3), call=_low_rank),
    "MixtureSameFamily": on(MATRIX, MATRIX, MATRIX, call=_mixture),
    "Multinomial": on(
        SIMPLEX,
        call=lambda p: d.Multinomial(3, p, validate_args=False).log_prob(torch.tensor([2, 0, 1], dtype=p.dtype)),
    ),
    "MultivariateNormal": on(
        real(3), definite(3), real(3), call=lambda m, c, x: d.MultivariateNormal(m, c).log_prob(x)
    ),
    "NegativeBinomial": on(POSITIVES, MATRIX, call=lambda n, x: d.NegativeBinomial(n, logits=x).log_prob(_counts(x))),
    "Normal": on(MATRIX, POSITIVES, MATRIX, call=lambda m, s, x: d.Normal(m, s).log_prob(x)),
    "OneHotCategorical": on(MATRIX, call=lambda x: d.OneHotCategorical(logits=x).log_prob(_one_hot(x))),
    "OneHotCategoricalStraightThrough": on(
        MATRIX, call=lambda x: d.OneHotCategoricalStraightThrough(logits=x).log_prob(_one_hot(x))
    ),
    "Pareto": on(POSITIVES, ABOVE, call=lambda a, x: d.Pareto(0.5, a).log_prob(x)),
    "Poisson": on(POSITIVES, call=lambda r: d.Poisson(r).log_prob(_counts(r))),
    "RelaxedBernoulli": on(MATRIX, OPENS, call=lambda x, y: d.RelaxedBernoulli(_scalar(0.7, x), logits=x).log_prob(y)),
    "RelaxedOneHotCategorical": on(
        real(3),
        Argument("simplex", (3,)),
        call=lambda x, y: d.RelaxedOneHotCategorical(_scalar(0.7, x), logits=x, validate_args=False).log_prob(y),
    ),
    "StudentT": on(POSITIVES, MATRIX, POSITIVES, MATRIX, call=lambda k, m, s, x: d.StudentT(k, m, s).log_prob(x)),
    "TransformedDistribution": on(
        MATRIX,
        OPENS,
        call=lambda m, x: d.TransformedDistribution(d.Normal(m, 1.0), [d.SigmoidTransform()]).log_prob(x),
    ),
    "Uniform": on(POSITIVES, OPENS, call=lambda a, x: d.Uniform(-a, a + 2).log_prob(x)),
    "VonMises": on(MATRIX, POSITIVES, MATRIX, call=lambda m, k, x: d.VonMises(m, k).log_prob(x)),
    "Weibull": on(POSITIVES, POSITIVES, POSITIVES, call=lambda s, k, x: d.Weibull(s, k).log_prob(x)),
    "Wishart": on(definite(2), definite(2), call=lambda c, x: d.Wishart(_scalar(4.0, c), c).log_prob(x)),
}
# In 16 bits a density is a matter of few digits, and torch has no Cholesky factors.
DISTRIBUTIONS = limited(WIDE, _DISTRIBUTIONS)
