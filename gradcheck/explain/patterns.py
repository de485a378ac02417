"""The known patterns: what people write, what stays right where that fails, and the rule that does it to a graph.

Where several fit one operation the first does, so the special ones stand before the general ones.
"""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.explain import patterns_functions as functions
from gradcheck.explain import patterns_guards as guards
from gradcheck.explain import patterns_logarithms as logarithms
from gradcheck.explain import patterns_norms as norms
from gradcheck.explain import patterns_sums as sums
from gradcheck.explain.pattern import Pattern, scaled

_TABLE = (
    Pattern(
        name="log_softmax",
        rule=logarithms.log_softmax,
        instead="xp.log(softmax(x, axis))",
        write="x - logsumexp(x, axis)",
        native={"torch": "torch.log_softmax(x, dim)", "jax": "jax.nn.log_softmax(x, axis)"},
        library=frozenset({"_log_softmax"}),
    ),
    Pattern(
        name="logsumexp",
        rule=logarithms.logsumexp,
        instead="xp.log(xp.exp(x).sum(axis))",
        write="m + xp.log(xp.exp(x - m).sum(axis)) with m = x.max(axis)",
        native={"torch": "torch.logsumexp(x, dim)", "jax": "jax.nn.logsumexp(x, axis)"},
        library=frozenset({"logsumexp"}),
    ),
    Pattern(
        name="softplus",
        rule=logarithms.softplus,
        instead="xp.log(1 + xp.exp(x))",
        write="xp.logaddexp(x, xp.zeros_like(x))",
        native={"jax": "jax.nn.softplus(x)"},
        library=frozenset({"softplus", "mish", "binary_cross_entropy_with_logits"}),
    ),
    Pattern(
        name="log_sigmoid",
        rule=logarithms.log_sigmoid,
        instead="xp.log(sigmoid(x))",
        write="-xp.logaddexp(-x, xp.zeros_like(x))",
        native={
            "torch": "torch.nn.functional.logsigmoid(x) (and logsigmoid(-x) for log(1 - sigmoid(x)))",
            "jax": "jax.nn.log_sigmoid(x) (and log_sigmoid(-x) for log(1 - sigmoid(x)))",
        },
        library=frozenset({"log_sigmoid_forward"}),
    ),
    Pattern(
        name="cross entropy from logits",
        rule=logarithms.from_logits,
        instead="xp.log(p + eps) of a sigmoid or softmax p",
        write="-xp.logaddexp(-x, xp.zeros_like(x)) of the logits x, without eps",
        native={
            "torch": "torch.nn.functional.logsigmoid(x) or torch.log_softmax(x, dim) of the logits x, without eps",
            "jax": "jax.nn.log_sigmoid(x) or jax.nn.log_softmax(x, axis) of the logits x, without eps",
        },
        identity=False,
    ),
    Pattern(
        name="logarithm of a sum of squares, scaled by the maximum",
        rule=norms.log_of_squares,
        instead="xp.log((x ** 2).sum(axis))",
        write="2 * xp.log(s) + xp.log(((x / s) ** 2).sum(axis)) with s the largest of |x|, held constant",
        lines=scaled("logarithm = xp.where(empty, -xp.inf, 2 * xp.log(scale) + xp.log(total))"),
    ),
    Pattern(
        name="add logarithms",
        rule=logarithms.logarithms_first,
        instead="xp.log of a product, quotient or sum of exponentials",
        write="the sum or difference of their exponents (of a sum: xp.logaddexp)",
    ),
    Pattern(
        name="tanh",
        rule=functions.tanh,
        instead="(xp.exp(x) - xp.exp(-x)) / (xp.exp(x) + xp.exp(-x))",
        write="xp.tanh(x)",
    ),
    Pattern(name="sinh", rule=functions.sinh, instead="(xp.exp(x) - xp.exp(-x)) / 2", write="xp.sinh(x)"),
    Pattern(name="asinh", rule=functions.asinh, instead="xp.log(x + xp.sqrt(x * x + 1))", write="xp.asinh(x)"),
    Pattern(name="acosh", rule=functions.acosh, instead="xp.log(x + xp.sqrt(x * x - 1))", write="xp.acosh(x)"),
    Pattern(name="atanh", rule=functions.atanh, instead="xp.log((1 + x) / (1 - x))", write="2 * xp.atanh(x)"),
    Pattern(
        name="log_ndtr",
        rule=functions.log_ndtr,
        instead="the logarithm of the normal distribution function",
        write="log_ndtr(x)",
        native={"torch": "torch.special.log_ndtr(x)", "jax": "jax.scipy.special.log_ndtr(x)"},
    ),
    Pattern(
        name="log of 1 - tanh squared",
        rule=logarithms.log_slope_of_tanh,
        instead="xp.log(1 - xp.tanh(x) ** 2)",
        write="2 * (log(2) - x - softplus(-2 * x)), with softplus(y) = xp.logaddexp(y, xp.zeros_like(y))",
    ),
    Pattern(
        name="log(1 - exp(x))",
        rule=logarithms.log1mexp,
        instead="xp.log(1 - xp.exp(x))",
        write="xp.log(-xp.expm1(x)) for x above -log(2) and xp.log1p(-xp.exp(x)) below, by a double where",
    ),
    Pattern(
        name="inverse softplus",
        rule=logarithms.inverse_softplus,
        instead="xp.log(xp.exp(x) - 1)",
        write="x + xp.log(-xp.expm1(-x))",
    ),
    Pattern(
        name="log1p",
        rule=logarithms.log1p,
        instead="xp.log(1 + x)",
        write="xp.log1p(x)",
    ),
    Pattern(name="expm1", rule=logarithms.expm1, instead="xp.exp(x) - 1", write="xp.expm1(x)"),
    Pattern(
        name="softmax by max subtraction",
        rule=logarithms.softmax,
        instead="xp.exp(x) / xp.exp(x).sum(axis)",
        write="the same of x - x.max(axis)",
        native={"torch": "torch.softmax(x, dim)", "jax": "jax.nn.softmax(x, axis)"},
        library=frozenset({"_softmax", "_safe_softmax"}),
    ),
    Pattern(
        name="sigmoid",
        rule=logarithms.sigmoid,
        instead="1 / (1 + xp.exp(-x)) (or 1 minus it)",
        write="1 / (1 + xp.exp(-x)) for x >= 0 and xp.exp(x) / (1 + xp.exp(x)) for x < 0",
        native={
            "torch": "torch.sigmoid(x) (and torch.sigmoid(-x))",
            "jax": "jax.nn.sigmoid(x) (and jax.nn.sigmoid(-x))",
        },
    ),
    Pattern(
        name="add exponents",
        rule=logarithms.exponents_first,
        instead="xp.exp(a) * xp.exp(b)",
        write="xp.exp(a + b)",
    ),
    Pattern(
        name="norm scaled by the maximum",
        rule=norms.scaled_norm,
        instead="xp.sqrt((x ** 2).sum(axis))",
        write="s * xp.sqrt(((x / s) ** 2).sum(axis)) with s the largest of |x|, held constant, and 0 where s is 0",
        lines=scaled("norm = xp.where(empty, 0, scale * xp.sqrt(total))"),
    ),
    Pattern(
        name="reciprocal of the scaled norm",
        rule=norms.scaled_reciprocal_norm,
        instead="xp.rsqrt((x ** 2).sum(axis))",
        write="1 / (s * xp.sqrt(((x / s) ** 2).sum(axis))) with s the largest of |x|, held constant",
        lines=scaled("reciprocal = 1 / xp.where(empty, 0, scale * xp.sqrt(total))"),
    ),
    Pattern(
        name="hypot",
        rule=norms.hypot,
        instead="xp.sqrt(a * a + b * b)",
        write="xp.hypot(a, b), by xp.where not at a = b = 0",
    ),
    Pattern(
        name="absolute value",
        rule=norms.root_of_square,
        instead="xp.sqrt(x * x)",
        write="xp.abs(x)",
    ),
    Pattern(
        name="double where",
        rule=guards.double_where,
        instead="the xp.where whose untaken branch fails",
        write="a second xp.where inside, that hands the branch that fails a harmless number such as 1 "
        "wherever it is not taken,",
        calls=frozenset({"where", "select"}),
    ),
    Pattern(
        name="clamp before, not after",
        rule=guards.clamp_before,
        instead="a function and the clamp of its result",
        write="xp.where on the input instead, that takes the bound where the clamp would, and there hands the "
        "function a harmless number such as 1 by a second xp.where inside,",
        calls=frozenset({"clamp", "clamp_", "clamp_min", "clamp_max", "clip", "maximum", "minimum"}),
    ),
    Pattern(
        name="entr",
        rule=guards.entr,
        instead="x * xp.log(x)",
        write="xp.where(x == 0, 0, x * xp.log(xp.where(x == 0, 1, x)))",
        native={"torch": "-torch.special.entr(x)", "jax": "-jax.scipy.special.entr(x)"},
    ),
    Pattern(
        name="xlogy",
        rule=guards.xlogy,
        instead="x * xp.log(y)",
        write="xp.where(x == 0, 0, x * xp.log(xp.where(x == 0, 1, y)))",
        native={"torch": "torch.xlogy(x, y)", "jax": "jax.scipy.special.xlogy(x, y)"},
    ),
    Pattern(
        name="xlogy by where",
        rule=guards.guarded_xlogy,
        instead="x * xp.log(y)",
        write="x * xp.log(xp.where((x == 0) & (y == 0), 1, y))",
    ),
    Pattern(name="rsqrt", rule=norms.rsqrt, instead="1 / xp.sqrt(x)", write="the reciprocal root of the library"),
    Pattern(
        name="logarithm of a product as a sum",
        rule=logarithms.log_of_product,
        instead="xp.log(x.prod(axis)) or xp.log(a * b)",
        write="xp.log(x).sum(axis) or xp.log(a) + xp.log(b) (for positive numbers)",
        identity=False,
    ),
    Pattern(
        name="two-pass variance",
        rule=sums.two_pass_variance,
        instead="(x ** 2).mean(axis) - x.mean(axis) ** 2",
        write="((x - x.mean(axis)) ** 2).mean(axis)",
    ),
    Pattern(
        name="difference of squares",
        rule=sums.difference_of_squares,
        instead="a * a - b * b",
        write="(a - b) * (a + b)",
    ),
    Pattern(
        name="half angle",
        rule=sums.one_minus_cos,
        instead="1 - xp.cos(x)",
        write="2 * xp.sin(x / 2) ** 2",
    ),
    Pattern(
        name="complementary function",
        rule=functions.complement,
        instead="1 - erf(x) (or 1 - ndtr(x))",
        write="erfc(x) (or ndtr(-x))",
    ),
    Pattern(
        name="conjugate",
        rule=sums.conjugate,
        instead="xp.sqrt(a) - xp.sqrt(b)",
        write="(a - b) / (xp.sqrt(a) + xp.sqrt(b))",
    ),
    Pattern(
        name="divide before multiplying",
        rule=sums.divide_before_multiplying,
        instead="a * a / (b * b) or a * b / c",
        write="(a / b) ** 2 or a * (b / c)",
    ),
    Pattern(
        name="divide before summing",
        rule=sums.divide_before_summing,
        instead="x.sum(axis) / n",
        write="(x / n).sum(axis) (of squares: ((x / n ** 0.5) ** 2).sum(axis))",
    ),
    Pattern(
        name="scale before squaring",
        rule=sums.divide_before_scaling,
        instead="c * x ** 2 with c below 1",
        write="(c ** 0.5 * x) ** 2",
    ),
)
PATTERNS: Mapping[str, Pattern] = {pattern.name: pattern for pattern in _TABLE}
