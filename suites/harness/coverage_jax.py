"""What shadow truth covers of JAX and Optax: each function, how it is called, and the domains of its arguments.

`CASES` has an entry for everything public of `MODULES` that computes a float array; `NOT_COVERED` names
the operation that is missing; `NOT_MATHEMATICS` is what is no function of float arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.special as special
import jax.scipy.stats as stats
import numpy as np
import optax

from gradcheck.inputs.argument import Argument

MODULES = {"optax": optax.losses, "nn": jax.nn, "special": special, "stats": stats}


@dataclass(frozen=True)
class Case:
    """A function of arrays, one argument for each, and how closely JAX itself follows the mathematics."""

    function: Callable[..., Any]
    arguments: tuple[Argument, ...]
    tolerance: float = 1e-9


def _case(function: Callable[..., Any], *arguments: tuple[Any, ...], tolerance: float = 1e-9) -> Case:
    return Case(function, tuple(Argument(*argument) for argument in arguments), tolerance)


REAL, MATRIX, POSITIVE = ("real", (4,)), ("real", (2, 3)), ("positive", (4,))
SIMPLEX, UNIT, SIGNS, BITS = (
    ("simplex", (2, 3)),
    ("probability", (4,)),
    ("{-1, 1}", (4,), False),
    ("{0, 1}", (4,), False),
)
OPEN, COUNTS, INSIDE = ("(0.1, 0.9)", (4,)), ("{0, 1, 2, 5}", (4,), False), ("(-1, 1)", (4,))
ONE_HOT, LABELS = np.eye(3)[[0, 2]], np.array([0, 2])
TOKENS, FRAMES = np.array([[1, 2]]), np.zeros((1, 4))


def _fenchel_young(scores: Any, targets: Any) -> Any:
    return optax.losses.make_fenchel_young_loss(jax.nn.logsumexp)(scores, targets)


def _ctc(logits: Any) -> Any:
    return optax.losses.ctc_loss(logits, jnp.asarray(FRAMES), TOKENS, jnp.zeros((1, 2)))


def _ctc_forward(logits: Any) -> Any:
    return optax.losses.ctc_loss_with_forward_probs(logits, jnp.asarray(FRAMES), TOKENS, jnp.zeros((1, 2)))[0]


LOSSES = {
    "optax.binary_dice_loss": _case(optax.losses.binary_dice_loss, MATRIX, ("{0, 1}", (2, 3), False)),
    "optax.convex_kl_divergence": _case(optax.losses.convex_kl_divergence, MATRIX, SIMPLEX),
    "optax.cosine_distance": _case(optax.losses.cosine_distance, MATRIX, MATRIX),
    "optax.cosine_similarity": _case(optax.losses.cosine_similarity, MATRIX, MATRIX),
    "optax.ctc_loss": _case(_ctc, ("real", (1, 4, 3))),
    "optax.ctc_loss_with_forward_probs": _case(_ctc_forward, ("real", (1, 4, 3))),
    "optax.dice_loss": _case(optax.losses.dice_loss, ("real", (2, 3, 2)), ("simplex", (2, 3, 2))),
    "optax.generalized_kl_divergence": _case(optax.losses.generalized_kl_divergence, MATRIX, SIMPLEX),
    "optax.hinge_loss": _case(optax.losses.hinge_loss, REAL, SIGNS),
    "optax.huber_loss": _case(optax.losses.huber_loss, REAL, REAL),
    "optax.kl_divergence": _case(optax.losses.kl_divergence, MATRIX, SIMPLEX),
    "optax.kl_divergence_with_log_targets": _case(optax.losses.kl_divergence_with_log_targets, MATRIX, MATRIX),
    "optax.l2_loss": _case(optax.losses.l2_loss, REAL, REAL),
    "optax.log_cosh": _case(optax.losses.log_cosh, REAL, REAL),
    "optax.make_fenchel_young_loss": _case(_fenchel_young, REAL, REAL),
    "optax.multiclass_generalized_dice_loss": _case(
        optax.losses.multiclass_generalized_dice_loss, ("real", (2, 3, 2)), ("simplex", (2, 3, 2))
    ),
    "optax.multiclass_hinge_loss": _case(lambda x: optax.losses.multiclass_hinge_loss(x, LABELS), MATRIX),
    "optax.multiclass_perceptron_loss": _case(lambda x: optax.losses.multiclass_perceptron_loss(x, LABELS), MATRIX),
    "optax.multiclass_sparsemax_loss": _case(lambda x: optax.losses.multiclass_sparsemax_loss(x, LABELS), MATRIX),
    "optax.ntxent": _case(lambda x: optax.losses.ntxent(x, np.array([0, 1, 0, 1])), ("real", (4, 3))),
    "optax.perceptron_loss": _case(optax.losses.perceptron_loss, REAL, SIGNS),
    "optax.poly_loss_cross_entropy": _case(optax.losses.poly_loss_cross_entropy, MATRIX, SIMPLEX),
    "optax.ranking_softmax_loss": _case(optax.losses.ranking_softmax_loss, MATRIX, SIMPLEX),
    "optax.safe_softmax_cross_entropy": _case(optax.losses.safe_softmax_cross_entropy, MATRIX, SIMPLEX),
    "optax.sigmoid_binary_cross_entropy": _case(optax.losses.sigmoid_binary_cross_entropy, REAL, UNIT),
    "optax.sigmoid_focal_loss": _case(optax.losses.sigmoid_focal_loss, REAL, BITS),
    "optax.smooth_labels": _case(lambda x: optax.losses.smooth_labels(x, 0.1), SIMPLEX),
    "optax.softmax_cross_entropy": _case(optax.losses.softmax_cross_entropy, MATRIX, SIMPLEX),
    "optax.softmax_cross_entropy_with_integer_labels": _case(
        lambda x: optax.losses.softmax_cross_entropy_with_integer_labels(x, LABELS), MATRIX
    ),
    "optax.sparsemax_loss": _case(optax.losses.sparsemax_loss, REAL, BITS),
    "optax.squared_error": _case(optax.losses.squared_error, REAL, REAL),
    "optax.triplet_margin_loss": _case(optax.losses.triplet_margin_loss, MATRIX, MATRIX, MATRIX),
}


def _attention(q: Any, k: Any, v: Any) -> Any:
    return jax.nn.dot_product_attention(q, k, v, is_causal=True)


_UNARY_ACTIVATIONS = (
    *("celu", "elu", "gelu", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "identity", "leaky_relu"),
    *("log_sigmoid", "log_softmax", "logmeanexp", "logsumexp", "mish", "relu", "relu6", "selu", "sigmoid", "silu"),
    *("soft_sign", "softplus", "sparse_plus", "sparse_sigmoid", "squareplus", "standardize", "swish"),
    *("tanh", "glu"),
)
ACTIVATIONS = {
    **{f"nn.{name}": _case(getattr(jax.nn, name), REAL) for name in _UNARY_ACTIVATIONS},
    "nn.gelu, exact": _case(lambda x: jax.nn.gelu(x, approximate=False), REAL),
    "nn.log1mexp": _case(jax.nn.log1mexp, POSITIVE),
    # attention takes its softmax in float32, whatever it is given
    "nn.dot_product_attention": _case(_attention, *[("real", (1, 3, 1, 2))] * 3, tolerance=1e-6),
    "nn.softmax": _case(lambda x: jax.nn.softmax(x)[:2], REAL),  # the sum of all has gradient 0
    "nn.softmax, where": _case(lambda x: jax.nn.softmax(x, where=np.array([1, 1, 0, 1], bool))[:2], REAL),
    "linalg.norm": _case(jnp.linalg.norm, MATRIX),
    "linalg.norm, ord=1": _case(lambda x: jnp.linalg.norm(x, 1, axis=-1), MATRIX),
    "linalg.norm, ord=3": _case(lambda x: jnp.linalg.norm(x, 3, axis=-1), MATRIX),
    "linalg.norm, ord=inf": _case(lambda x: jnp.linalg.norm(x, jnp.inf, axis=-1), MATRIX),
}

SPECIAL = {
    **{f"special.{name}": _case(getattr(special, name), REAL) for name in (
        *("erf", "erfc", "erfcx", "expit", "i0", "i0e", "i1", "i1e", "log_ndtr", "log_softmax", "logsumexp", "ndtr"),
        *("dawsn",),
    )},
    **{f"special.{name}": _case(getattr(special, name), POSITIVE) for name in (
        *("digamma", "entr", "factorial", "gamma", "gammaln", "loggamma"),
    )},
    **{f"special.{name}": _case(getattr(special, name), POSITIVE, POSITIVE) for name in (
        *("beta", "betaln", "boxcox", "boxcox1p", "comb", "gammainc", "gammaincc", "kl_div", "poch", "rel_entr"),
        *("xlog1py", "xlogy"),
    )},
    **{f"special.{name}": _case(getattr(special, name), OPEN) for name in ("logit", "ndtri")},
    "special.softmax": _case(lambda x: special.softmax(x)[:2], REAL),
    "special.erfinv": _case(special.erfinv, INSIDE),
    "special.bessel_jn": _case(lambda x: special.bessel_jn(x, v=1)[1], ("[1, 5]", (1,))),
    "special.betainc": _case(special.betainc, ("[0.5, 3]", (4,), False), ("[0.5, 3]", (4,), False), OPEN),
    # between 1 and 2 the gradient that JAX computes is nan
    "special.spence": _case(special.spence, ("(2, 9)", (4,))),
    "special.expi": _case(special.expi, ("[1.5, 3]", (1,))),
    "special.exp1": _case(special.exp1, ("[1.5, 3]", (1,))),
    "special.expn": _case(lambda x: special.expn(2, x), ("[1.5, 3]", (1,))),
    "special.fresnel": _case(lambda x: special.fresnel(x)[0], REAL),
    "special.hyp1f1": _case(lambda x: special.hyp1f1(1.5, 2.5, x), ("(0.1, 0.5)", (1,))),
    "special.hyp2f1": _case(lambda x: special.hyp2f1(0.5, 1.5, 2.5, x), ("(0.1, 0.5)", (1,))),
    "special.multigammaln": _case(lambda x: special.multigammaln(x, 2), ("(2, 9)", (4,))),
    "special.owens_t": _case(special.owens_t, REAL, OPEN),
    "special.polygamma": _case(lambda x: special.polygamma(2, x), POSITIVE),
    "special.sici": _case(lambda x: special.sici(x)[0], POSITIVE),
    "special.zeta": _case(lambda q: special.zeta(2.5, q), POSITIVE),
}  # fmt: skip

RATES = ("[0.5, 3]", (4,))
DISTRIBUTIONS = {
    "stats.bernoulli": _case(stats.bernoulli.logpmf, BITS, OPEN),
    "stats.beta": _case(stats.beta.logpdf, OPEN, RATES, RATES),
    "stats.betabinom": _case(lambda k, a, b: stats.betabinom.logpmf(k, 6, a, b), COUNTS, RATES, RATES),
    "stats.binom": _case(lambda k, p: stats.binom.logpmf(k, 6, p), COUNTS, OPEN),
    "stats.cauchy": _case(stats.cauchy.logpdf, REAL, REAL, POSITIVE),
    "stats.chi2": _case(stats.chi2.logpdf, POSITIVE, RATES),
    "stats.dirichlet": _case(stats.dirichlet.logpdf, ("simplex", (3,)), ("[0.5, 3]", (3,))),
    "stats.expon": _case(stats.expon.logpdf, POSITIVE),
    "stats.gamma": _case(stats.gamma.logpdf, POSITIVE, RATES),
    "stats.gennorm": _case(stats.gennorm.logpdf, REAL, RATES),
    "stats.geom": _case(stats.geom.logpmf, ("{1, 2, 5}", (4,), False), OPEN),
    "stats.gumbel_l": _case(stats.gumbel_l.logpdf, REAL),
    "stats.gumbel_r": _case(stats.gumbel_r.logpdf, REAL),
    "stats.laplace": _case(stats.laplace.logpdf, REAL, REAL, POSITIVE),
    "stats.logistic": _case(stats.logistic.logpdf, REAL),
    "stats.multinomial": _case(lambda p: stats.multinomial.logpmf(np.array([1, 2, 0]), 3, p), ("simplex", (3,))),
    "stats.nbinom": _case(lambda k, p: stats.nbinom.logpmf(k, 3.5, p), COUNTS, OPEN),
    "stats.norm": _case(stats.norm.logpdf, REAL, REAL, POSITIVE),
    "stats.norm, logcdf": _case(stats.norm.logcdf, REAL),
    "stats.pareto": _case(stats.pareto.logpdf, ("(2, 9)", (4,)), RATES),
    "stats.poisson": _case(stats.poisson.logpmf, COUNTS, RATES),
    "stats.sem": _case(stats.sem, REAL),
    "stats.t": _case(stats.t.logpdf, REAL, RATES),
    "stats.truncnorm": _case(lambda x: stats.truncnorm.logpdf(x, -2.0, 2.0), INSIDE),
    "stats.uniform": _case(stats.uniform.logpdf, OPEN),
    "stats.vonmises": _case(stats.vonmises.logpdf, REAL, RATES),
    "stats.wrapcauchy": _case(stats.wrapcauchy.logpdf, POSITIVE, OPEN),
}

CASES: dict[str, Case] = {**LOSSES, **ACTIVATIONS, **SPECIAL, **DISTRIBUTIONS}

# what the shadow refuses -> the operation it names
NOT_COVERED: dict[str, tuple[Case, str]] = {
    "stats.multivariate_normal": (
        _case(lambda x: stats.multivariate_normal.logpdf(x, jnp.zeros(3), jnp.eye(3) + x[0] ** 2), ("real", (3,))),
        "cholesky",
    ),
    "linalg.det": (_case(lambda x: jnp.linalg.slogdet(x)[1], ("real", (4, 4))), "lu"),
    "linalg.eigvalsh": (_case(jnp.linalg.eigvalsh, ("real", (2, 2))), "eigh"),
    "linalg.norm, ord=nuc": (_case(lambda x: jnp.linalg.norm(x, "nuc"), MATRIX), "svd"),
    "linalg.inv": (_case(jnp.linalg.inv, ("real", (2, 2))), "lu"),
    "linalg.qr": (_case(lambda x: jnp.linalg.qr(x)[1], ("real", (2, 2))), "qr"),
    "fft.rfft": (_case(lambda x: jnp.abs(jnp.fft.rfft(x)), REAL), "fft"),
    "lax.nextafter": (_case(lambda x: jax.lax.nextafter(x, 2 * x), REAL), "nextafter"),
}

# public names that compute no float array from float arrays, or are no formula
NOT_MATHEMATICS: dict[str, str] = {
    "nn.get_scaled_dot_general_config": "makes a configuration",
    "nn.initializers": "a module that draws random numbers",
    "nn.one_hot": "from integers",
    "nn.scaled_dot_general": "quantises: it runs on a GPU only",
    "nn.scaled_matmul": "quantises: it runs on a GPU only",
    "special.bernoulli": "from an integer",
    "special.sph_harm_y": "complex",
    "special.wofz": "complex",
    "special.gammasgn": "a sign",
    "stats.gaussian_kde": "a class",
    "stats.mode": "counts",
    "stats.rankdata": "counts",
}
