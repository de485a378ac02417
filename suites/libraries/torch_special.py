"""Norms of torch, torch.special, and their kin of torch itself."""

from __future__ import annotations

import torch
from torch import special

from gradcheck.inputs.argument import Argument
from gradcheck.suites.libraries.domains import GRID, MATRIX, OPENS, POSITIVES, real
from gradcheck.suites.libraries.table import WIDE, Table, limited, on

INF = float("inf")
NORMS: Table = {
    "cdist": on(real(2, 3), real(4, 3), dtypes=WIDE),
    "cdist (3)": on(real(2, 3), real(4, 3), p=3.0, dtypes=WIDE),
    "dist": on(MATRIX, MATRIX),
    "hypot": on(MATRIX, MATRIX),
    "linalg.matrix_norm": on(MATRIX),
    "linalg.norm": on(MATRIX),
    "linalg.vector_norm": on(MATRIX),
    "linalg.vector_norm (1)": on(MATRIX, ord=1),
    "linalg.vector_norm (3)": on(MATRIX, ord=3),
    "linalg.vector_norm (inf)": on(MATRIX, call=lambda x: torch.linalg.vector_norm(x, INF, 1)),
    "logaddexp": on(MATRIX, MATRIX),
    "logaddexp2": on(MATRIX, MATRIX),
    "logcumsumexp": on(MATRIX, dim=1),
    "logsumexp": on(MATRIX, dim=1),
    "norm": on(MATRIX),
    "norm (3)": on(MATRIX, p=3, dim=1),
    "renorm": on(MATRIX, p=2, dim=0, maxnorm=0.5),
    "std": on(MATRIX),
    "var": on(MATRIX),
}

_OF_REAL = """bessel_j0 bessel_j1 erf erfc erfcx exp2 expit expm1 i0 i0e i1 i1e log_ndtr ndtr round sinc
modified_bessel_i0 modified_bessel_i1 spherical_bessel_j0"""
_OF_POSITIVE = """bessel_y0 bessel_y1 digamma gammaln log1p modified_bessel_k0 modified_bessel_k1 psi
scaled_modified_bessel_k0 scaled_modified_bessel_k1"""
_POLYNOMIALS = """chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v chebyshev_polynomial_w
hermite_polynomial_h hermite_polynomial_he laguerre_polynomial_l legendre_polynomial_p shifted_chebyshev_polynomial_t
shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v shifted_chebyshev_polynomial_w"""
NONNEGATIVES = Argument("nonnegative", GRID)

_SPECIAL: Table = {
    **{name: on(MATRIX) for name in _OF_REAL.split()},
    **{name: on(POSITIVES) for name in _OF_POSITIVE.split()},
    **{name: on(OPENS) for name in ("logit", "ndtri")},
    **{name: on(MATRIX, n=3) for name in _POLYNOMIALS.split()},
    "airy_ai": on(Argument("real", GRID, False)),  # torch has no derivative of it
    "entr": on(NONNEGATIVES),
    "erfinv": on(Argument("(-1, 1)", GRID)),
    "gammainc": on(NONNEGATIVES, call=lambda x: special.gammainc(x.new_tensor(1.5), x)),
    "gammaincc": on(NONNEGATIVES, call=lambda x: special.gammaincc(x.new_tensor(1.5), x)),
    "log_softmax": on(MATRIX, dim=0),
    "logsumexp": on(MATRIX, dim=1),
    "multigammaln": on(Argument("(1, inf)", GRID), p=3),
    "polygamma": on(POSITIVES, call=lambda x: special.polygamma(2, x)),
    "softmax": on(MATRIX, call=lambda x: special.softmax(x, 1)[:, :2]),
    "xlog1py": on(MATRIX, POSITIVES),
    "xlogy": on(MATRIX, POSITIVES),
    "zeta": on(POSITIVES, call=lambda x: special.zeta(x.new_tensor(2.5), x)),
}
# In 16 bits torch offers few of them.
SPECIAL = limited(WIDE, _SPECIAL)
