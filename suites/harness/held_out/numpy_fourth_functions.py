"""Statistics, econometrics and learning as users of NumPy write them, some with a gradient by hand, most failing."""

from __future__ import annotations

import math

import numpy as np


# Values
def f_statistic(residual, total):
    determination = 1.0 - residual / total
    return (determination / 2.0) / ((1.0 - determination) / 10.0)


def theil_index(incomes):
    share = incomes / np.mean(incomes)
    return np.mean(share * np.log(share))


def central_binomial(n):
    whole = np.sqrt(4.0 * math.pi * n) * (2.0 * n / math.e) ** (2.0 * n)
    half = np.sqrt(2.0 * math.pi * n) * (n / math.e) ** n
    return whole / half**2


def inclusive_value(utilities, scale):
    return scale * np.log(np.sum(np.exp(utilities / scale)))


def slope_by_sums(x, y):
    count = x.shape[0]
    return (count * np.sum(x * y) - np.sum(x) * np.sum(y)) / (count * np.sum(x**2) - np.sum(x) ** 2)


def welch_freedom(variances, counts):
    terms = variances / counts
    return np.sum(terms) ** 2 / np.sum(terms**2 / (counts - 1.0))


def akaike_weights(criteria):
    relative = np.exp(-0.5 * criteria)
    return relative / np.sum(relative)


def complementary_log_log(p):
    return np.log(-np.log(1.0 - p))


def bernoulli_divergence(p, q):
    return p * np.log(p / q) + (1.0 - p) * np.log((1.0 - p) / (1.0 - q))


def excess_kurtosis(x):
    centred = x - np.mean(x)
    return np.mean(centred**4) / np.mean(centred**2) ** 2 - 3.0


def perplexity(likelihoods):
    return np.prod(likelihoods) ** (-1.0 / likelihoods.shape[0])


def collision_probability(items, buckets):
    return 1.0 - np.exp(-items * (items - 1.0) / (2.0 * buckets))


def kelly_growth(fraction, odds, chance):
    return chance * np.log(1.0 + fraction * odds) + (1.0 - chance) * np.log(1.0 - fraction)


def power_utility(consumption, aversion):
    return (consumption ** (1.0 - aversion) - 1.0) / (1.0 - aversion)


def control_weight(score):
    """Of one who was not treated; none where everybody is."""
    propensity = 1.0 / (1.0 + np.exp(-score))
    return np.where(propensity < 1.0, 1.0 + np.exp(score), 0.0)


def log_odds_ratio(table):
    return np.log(table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]))


def logistic_density(x):
    return np.exp(-x) / (1.0 + np.exp(-x)) ** 2


# Values with a gradient by hand
def bradley_terry(winner, loser):
    return np.logaddexp(0.0, loser - winner)


def bradley_terry_gradient(winner, loser):
    upset = np.exp(loser) / (np.exp(winner) + np.exp(loser))
    return -upset, upset


def cox_loss(risk_scores):
    """The first of those at risk dies."""
    top = np.max(risk_scores)
    return top + np.log(np.sum(np.exp(risk_scores - top))) - risk_scores[0]


def cox_loss_gradient(risk_scores):
    hazard = np.exp(risk_scores)
    return (hazard / np.sum(hazard) - np.array([1.0, 0.0], dtype=risk_scores.dtype),)


def positive_class_loss(score):
    return np.logaddexp(0.0, -score)


def positive_class_loss_gradient(score):
    p = 1.0 / (1.0 + np.exp(-score))
    return ((p - 1.0) / (p * (1.0 - p)) * (p * (1.0 - p)),)


def ridge_loss(means, observed):
    return np.sum((means - observed) ** 2) + 0.5 * np.sum(means**2)


def ridge_loss_gradient(means, observed):
    """The slope of the penalty should be `means`."""
    return 2.0 * (means - observed) + 0.5 * means, -2.0 * (means - observed)


def first_share(logits):
    weights = np.exp(logits - np.max(logits))
    return weights[0] / np.sum(weights)


def first_share_gradient(logits):
    """Only the diagonal of the softmax's Jacobian."""
    weights = np.exp(logits - np.max(logits))
    p = weights / np.sum(weights)
    return (p * (1.0 - p),)


def entropy_in_bits(p):
    return -np.sum(p * np.log2(p))


def entropy_in_bits_gradient(p):
    """The 1 is that of the natural logarithm."""
    return (-(np.log2(p) + 1.0),)


def linear_tailed_mean(predictor):
    return np.where(predictor > 0.0, 1.0 + predictor, np.exp(np.minimum(predictor, 0.0)))


def linear_tailed_mean_gradient(predictor):
    above = (predictor > 0.0).astype(predictor.dtype)
    return (above + (1.0 - above) * np.exp(predictor),)


def stabilised_count(x):
    return np.where(x > 1.0, 2.0 * np.sqrt(np.maximum(x, 1.0)), x + 1.0)


def stabilised_count_gradient(x):
    above = (x > 1.0).astype(x.dtype)
    return (above * x**-0.5 + (1.0 - above),)


def price_dispersion(prices):
    return np.sqrt(np.mean((prices - np.mean(prices)) ** 2))


def price_dispersion_gradient(prices):
    deviation = np.sqrt(np.mean(prices**2) - np.mean(prices) ** 2)
    return ((prices - np.mean(prices)) / (deviation * prices.shape[0]),)


def softsign(x):
    return x / (1.0 + np.abs(x))


def softsign_gradient(x):
    below = 1.0 + np.abs(x)
    return ((below - np.abs(x)) / below**2,)


def pooled_likelihood(first, second):
    return np.sqrt(first) * np.sqrt(second)


def pooled_likelihood_gradient(first, second):
    pooled = np.sqrt(first * second)
    return 0.5 * second / pooled, 0.5 * first / pooled


def wald_nll(x, mean):
    """Of the inverse Gaussian of shape 1."""
    return 0.5 * ((x - mean) / mean) ** 2 / x + 1.5 * np.log(x)


def wald_nll_gradient(x, mean):
    return 0.5 / mean**2 - 0.5 / x**2 + 1.5 / x, (mean - x) / mean**3


def class_surprise(p):
    return -np.log(p[0])


def class_surprise_gradient(p):
    label = np.array([1.0, 0.0], dtype=p.dtype)
    return (-(label / p),)


def nelson_siegel_slope(x):
    return -np.expm1(-x) / x


def nelson_siegel_slope_gradient(x):
    return (((1.0 + x) * np.exp(-x) - 1.0) / x**2,)


def weibull_cumulative_hazard(time, shape):
    return time**shape


def weibull_cumulative_hazard_gradient(time, shape):
    return shape * time ** (shape - 1.0), time**shape * np.log(time)


def gumbel_nll(z):
    return z + np.exp(-z)


def gumbel_nll_gradient(z):
    return (1.0 - np.exp(-z),)


def cauchy_nll(z):
    return 2.0 * np.log(np.hypot(1.0, z))


def cauchy_nll_gradient(z):
    return (2.0 * z / (1.0 + z**2),)


# Nothing is wrong with these
def log_partition(scores):
    top = np.max(scores)
    return top + np.log(np.sum(np.exp(scores - top)))


def log_partition_gradient(scores):
    return (np.exp(scores - log_partition(scores)),)


def sample_variance(x):
    return np.mean((x - np.mean(x)) ** 2)


def sample_variance_gradient(x):
    return (2.0 * (x - np.mean(x)) / x.shape[0],)


def margin_loss(margin):
    return np.sum(np.maximum(0.0, 1.0 - margin))


def margin_loss_gradient(margin):
    return (np.where(margin < 1.0, np.full_like(margin, -1.0), np.zeros_like(margin)),)


def root_link(mean):
    return 2.0 * np.sqrt(mean)


def root_link_gradient(mean):
    return (1.0 / np.sqrt(mean),)


def smoothed_surprise(p):
    return -np.log(p + 1e-20)


def residual_sum_of_squares(residuals):
    return np.sum(residuals**2)


def relative_risk(treated, control):
    return treated / control


def accurate_kelly_growth(fraction, odds, chance):
    return chance * np.log1p(fraction * odds) + (1.0 - chance) * np.log1p(-fraction)


def excess_return(asset, benchmark):
    return asset - benchmark


def no_event_probability(rate, exposure):
    return np.exp(-rate * exposure)
