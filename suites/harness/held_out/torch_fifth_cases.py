"""What scientists write in PyTorch: the cases that fail, and controls in which nothing is wrong."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.causes import (
    ABSORPTION,
    CANCELLATION,
    CLAMP,
    DOMAIN_EDGE,
    INVALID,
    OVERFLOW,
    UNDERFLOW,
    UNTAKEN_BRANCH,
    WRONG_RULE,
)
from gradcheck.suites.harness.held_out import torch_fifth_functions as f
from gradcheck.suites.harness.held_out.case import Case, backward, forward, gradient, value

SCALAR, PAIR, TRIPLE = Argument("real"), Argument("real", shape=(2,)), Argument("real", shape=(3,))
POSITIVE, POSITIVE_PAIR, NONNEGATIVE = Argument("positive"), Argument("positive", shape=(2,)), Argument("nonnegative")
NONNEGATIVE_PAIR, BALL = Argument("nonnegative", shape=(2,)), Argument("ball", shape=(2,))
QUATERNION, MATRIX = Argument("real", shape=(4,)), Argument("real", shape=(2, 2))
FROM_ONE = Argument("[1, inf)", shape=(2,))

OVERFLOWS = {
    "normalised_quaternion_half": value(
        Case(f.normalised_quaternion, (QUATERNION,), ((300.0, 2.0, 1.0, 4.0),)),
        "spurious_zero",
        forward(OVERFLOW, ("mul",), "the square of 300 is inf in float16, and all is divided by it"),
        dtype="float16",
    ),
    "pixel_column_half": value(
        Case(f.pixel_column, (POSITIVE, SCALAR, POSITIVE), (600.0, 200.0, 100.0)),
        "spurious_inf",
        forward(OVERFLOW, ("mul",), "600 times 200 is inf in float16, the pixel is 1200"),
        dtype="float16",
    ),
    "neighbour_mean_half": value(
        Case(f.neighbour_mean, (PAIR,), ((40000.0, 30000.0),)),
        "spurious_inf",
        forward(OVERFLOW, ("index_add_", "index_add"), "the sum of both features is inf in float16, half of it is not"),
        dtype="float16",
    ),
    "hyperbolic_hypotenuse": value(
        Case(f.hyperbolic_hypotenuse, (SCALAR, SCALAR), (400.0, 400.0)),
        "spurious_inf",
        forward(OVERFLOW, ("mul",), "the product of two cosh of 1e173 is inf in float64, its acosh is 799"),
        dtype="float64",
    ),
    "central_acceleration": value(
        Case(f.central_acceleration, (POSITIVE, PAIR), (1.3e20, (1e13, 2e13))),
        "spurious_zero",
        forward(OVERFLOW, ("pow",), "the cube of 2e13 is inf in float32"),
    ),
    "near_potential": gradient(
        Case(f.potential, (POSITIVE, POSITIVE), (1e-5, 1e-26)),
        "spurious_inf",
        backward(OVERFLOW, ("pow",), "the slope of rsqrt takes the cube of 1e13 before the mass scales it"),
    ),
    "asinh_stretch": gradient(
        Case(f.asinh_stretch, (PAIR,), ((1e20, 2e20),)),
        "spurious_zero",
        backward(OVERFLOW, ("pow", "mul"), "the slope 1/sqrt(x^2 + 1) squares 1e20"),
    ),
    "slant_range": gradient(
        Case(f.slant_range, (SCALAR, SCALAR), (3e20, 4e20)),
        "spurious_zero",
        backward(OVERFLOW, ("mul",), "the hand-written gradient squares 3e20, where the forward pass did not"),
    ),
    "smooth_contact": gradient(
        Case(f.smooth_contact, (PAIR,), ((100.0, 1.0),)),
        "spurious_nan",
        backward(OVERFLOW, ("exp",), "exp(100) of the hand-written gradient is inf, and inf / inf follows"),
    ),
}
UNDERFLOWS = {
    "face_normal": value(
        Case(f.face_normal, (TRIPLE, TRIPLE), ((1e-24, 2e-24, 3e-24), (4e-24, -1e-24, 2e-24))),
        "spurious_nan",
        forward(UNDERFLOW, ("linalg_cross",), "the products of 1e-48 are 0 in float32, and 0/0 follows"),
    ),
    "soft_correspondence": value(
        Case(f.soft_correspondence, (SCALAR, PAIR), (0.0, (15.0, 15.5))),
        "spurious_nan",
        forward(UNDERFLOW, ("exp",), "exp(-225) is 0 in float32, so are all weights, and 0/0 follows"),
    ),
    "optical_depth": value(
        Case(f.optical_depth, (POSITIVE_PAIR,), ((60.0, 60.0),)),
        "spurious_inf",
        forward(UNDERFLOW, ("prod",), "the product 8e-53 is 0 in float32, and its logarithm is taken"),
    ),
    "far_potential": gradient(
        Case(f.potential, (POSITIVE, POSITIVE), (1e20, 1e32)),
        "spurious_zero",
        backward(UNDERFLOW, ("pow",), "the slope of rsqrt takes the cube of 1e-16 before the mass scales it"),
    ),
}
CANCELLATIONS = {
    "rotation_angle": value(
        Case(f.rotation_angle, (QUATERNION,), ((1.0, 1e-4, 0.0, 0.0),)),
        "spurious_zero",
        forward(CANCELLATION, ("acos",), "the cosine is right to a rounding, its distance from 1 is not"),
        forward(ABSORPTION, ("linalg_vector_norm",), "1 + 1e-8 is 1 in float32 inside the norm"),
    ),
    "gram_distance": value(
        Case(f.gram_distance, (PAIR, PAIR), ((1000.0, 1.0), (1000.1, 1.0))),
        "spurious_zero",
        forward(CANCELLATION, ("sub",), "two numbers of 2e6 that are right to a rounding differ by 0.01"),
    ),
    "left_jacobian_weight": value(
        Case(f.left_jacobian_weight, (POSITIVE,), (1e-8,)),
        "spurious_zero",
        forward(CANCELLATION, ("sub",), "the sine of 1e-8 rounds to 1e-8, and nothing is left of 2e-25"),
        dtype="float64",
    ),
    "klein_distance": value(
        Case(f.klein_distance, (BALL, BALL), ((0.5, 0.25), (0.5001, 0.25))),
        "spurious_zero",
        forward(CANCELLATION, ("acosh",), "the quotient is right to a rounding, its distance of 1e-8 from 1 is not"),
    ),
    "distance_of_mapped": value(
        Case(f.distance_of_mapped, (PAIR,), ((10.0, 0.0),)),
        "spurious_inf",
        forward(CANCELLATION, ("atanh",), "tanh(10) is right to a rounding, its distance from 1 is not"),
    ),
    "zero_order_hold": value(
        Case(f.zero_order_hold, (POSITIVE, SCALAR, POSITIVE), (1e-4, 2.0, 1e-3)),
        "wrong",
        forward(CANCELLATION, ("sub",), "exp(1e-7) that is right to a rounding less 1"),
    ),
    "misalignment": gradient(
        Case(f.misalignment, (SCALAR,), (1e-4,)),
        "spurious_zero",
        forward(CANCELLATION, ("rsub", "sub"), "cos(1e-4) rounds to 1, and relu is flat at the 0 that is left"),
        backward(CLAMP, ("threshold_backward",), "relu cuts the gradient at a 0 that exactly is 5e-9"),
    ),
    "cycloid_advance": gradient(
        Case(f.cycloid_advance, (SCALAR,), (1e-9,)),
        "spurious_zero",
        backward(CANCELLATION, ("add", "add_"), "1 and a cosine that rounds to 1 are added with opposite signs"),
        dtype="float64",
    ),
    "gripper_opening_bfloat16": gradient(
        Case(f.gripper_opening, (PAIR,), ((6.5, 7.0),)),
        "spurious_zero",
        backward(CANCELLATION, ("sigmoid_backward",), "sigmoid(6.5) rounds to 1 in bfloat16, and 1 - 1 is left"),
        dtype="bfloat16",
    ),
    "lanczos": gradient(
        Case(f.lanczos, (PAIR,), ((1e-4, 0.5),)),
        "wrong",
        backward(CANCELLATION, ("sub",), "the slope of sinc subtracts two numbers of 3e-4 that differ by 1e-11"),
    ),
}
ABSORPTIONS = {
    "smaller_principal_curvature": value(
        Case(f.smaller_principal_curvature, (SCALAR, SCALAR), (1000.0, 0.01)),
        "spurious_zero",
        forward(ABSORPTION, ("sub",), "1e6 - 0.01 is 1e6 in float32"),
    ),
    "displacement": value(
        Case(f.displacement, (SCALAR, SCALAR, POSITIVE), (1e6, 0.5, 1e-3)),
        "spurious_zero",
        forward(ABSORPTION, ("add_", "add"), "1e6 + 5e-4 is 1e6 in float32"),
    ),
    "mu_law_bfloat16": value(
        Case(f.mu_law, (PAIR,), ((1e-5, 0.5),)),
        "spurious_zero",
        forward(ABSORPTION, ("add",), "1 + 2.5e-3 is 1 in bfloat16"),
        dtype="bfloat16",
    ),
}
EDGES = {
    "exponential_map_weight": value(
        Case(f.exponential_map_weight, (NONNEGATIVE_PAIR,), ((0.0, 0.5),)),
        "spurious_nan",
        forward((INVALID, DOMAIN_EDGE), ("div",), "0/0 of tanh(r)/r; the limit is 1"),
    ),
    "hyperboloid_time": gradient(
        Case(f.hyperboloid_time, (PAIR,), ((0.0, 0.0),)),
        "spurious_nan",
        backward((DOMAIN_EDGE, INVALID), ("sqrt", "div", "mul"), "0 times the slope of sqrt at 0; the limit is 0"),
    ),
    "squared_geodesic": gradient(
        Case(f.squared_geodesic, (FROM_ONE,), ((1.0, 2.0),)),
        "spurious_nan",
        backward((DOMAIN_EDGE, INVALID), ("acosh", "rsqrt", "mul"), "0 times the slope of acosh at 1; the limit is 2"),
    ),
}
BRANCHES = {
    "rodrigues_weight": gradient(
        Case(f.rodrigues_weight, (NONNEGATIVE,), (0.0,)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("div", "mul", "where"), "0 goes back into the 0/0 that was not taken"),
    ),
    "refraction_angle": gradient(
        Case(f.refraction_angle, (POSITIVE, SCALAR), (1.5, 1.0)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("asin", "rsqrt", "mul", "where"), "0 times the slope of asin above 1"),
    ),
}
CUTS = {
    "limited_oscillator": gradient(
        Case(f.limited_oscillator, (PAIR,), ((1.5707, 1.0),)),
        "spurious_zero",
        backward(CLAMP, ("hardtanh_backward", "hardtanh"), "the sine rounds to the bound 1, where the gradient is cut"),
    ),
}
RULES = {
    "line_of_sight": gradient(
        Case(f.line_of_sight, (PAIR,), ((3.0, 4.0),)),
        "wrong",
        backward(WRONG_RULE, (), "the projection away from the direction is missing"),
    ),
    "log_volume_change": gradient(
        Case(f.log_volume_change, (MATRIX,), (((2.0, 1.0), (0.5, 1.0)),)),
        "wrong",
        backward(WRONG_RULE, (), "the slope of log det is the inverse transposed, not the inverse"),
    ),
}
CONTROLS = {
    # A jump is near, but the sine and cosine go around it.
    "wrapped_heading_error": Case(f.wrapped_heading_error, (SCALAR, SCALAR), (3.0, -3.0), quantity="gradient"),
    # A small angle that no cosine has lost.
    "angle_of_edges": Case(f.angle_of_edges, (TRIPLE, TRIPLE), ((1.0, 0.0, 0.0), (1.0, 1e-4, 0.0))),
    # Half an ulp of either column moves the depth by a third of a percent.
    "stereo_depth": Case(f.stereo_depth, (POSITIVE, SCALAR, SCALAR), (700.0, 640.12, 640.11)),
    # Squares of quotients, and not of what would overflow.
    "scaled_length": Case(f.scaled_length, (PAIR,), ((3e20, 1.0),), quantity="gradient"),
    # The exact tanh is beyond the bound as well.
    "clamped_artanh": Case(f.clamped_artanh, (PAIR,), ((9.0, 1.0),), quantity="gradient"),
    # Too small for the dtype.
    "yukawa": Case(f.yukawa, (POSITIVE,), (200.0,)),
    # Infinite, and so are its slopes.
    "coulomb": Case(f.coulomb, (POSITIVE, NONNEGATIVE), (2.0, 0.0)),
    # Too large for the dtype, and so is the slope in the inertia.
    "rotational_energy_half": Case(f.rotational_energy, (POSITIVE, SCALAR), (4.0, 400.0), dtype="float16"),
    "saved_range": Case(f.saved_range, (SCALAR, SCALAR), (3e20, 4e20), quantity="gradient"),
    # The logarithm of a negative number is never taken.
    "valid_log_range": Case(f.valid_log_range, (PAIR,), ((-1.0, 2.0),), quantity="gradient"),
}
CASES: dict[str, Case] = (
    OVERFLOWS | UNDERFLOWS | CANCELLATIONS | ABSORPTIONS | EDGES | BRANCHES | CUTS | RULES | CONTROLS
)
