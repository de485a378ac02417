"""The right cause of findings in PyTorch, by hand; those of torch.nn.functional stand here, see `suites.causes`."""

from __future__ import annotations

from gradcheck.suites.causes import BACKWARD, CLAMP, FORWARD, OVERFLOW, WRONG_RULE, RightCause
from gradcheck.suites.libraries import causes_torch_distributions, causes_torch_special
from gradcheck.suites.libraries.cause_case import CauseCase, full, gradient, value
from gradcheck.suites.libraries.domains import GRID, SIZE

CAUSES: dict[str, CauseCase] = {
    **causes_torch_special.CAUSES,
    **causes_torch_distributions.CAUSES,
    "torch.nn.functional.batch_norm gradient": gradient(
        0,
        (0, 1),
        "spurious_nan",
        (full((3, 2), 0.0, {(1, 1): 1e38, (2, 1): 3e38}), full((2,), 0.0), full((2,), 0.0)),
        RightCause(
            (OVERFLOW,),
            ("native_batch_norm",),
            FORWARD,
            "the sum in the mean, 4e38, and the squares in the variance are beyond float32",
        ),
    ),
    "torch.nn.functional.binary_cross_entropy gradient": gradient(
        1,
        (0, 0),
        "spurious_inf",
        (full(GRID, 0.0), full(GRID, 0.0)),
        RightCause(
            (WRONG_RULE, CLAMP),
            ("logit",),
            BACKWARD,
            "the value holds its logarithms at -100 or above, the slope for the target, -logit(0), does not",
        ),
    ),
    "torch.nn.functional.binary_cross_entropy_with_logits (weighted) value": value(
        (),
        "spurious_inf",
        (full(GRID, 0.0, {(0, 2): 3e38, (1, 0): 3e38}), full(GRID, 0.0)),
        RightCause(
            (OVERFLOW,), ("binary_cross_entropy_with_logits",), FORWARD, "the sum in the mean, 6e38, is beyond float32"
        ),
    ),
    "torch.nn.functional.cosine_embedding_loss value": value(
        (),
        "spurious_nan",
        (full(GRID, 1.0), full(GRID, 0.0, {(1, 1): 1e38, (1, 2): 3e38})),
        RightCause(
            (OVERFLOW,),
            ("sum", "mul"),
            FORWARD,
            "the product 1e38 + 3e38, and the squares, are beyond float32: inf / inf",
        ),
    ),
    "torch.nn.functional.cosine_similarity value": value(
        (1,),
        "spurious_zero",
        (full(GRID, 1.0), full(GRID, 0.0, {(1, 2): 1e20})),
        RightCause((OVERFLOW,), ("linalg_vector_norm",), FORWARD, "the kernel squares 1e20, beyond float32: x / inf"),
    ),
    "torch.nn.functional.cross_entropy (smoothed) value": value(
        (),
        "spurious_inf",
        (full(GRID, 0.0, {(1, 1): 2e38}),),
        RightCause(
            (OVERFLOW,),
            ("sum",),
            FORWARD,
            "the sum of the log-probabilities, -4e38, is beyond float32, a thirtieth of it is not",
        ),
    ),
    "torch.nn.functional.ctc_loss value": value(
        (),
        "spurious_inf",
        (full((5, 2, 3), 0.0, {(0, 0, 0): -1e38, (0, 0, 1): -2.2458227e38, (0, 0, 2): 2.5927578e38}),),
        RightCause(
            (OVERFLOW,),
            ("_log_softmax",),
            FORWARD,
            "the log-probability -1e38 - 2.6e38 is beyond float32, a quarter of it is not",
        ),
    ),
    "torch.nn.functional.gaussian_nll_loss value": value(
        (),
        "spurious_inf",
        (full(GRID, 0.0), full(GRID, 0.0, {(1, 2): 5e19}), full(GRID, 1.0)),
        RightCause((OVERFLOW,), ("pow",), FORWARD, "the square of 5e19 is beyond float32, a twelfth of it is not"),
    ),
    "torch.nn.functional.gelu (tanh) gradient": gradient(
        0,
        (0, 2),
        "spurious_nan",
        (full(GRID, 0.0, {(0, 2): 1e20}),),
        RightCause(
            (OVERFLOW,),
            ("gelu_backward",),
            BACKWARD,
            "the cube of 1e20 and its slope are beyond float32: (1 - tanh^2) inf is 0 * inf",
        ),
    ),
    "torch.nn.functional.group_norm value": value(
        (0, 3, 0),
        "spurious_nan",
        (full((2, 4, 3), 0.0), full(SIZE, 0.0, {(3,): 1e37}), full(SIZE, 0.0)),
        RightCause(
            (OVERFLOW,),
            ("native_group_norm",),
            FORWARD,
            "the kernel multiplies the weight 1e37 with 1/sqrt(eps) = 316 first, and then with 0: inf * 0",
        ),
    ),
    "torch.nn.functional.hardswish value": value(
        (1, 1),
        "spurious_inf",
        (full(GRID, 0.0, {(1, 1): 1e38}),),
        RightCause((OVERFLOW,), ("hardswish",), FORWARD, "the kernel takes 6 x = 6e38 before it divides by 6"),
    ),
    "torch.nn.functional.huber_loss value": value(
        (),
        "spurious_inf",
        (full(GRID, 0.0), full(GRID, 0.0, {(1, 1): 3e38, (1, 2): 3e38})),
        RightCause((OVERFLOW,), ("huber_loss",), FORWARD, "the sum in the mean, 4.2e38, is beyond float32"),
    ),
    "torch.nn.functional.instance_norm value": value(
        (1, 0, 0),
        "spurious_zero",
        (full((2, 2, 4), 0.0, {(1, 0, 2): 1e20}),),
        RightCause(
            (OVERFLOW,), ("native_batch_norm",), FORWARD, "the squares in the variance are beyond float32: x / inf"
        ),
    ),
    "torch.nn.functional.layer_norm gradient": gradient(
        0,
        (0, 1),
        "spurious_nan",
        (full(GRID, 0.0), (0.0, 1e37, 0.0), full((3,), 0.0)),
        RightCause(
            (OVERFLOW,),
            ("native_layer_norm_backward",),
            BACKWARD,
            "weight over deviation, 3e39, and its mean are beyond float32: inf - inf instead of inf",
        ),
    ),
    "torch.nn.functional.linear_cross_entropy gradient": gradient(
        1,
        (0, 0),
        "spurious_nan",
        (full((2, 4), 1.0), full((3, 4), 0.0, {(2, 2): 1e38, (2, 3): 3e38})),
        RightCause((OVERFLOW,), ("mm",), FORWARD, "the logit 1e38 + 3e38 is beyond float32: inf - inf in the softmax"),
    ),
    "torch.nn.functional.local_response_norm value": value(
        (0, 2, 2),
        "spurious_zero",
        (full((1, 4, 3), 0.0, {(0, 2, 2): 10000.0}),),
        RightCause((OVERFLOW,), ("mul",), FORWARD, "the square of 1e4 is beyond float16, 1e-4 of it is not: x / inf"),
        dtype="float16",
    ),
    "torch.nn.functional.multi_margin_loss gradient": gradient(
        0,
        (0, 1),
        "spurious_inf",
        (full(GRID, 0.0, {(0, 1): 1e38, (0, 2): -3e38}),),
        RightCause(
            (OVERFLOW,),
            ("multi_margin_loss_backward",),
            BACKWARD,
            "the violation 1 + 3e38 + 1e38 is beyond float32, a third of it is not",
        ),
    ),
    "torch.nn.functional.multilabel_margin_loss value": value(
        (),
        "spurious_inf",
        (full((1, 4), 0.0, {(0, 1): -3e38}),),
        RightCause(
            (OVERFLOW,),
            ("multilabel_margin_loss_forward", "multilabel_margin_loss"),
            FORWARD,
            "the sum of two violations of 3e38 is beyond float32, a quarter of it is not",
        ),
    ),
    "torch.nn.functional.nll_loss value": value(
        (),
        "spurious_inf",
        (full(GRID, 0.0, {(0, 2): -1e38, (1, 0): -3e38}),),
        RightCause(
            (OVERFLOW,),
            ("nll_loss_forward", "nll_loss"),
            FORWARD,
            "the weighted sum, 3.5e38, is beyond float32, over the sum of the weights it is not",
        ),
    ),
    "torch.nn.functional.normalize value": value(
        (0, 2),
        "spurious_zero",
        (full(GRID, 0.0, {(0, 2): 1e20}),),
        RightCause((OVERFLOW,), ("linalg_vector_norm",), FORWARD, "the kernel squares 1e20, beyond float32: x / inf"),
    ),
    "torch.nn.functional.pairwise_distance value": value(
        (1,),
        "spurious_inf",
        (full(GRID, 0.0), full(GRID, 0.0, {(1, 2): 1e20})),
        RightCause((OVERFLOW,), ("norm", "linalg_vector_norm"), FORWARD, "the kernel squares 1e20, beyond float32"),
    ),
    "torch.nn.functional.poisson_nll_loss gradient": gradient(
        0,
        (0, 1),
        "spurious_inf",
        (full(GRID, 0.0, {(0, 1): 89.0}), full(GRID, 1.0)),
        RightCause((OVERFLOW,), ("exp",), FORWARD, "exp(89) is beyond float32, a sixth of it is not"),
    ),
    "torch.nn.functional.rms_norm gradient": gradient(
        0,
        (1, 0),
        "spurious_nan",
        (full(GRID, 0.0, {(1, 1): 1.0}), (0.0, 3e38, 0.0)),
        RightCause(
            (OVERFLOW,),
            ("mul",),
            BACKWARD,
            "-1/2 of the weight 3e38 times 3^1.5 is beyond float32, and then comes times x = 0",
        ),
    ),
    "torch.nn.functional.soft_margin_loss gradient": gradient(
        0,
        (1, 1),
        "spurious_nan",
        (full(GRID, 0.0, {(1, 1): -100.0}), full(GRID, 1.0)),
        RightCause(
            (OVERFLOW,),
            ("soft_margin_loss_backward",),
            BACKWARD,
            "the kernel takes exp(100), beyond float32: inf / inf",
        ),
    ),
    "torch.nn.functional.triplet_margin_loss gradient": gradient(
        1,
        (1, 2),
        "spurious_zero",
        (full(GRID, 0.0), full(GRID, 0.0, {(1, 2): 1e20}), full(GRID, 0.0)),
        RightCause(
            (OVERFLOW,),
            ("norm", "linalg_vector_norm"),
            FORWARD,
            "the kernel squares 1e20, beyond float32; the slope is then x / inf",
        ),
    ),
    "torch.nn.functional.triplet_margin_loss (swapped) gradient": gradient(
        0,
        (1, 2),
        "spurious_nan",
        (full(GRID, 0.0), full(GRID, 0.0, {(1, 2): 1e20}), full(GRID, 0.0)),
        RightCause(
            (OVERFLOW,),
            ("norm", "linalg_vector_norm"),
            FORWARD,
            "the kernel takes 1e20^3, beyond float32; the slope is then inf * 0",
        ),
    ),
    "torch.nn.functional.triplet_margin_with_distance_loss gradient": gradient(
        1,
        (1, 2),
        "spurious_zero",
        (full(GRID, 0.0), full(GRID, 0.0, {(1, 2): 1e20}), full(GRID, 0.0)),
        RightCause(
            (OVERFLOW,),
            ("norm", "linalg_vector_norm"),
            FORWARD,
            "the kernel squares 1e20, beyond float32; the slope is then x / inf",
        ),
    ),
}
