"""Coverage of the shadow of torch: log-densities of torch.distributions, as data."""

from __future__ import annotations

import torch
import torch.distributions as d
from covered import Covered, Drawn, of, on

LABELS = torch.tensor([2, 0])
COUNTS = torch.tensor([[1.0, 0.0, 3.0], [2.0, 1.0, 4.0]]).double()

DISTRIBUTIONS: dict[str, Covered] = {
    "Bernoulli": on(lambda p: d.Bernoulli(p).log_prob(COUNTS.clamp(max=1)), "unit"),
    "Bernoulli (logits)": on(lambda x: d.Bernoulli(logits=x).log_prob(COUNTS.clamp(max=1))),
    "Beta": on(lambda a, b, x: d.Beta(a, b).log_prob(x), "positive", "positive", "unit"),
    "Binomial": on(lambda p: d.Binomial(5, p).log_prob(COUNTS), "unit"),
    "Categorical": on(lambda x: d.Categorical(logits=x).log_prob(LABELS)),
    "Categorical (probabilities)": on(lambda p: d.Categorical(p).log_prob(LABELS), "simplex"),
    "Cauchy": on(lambda m, s, x: d.Cauchy(m, s).log_prob(x), "real", "positive", "real"),
    "Chi2": on(lambda k, x: d.Chi2(k).log_prob(x), "positive", "positive"),
    "ContinuousBernoulli": on(lambda p, x: d.ContinuousBernoulli(p).log_prob(x), "unit", "unit"),
    "Dirichlet": on(lambda a, x: d.Dirichlet(a).log_prob(x), "positive", "simplex"),
    "Exponential": on(lambda r, x: d.Exponential(r).log_prob(x), "positive", "positive"),
    "FisherSnedecor": on(lambda a, b, x: d.FisherSnedecor(a, b).log_prob(x), *["positive"] * 3),
    "Gamma": on(lambda a, b, x: d.Gamma(a, b).log_prob(x), *["positive"] * 3),
    "GeneralizedPareto": on(
        lambda s, c, x: d.GeneralizedPareto(torch.zeros_like(s), s, c, validate_args=False).log_prob(x),
        *["positive"] * 3,
    ),
    "Geometric": on(lambda p: d.Geometric(p).log_prob(COUNTS), "unit"),
    "Gumbel": on(lambda m, s, x: d.Gumbel(m, s).log_prob(x), "real", "positive", "real"),
    "HalfCauchy": on(lambda s, x: d.HalfCauchy(s).log_prob(x), "positive", "positive"),
    "HalfNormal": on(lambda s, x: d.HalfNormal(s).log_prob(x), "positive", "positive"),
    "Independent": on(lambda m, x: d.Independent(d.Normal(m, 1.0), 1).log_prob(x), "real", "real"),
    "InverseGamma": on(lambda a, b, x: d.InverseGamma(a, b).log_prob(x), *["positive"] * 3),
    "Kumaraswamy": on(lambda a, b, x: d.Kumaraswamy(a, b).log_prob(x), "positive", "positive", "unit"),
    "LKJCholesky": of(lambda x: d.LKJCholesky(3, 1.5).log_prob(d.CorrCholeskyTransform()(x)), (3,)),
    "Laplace": on(lambda m, s, x: d.Laplace(m, s).log_prob(x), "real", "positive", "real"),
    "LogNormal": on(lambda m, s, x: d.LogNormal(m, s).log_prob(x), "real", "positive", "positive"),
    "LogisticNormal": Covered(
        lambda m, x: d.LogisticNormal(m, torch.ones(2).double()).log_prob(x),
        (Drawn("real", (2,)), Drawn("simplex", (3,))),
    ),
    "LowRankMultivariateNormal": of(
        lambda m, w, x: d.LowRankMultivariateNormal(m, w, torch.ones(3).double()).log_prob(x), (3,), (3, 1), (3,)
    ),
    "MixtureSameFamily": on(
        lambda w, m, x: d.MixtureSameFamily(d.Categorical(logits=w), d.Normal(m, 1.0)).log_prob(x[0, 0]), *["real"] * 3
    ),
    "Multinomial": on(lambda p: d.Multinomial(3, p).log_prob(torch.tensor([2.0, 0.0, 1.0]).double()), "simplex"),
    "MultivariateNormal": Covered(
        lambda m, c, x: d.MultivariateNormal(m, c).log_prob(x),
        (Drawn("real", (3,)), Drawn("definite", (3, 3)), Drawn("real", (3,))),
    ),
    "NegativeBinomial": on(lambda n, x: d.NegativeBinomial(n, logits=x).log_prob(COUNTS), "positive", "real"),
    "Normal": on(lambda m, s, x: d.Normal(m, s).log_prob(x), "real", "positive", "real"),
    "OneHotCategorical": on(lambda x: d.OneHotCategorical(logits=x).log_prob(torch.eye(3).double()[LABELS])),
    "OneHotCategoricalStraightThrough": on(
        lambda x: d.OneHotCategoricalStraightThrough(logits=x).log_prob(torch.eye(3).double()[LABELS])
    ),
    "Pareto": on(lambda a, x: d.Pareto(0.01, a).log_prob(x), "positive", "positive"),
    "Poisson": on(lambda r: d.Poisson(r).log_prob(COUNTS), "positive"),
    "RelaxedBernoulli": on(
        lambda x, y: d.RelaxedBernoulli(torch.tensor(0.7).double(), logits=x).log_prob(y), "real", "unit"
    ),
    "RelaxedOneHotCategorical": on(
        lambda x, y: d.RelaxedOneHotCategorical(torch.tensor(0.7).double(), logits=x).log_prob(y), "real", "simplex"
    ),
    "StudentT": on(lambda k, m, s, x: d.StudentT(k, m, s).log_prob(x), "positive", "real", "positive", "real"),
    "TransformedDistribution": on(
        lambda m, x: d.TransformedDistribution(d.Normal(m, 1.0), [d.SigmoidTransform()]).log_prob(x), "real", "unit"
    ),
    "Uniform": on(lambda a, x: d.Uniform(-a, a + 2).log_prob(x), "positive", "unit"),
    "VonMises": on(lambda m, k, x: d.VonMises(m, k).log_prob(x), "real", "positive", "real"),
    "Weibull": on(lambda s, k, x: d.Weibull(s, k).log_prob(x), *["positive"] * 3),
    "Wishart": Covered(
        lambda c, x: d.Wishart(torch.tensor(4.0).double(), c).log_prob(x),
        (Drawn("definite", (2, 2)), Drawn("definite", (2, 2))),
    ),
}
