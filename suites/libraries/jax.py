"""jax.nn, norms, jax.scipy.special and the log-densities of jax.scipy.stats."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy import special, stats

from gradcheck.inputs.argument import Argument
from gradcheck.suites.libraries.domains import (
    BITS,
    COUNTS,
    INSIDE,
    MATRIX,
    NONNEGATIVE,
    OPEN,
    POSITIVE,
    REAL,
    SIZE,
    UNIT,
    real,
)
from gradcheck.suites.libraries.table import WIDE, limited, on, suite

KEPT = np.array([1, 1, 0, 1], bool)
RATES = Argument("[0.5, 3]", SIZE)
# Of functions that are a series or a recurrence, no further than where it converges.
SHORT, SMALL = Argument("[1.5, 3]", (1,)), Argument("(0.1, 0.5)", (1,))
ORDINARY = Argument("[1e-10, 1e10]", SIZE)
MODERATE = Argument("[0.1, 100]", SIZE)

_UNARY_ACTIVATIONS = (
    *("celu", "elu", "gelu", "glu", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "identity", "leaky_relu"),
    *("log_sigmoid", "log_softmax", "logmeanexp", "logsumexp", "mish", "relu", "relu6", "selu", "sigmoid", "silu"),
    *("soft_sign", "softplus", "sparse_plus", "sparse_sigmoid", "squareplus", "swish", "tanh"),
)
ACTIVATIONS = {
    **{name: on(REAL) for name in _UNARY_ACTIVATIONS},
    "gelu (exact)": on(REAL, approximate=False),
    "log1mexp": on(POSITIVE),
    "dot_product_attention": on(
        *[real(1, 3, 1, 2)] * 3, call=lambda q, k, v: jax.nn.dot_product_attention(q, k, v, is_causal=True), dtypes=WIDE
    ),
    "softmax": on(REAL, call=lambda x: jax.nn.softmax(x)[:2]),
    "softmax (where)": on(REAL, call=lambda x: jax.nn.softmax(x, where=KEPT)[:2]),
    "standardize": on(REAL, call=lambda x: jax.nn.standardize(x)[:2]),
}
NORMS = {
    "linalg.matrix_norm": on(MATRIX),
    "linalg.norm": on(MATRIX),
    "linalg.norm (1)": on(MATRIX, call=lambda x: jnp.linalg.norm(x, 1, axis=-1)),
    "linalg.norm (3)": on(MATRIX, call=lambda x: jnp.linalg.norm(x, 3, axis=-1)),
    "linalg.norm (inf)": on(MATRIX, call=lambda x: jnp.linalg.norm(x, jnp.inf, axis=-1)),
    "linalg.vector_norm": on(REAL),
    "hypot": on(REAL, REAL),
    "logaddexp": on(REAL, REAL),
    "logaddexp2": on(REAL, REAL),
    "std": on(REAL),
    "var": on(REAL),
}

_SPECIAL_OF_REAL = (
    *("dawsn", "erf", "erfc", "erfcx", "expit", "i0", "i0e", "i1", "i1e", "log_ndtr", "log_softmax", "logsumexp"),
    "ndtr",
)
SPECIAL = {
    **{name: on(REAL) for name in _SPECIAL_OF_REAL},
    **{name: on(POSITIVE) for name in ("digamma", "factorial", "gamma", "gammaln", "loggamma")},
    **{name: on(POSITIVE, POSITIVE) for name in ("boxcox",)},
    **{name: on(NONNEGATIVE, POSITIVE) for name in ("boxcox1p", "kl_div", "rel_entr", "xlog1py", "xlogy")},
    **{name: on(MODERATE, MODERATE) for name in ("beta", "comb", "gammainc", "gammaincc", "poch")},
    **{name: on(OPEN) for name in ("logit", "ndtri")},
    "betaln": on(ORDINARY, ORDINARY),
    "entr": on(NONNEGATIVE),
    "softmax": on(REAL, call=lambda x: special.softmax(x)[:2]),
    "erfinv": on(INSIDE),
    "bessel_jn": on(Argument("[1, 5]", (1,)), call=lambda x: special.bessel_jn(x, v=1)[1]),
    "betainc": on(*[Argument("[0.5, 3]", SIZE, False)] * 2, Argument("(0.1, 0.9)", SIZE)),
    "spence": on(NONNEGATIVE),
    "expi": on(SHORT),
    "exp1": on(SHORT),
    "expn": on(SHORT, call=lambda x: special.expn(2, x)),
    # Beyond 36974 it returns the constant 1/2, whose slope is not that of the function which its rule returns.
    "fresnel": on(Argument("[-36000, 36000]", SIZE), call=lambda x: special.fresnel(x)[0]),
    "hyp1f1": on(SMALL, call=lambda x: special.hyp1f1(1.5, 2.5, x)),
    "hyp2f1": on(SMALL, call=lambda x: special.hyp2f1(0.5, 1.5, 2.5, x)),
    "multigammaln": on(Argument("(0.5, inf)", SIZE), d=2),
    # Its rule gives the slope of the function to the last digit, the slope of its truncated series is another.
    "owens_t": on(REAL, Argument("probability", SIZE, False)),
    "polygamma": on(POSITIVE, call=lambda x: special.polygamma(2, x)),
    "sici": on(POSITIVE, call=lambda x: special.sici(x)[0]),
    "zeta": on(POSITIVE, call=lambda q: special.zeta(2.5, q)),
}

DENSITIES = {
    "bernoulli.logpmf": on(BITS, UNIT),
    "beta.logpdf": on(OPEN, RATES, RATES),
    "betabinom.logpmf": on(COUNTS, RATES, RATES, call=lambda k, a, b: stats.betabinom.logpmf(k, 6, a, b)),
    "binom.logpmf": on(COUNTS, UNIT, call=lambda k, p: stats.binom.logpmf(k, 6, p)),
    "cauchy.logpdf": on(REAL, REAL, POSITIVE),
    "chi2.logpdf": on(POSITIVE, RATES),
    "dirichlet.logpdf": on(Argument("simplex", (3,)), Argument("[0.5, 3]", (3,))),
    "expon.logpdf": on(NONNEGATIVE),
    "gamma.logpdf": on(POSITIVE, RATES),
    "gennorm.logpdf": on(REAL, RATES),
    "geom.logpmf": on(Argument("{1, 2, 5}", SIZE, False), UNIT),
    "gumbel_l.logpdf": on(REAL),
    "gumbel_r.logpdf": on(REAL),
    "laplace.logpdf": on(REAL, REAL, POSITIVE),
    "logistic.logpdf": on(REAL),
    "multinomial.logpmf": on(
        Argument("simplex", (3,)), call=lambda p: stats.multinomial.logpmf(np.array([1, 2, 0]), 3, p)
    ),
    "nbinom.logpmf": on(COUNTS, OPEN, call=lambda k, p: stats.nbinom.logpmf(k, 3.5, p)),
    "norm.logcdf": on(REAL),
    "norm.logpdf": on(REAL, REAL, POSITIVE),
    "pareto.logpdf": on(Argument("(1, inf)", SIZE), RATES),
    "poisson.logpmf": on(COUNTS, POSITIVE),
    "sem": on(REAL),
    "t.logpdf": on(REAL, RATES),
    "truncnorm.logpdf": on(INSIDE, call=lambda x: stats.truncnorm.logpdf(x, -2.0, 2.0)),
    "uniform.logpdf": on(OPEN),
    "vonmises.logpdf": on(REAL, RATES),
    "wrapcauchy.logpdf": on(Argument("[0, 6.25]", SIZE), OPEN),
}

TABLES = {
    "jax.nn": ACTIVATIONS,
    "jax.numpy": NORMS,
    # In 16 bits they are a matter of few digits, and not all of them are offered.
    "jax.scipy.special": limited(WIDE, SPECIAL),
    "jax.scipy.stats": limited(WIDE, DENSITIES),
}
SUITE = suite("jax", "jax", "Activations, norms, special functions and log-densities of JAX", TABLES)
