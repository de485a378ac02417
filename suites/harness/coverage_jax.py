"""What shadow truth covers of JAX and Optax: the functions that their suites judge, and what is not covered, with why.

The suites have an entry for everything public of `MODULES` that computes a float array; `NOT_COVERED` names
the operation that is missing; `NOT_MATHEMATICS` is what is no function of float arrays.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import jax.scipy.special as special
import jax.scipy.stats as stats
import optax
from covered import Covered, listed, of

from gradcheck.suites.libraries import jax as suite_of_jax
from gradcheck.suites.libraries import optax as suite_of_optax

MODULES = {"optax.losses": optax.losses, "jax.nn": jax.nn, "jax.scipy.special": special, "jax.scipy.stats": stats}
TABLES: dict[str, dict[str, Covered]] = {
    "optax.losses": listed("jax", "optax.losses", suite_of_optax.LOSSES),
    **{module: listed("jax", module, table) for module, table in suite_of_jax.TABLES.items()},
}
# How far off JAX itself is at a typical point, beside 1e-9; attention takes its softmax in float32.
TOLERANCES = {"jax.nn.dot_product_attention": 1e-6}
# Why JAX itself cannot be compared with at a typical point.
JAX_FAILS = {
    "jax.scipy.special.poch": "it is inf where gamma(z + m) is beyond float64 though the quotient is 1e203",
    "jax.scipy.special.spence": "its gradient is nan between 1 and 2",
}

# what the shadow refuses -> the operation it names
NOT_COVERED: dict[str, tuple[Covered, str]] = {
    "jax.scipy.stats.multivariate_normal": (
        of(lambda x: stats.multivariate_normal.logpdf(x, jnp.zeros(3), jnp.eye(3) + x[0] ** 2), (3,)),
        "cholesky",
    ),
    "jax.numpy.linalg.det": (of(lambda x: jnp.linalg.slogdet(x)[1], (4, 4)), "lu"),
    "jax.numpy.linalg.eigvalsh": (of(jnp.linalg.eigvalsh, (2, 2)), "eigh"),
    "jax.numpy.linalg.norm (nuclear)": (of(lambda x: jnp.linalg.norm(x, "nuc"), (2, 3)), "svd"),
    "jax.numpy.linalg.inv": (of(jnp.linalg.inv, (2, 2)), "lu"),
    "jax.numpy.linalg.qr": (of(lambda x: jnp.linalg.qr(x)[1], (2, 2)), "qr"),
    "jax.numpy.fft.rfft": (of(lambda x: jnp.abs(jnp.fft.rfft(x)), (4,)), "fft"),
    "jax.lax.nextafter": (of(lambda x: jax.lax.nextafter(x, 2 * x), (4,)), "nextafter"),
}

# public names that compute no float array from float arrays, or are no formula
NOT_MATHEMATICS: dict[str, str] = {
    "jax.nn.get_scaled_dot_general_config": "makes a configuration",
    "jax.nn.initializers": "a module that draws random numbers",
    "jax.nn.one_hot": "from integers",
    "jax.nn.scaled_dot_general": "quantises: it runs on a GPU only",
    "jax.nn.scaled_matmul": "quantises: it runs on a GPU only",
    "jax.scipy.special.bernoulli": "from an integer",
    "jax.scipy.special.sph_harm_y": "complex",
    "jax.scipy.special.wofz": "complex",
    "jax.scipy.special.gammasgn": "a sign",
    "jax.scipy.stats.gaussian_kde": "a class",
    "jax.scipy.stats.mode": "counts",
    "jax.scipy.stats.rankdata": "counts",
}
