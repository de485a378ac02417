"""A fifth set of functions of JAX users at a point: failures with their right cause, and ones with nothing wrong."""

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
from gradcheck.suites.harness.held_out import jax_fifth_functions as f
from gradcheck.suites.harness.held_out.case import Case, backward, forward, gradient, value

ONE, PAIR, THREE = Argument("real"), Argument("real", shape=(2,)), Argument("real", shape=(3,))
POSITIVE, POSITIVES = Argument("positive"), Argument("positive", shape=(2,))
NONNEGATIVE, NONNEGATIVES = Argument("nonnegative"), Argument("nonnegative", shape=(3,))
BELOW_ONE = Argument("[0, 1)")

VALUES: dict[str, Case] = {
    "conversion of a reaction that runs to its end": value(
        Case(f.equilibrium_conversion, (ONE, POSITIVE), (-3e5, 298.0)),
        "spurious_nan",
        forward(OVERFLOW, ("exp",), "an equilibrium constant of exp(121) overflows: inf/inf"),
    ),
    "tide of the sun far out": value(
        Case(f.tidal_acceleration, (POSITIVE, POSITIVE, POSITIVE), (2e30, 6.4e6, 1.5e13)),
        "spurious_zero",
        forward(OVERFLOW, ("integer_pow", "pow"), "the cube of 1.5e13 m overflows, and what it divides is 0"),
    ),
    "stagnation temperature at 300 m/s": value(
        Case(f.stagnation_temperature, (POSITIVE, ONE), (300.0, 300.0)),
        "spurious_inf",
        forward(OVERFLOW, ("integer_pow", "square", "pow"), "the square of 300 is beyond float16"),
        dtype="float16",
    ),
    "heat capacity of a cold crystal": value(
        Case(f.einstein_heat_capacity, (POSITIVE, POSITIVES), (600.0, (10.0, 300.0))),
        "spurious_zero",
        forward(OVERFLOW, ("integer_pow", "square", "pow"), "the square of exp(60) - 1 overflows below the line"),
    ),
    "depth of a pixel far from its splats": value(
        Case(f.splat_depth, (PAIR, POSITIVES), ((11.0, 12.0), (2.0, 3.0))),
        "spurious_nan",
        forward(UNDERFLOW, ("exp",), "both weights, exp(-121) and exp(-144), underflow: 0/0"),
    ),
    "energy of a photoelectron in SI units": value(
        Case(f.photoelectron_energy, (ONE,), (1e-24,)),
        "spurious_zero",
        forward(UNDERFLOW, ("integer_pow", "square", "pow"), "the square of 1e-24 underflows before 1.8e-30 divides"),
    ),
    "entropy of attention that leaves one out": value(
        Case(f.attention_entropy, (THREE,), ((0.0, -1.0, -200.0),)),
        "spurious_nan",
        forward(UNDERFLOW, ("exp",), "exp(-200) underflows, and 0 times its logarithm is no number"),
    ),
    "third Stumpff function near a parabola": value(
        Case(f.stumpff_c3, (POSITIVE,), (1e-15,)),
        "wrong",
        forward(CANCELLATION, ("sub",), "3e-8 less its sine: 5e-24 is left, near a rounding of 3e-8"),
        dtype="float64",
    ),
    "eccentricity of a nearly circular orbit": value(
        Case(f.orbit_eccentricity, (POSITIVE, POSITIVE), (1.00005, 1.0)),
        "spurious_zero",
        forward(CANCELLATION, ("add",), "1 less a computed product near 1: 1e-8 is below the rounding"),
    ),
    "signal to noise of a clean sample": value(
        Case(f.diffusion_signal_to_noise, (ONE,), (20.0,)),
        "spurious_inf",
        forward(CANCELLATION, ("sub",), "the sigmoid rounds to 1, and 1 less that is 0"),
    ),
    "Lorentz factor of a slow probe": value(
        Case(f.excess_lorentz_factor, (BELOW_ONE,), (1e-4,)),
        "spurious_zero",
        forward(ABSORPTION, ("sub",), "1 absorbs the square of 1e-4"),
    ),
    "conversion of a slow reaction": value(
        Case(f.converted_fraction, (POSITIVE,), (1e-8,)),
        "spurious_zero",
        forward(ABSORPTION, ("sub",), "1 absorbs the 1e-9 of each step"),
        mode="jit",
    ),
    "chord through a small disc": value(
        Case(f.chord_through_disc, (PAIR, PAIR, POSITIVE), ((-1000.0, 0.0), (1.0, 0.0), 1e-3)),
        "spurious_zero",
        forward(ABSORPTION, ("sub",), "1e6 absorbs the square of the radius of 1e-3"),
    ),
    "elongation of a warm rod": value(
        Case(f.thermal_elongation, (POSITIVE, ONE), (2.0, 30.0)),
        "spurious_zero",
        forward(ABSORPTION, ("add",), "1 absorbs 3.6e-4 in bfloat16"),
        dtype="bfloat16",
    ),
    "mixture that lacks a component": value(
        Case(f.mixing_gibbs_energy, (NONNEGATIVES, POSITIVE), ((0.0, 0.25, 0.75), 300.0)),
        "spurious_nan",
        forward((INVALID, DOMAIN_EDGE), ("mul", "log"), "0 times log 0, whose limit is 0"),
    ),
    "flux of ions without a voltage": value(
        Case(f.goldman_flux, (ONE, POSITIVE, POSITIVE), (0.0, 3.0, 1.0)),
        "spurious_nan",
        forward((INVALID, DOMAIN_EDGE), ("div",), "0/0, and a limit of 2"),
    ),
    "heater of a batch nearly done": value(
        Case(f.heating_power, (POSITIVE, POSITIVE), (2.0, 10.0)),
        "spurious_zero",
        forward(CLAMP, ("lt", "select_n"), "an extent of 1 - 2e-9 rounds to 1, which the comparison takes for done"),
    ),
}

GRADIENTS: dict[str, Case] = {
    "thermal speed of a molecule in SI units": gradient(
        Case(f.thermal_speed, (POSITIVE, POSITIVE), (300.0, 4.65e-26)),
        "spurious_inf",
        backward(OVERFLOW, ("integer_pow",), "4.65e-26 to the -2 overflows before 3 k T is multiplied"),
    ),
    "population after good seasons": gradient(
        Case(f.log_population, (THREE,), ((40.0, 40.0, 40.0),)),
        "spurious_zero",
        forward(OVERFLOW, ("mul",), "the third season makes it exp(120), and the slope of log at inf is 0"),
    ),
    "potential of a cluster of galaxies": gradient(
        Case(f.gravitational_potential, (POSITIVE, POSITIVE), (1.3e35, 1e23)),
        "spurious_zero",
        backward(UNDERFLOW, ("integer_pow",), "1e23 to the -2 underflows before 1.3e35 is multiplied"),
    ),
    "impedance of a short wire": gradient(
        Case(f.impedance_magnitude, (POSITIVE, POSITIVE), (1e-4, 1.5e-4)),
        "spurious_inf",
        forward(UNDERFLOW, ("integer_pow", "square", "pow"), "both squares underflow float16: the slope of sqrt at 0"),
        dtype="float16",
    ),
    "smoothed labels and a sure network": gradient(
        Case(f.smoothed_cross_entropy, (PAIR,), ((0.0, 120.0),)),
        "spurious_nan",
        forward(UNDERFLOW, ("exp",), "exp(-120) inside softmax underflows, and the slope of log at 0 is infinite"),
    ),
    "escape from a thin layer": gradient(
        Case(f.escape_probability, (POSITIVE,), (1e-6,)),
        "wrong",
        backward(CANCELLATION, ("add_any",), "1e6 less nearly 1e6: a half is left"),
    ),
    "absorption in a thick layer": gradient(
        Case(f.absorbed_fraction, (NONNEGATIVE,), (20.0,)),
        "spurious_zero",
        backward(CANCELLATION, ("add",), "the slope is expm1 + 1, and expm1(-20) rounds to -1"),
    ),
    "full Langmuir layer": gradient(
        Case(f.langmuir_coverage, (POSITIVE, POSITIVE), (2.0, 5e6)),
        "wrong",
        backward(CANCELLATION, ("add_any",), "K/(1 + K p) less its product with K p/(1 + K p): 1e-7 of it is left"),
    ),
    "contraction at a high rapidity": gradient(
        Case(f.lorentz_contraction, (ONE,), (20.0,)),
        "spurious_nan",
        forward(CANCELLATION, ("sub",), "tanh rounds to 1, and sqrt has no slope at 1 - 1"),
        dtype="float64",
    ),
    "occupation of a soft mode": gradient(
        Case(f.mode_occupation, (POSITIVE, POSITIVE), (1e-4, 300.0)),
        "wrong",
        backward(CANCELLATION, ("sub",), "the rule takes exp(3e-7) - 1 where the value has expm1"),
    ),
    "mass between two stiff springs": gradient(
        Case(f.energy_between_springs, (ONE, POSITIVE, ONE), (0.0, 1e9, 1.0)),
        "spurious_zero",
        backward(ABSORPTION, ("add_any",), "the 1e9 of one spring absorbs the load of 1"),
    ),
    "weir that runs dry": gradient(
        Case(f.weir_discharge, (POSITIVE, NONNEGATIVE), (2.0, 0.0)),
        "spurious_nan",
        backward((DOMAIN_EDGE, INVALID), ("sqrt", "div", "mul"), "sqrt has no slope at 0: 0 * inf"),
    ),
    "second Stumpff function of an ellipse": gradient(
        Case(f.stumpff_c2, (ONE,), (1.0,)),
        "spurious_nan",
        backward(
            UNTAKEN_BRANCH,
            ("sqrt", "cosh", "sinh", "div", "mul", "select_n"),
            "0 goes back into the root of -1 of the hyperbola",
        ),
        mode="jit",
    ),
    "velocity at the wall": gradient(
        Case(f.wall_velocity, (NONNEGATIVE,), (0.0,)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("log", "div", "mul", "select_n"), "0 goes back into the untaken log 0"),
        dtype="bfloat16",
    ),
    "coverage near the centre of a point": gradient(
        Case(f.soft_coverage, (ONE,), (1e-4,)),
        "wrong",
        backward(
            CLAMP, ("min", "eq", "select_n", "div", "mul"), "exp(-1e-8) rounds to the bound: a tie halves the slope"
        ),
    ),
    "anomaly by Newton's method": gradient(
        Case(f.eccentric_anomaly, (ONE, BELOW_ONE), (1.0, 0.3)),
        "wrong",
        backward(WRONG_RULE, (), "the rule has the sine of the mean anomaly, not of the eccentric one"),
        mode="jit",
    ),
    "sparse code": gradient(
        Case(f.sparse_code, (PAIR, PAIR), ((2.0, 0.2), (1.0, 0.5))),
        "wrong",
        backward(WRONG_RULE, (), "the rule lets the gradient through below the threshold"),
    ),
}

CONTROLS: dict[str, Case] = {
    # The slope of the root is infinite at 0, and so is that of the whole.
    "activity of pure water": Case(f.debye_huckel, (NONNEGATIVE,), (0.0,)),
    # log1p sees the 1e-9.
    "osmotic pressure of a dilute solution": Case(f.osmotic_pressure, (BELOW_ONE,), (1e-9,)),
    # Raw numbers one ulp apart differ exactly.
    "thermocouple at one temperature": Case(f.thermocouple_voltage, (POSITIVE, POSITIVE), (300.00003, 300.0)),
    # What 1 absorbs does not matter.
    "kinetic energy of a slow probe": Case(f.kinetic_energy_per_mass, (BELOW_ONE,), (1e-4,)),
    # Beyond the dtype, and so are its slopes.
    "avalanche": Case(f.avalanche, (ONE, ONE), (10.0, 20.0)),
    # The second share is 0 in the dtype, and nothing divides by it.
    "readout of sure attention": Case(f.attention_readout, (PAIR, PAIR), ((1000.0, 0.0), (2.0, 3.0))),
    # The logarithm never sees the edge.
    "guarded velocity at the wall": Case(f.guarded_wall_velocity, (NONNEGATIVE,), (0.0,)),
    # The rule is that of the implicit function.
    "anomaly with the right rule": Case(f.kepler_anomaly, (ONE, BELOW_ONE), (1.0, 0.3), mode="jit"),
    # 300 is divided before it is multiplied.
    "stagnation temperature in steps": Case(
        f.stagnation_temperature_in_steps, (POSITIVE, ONE), (300.0, 300.0), dtype="float16"
    ),
    # Smooth at 0, though abs is not.
    "drag at rest": Case(f.quadratic_drag, (PAIR,), ((0.0, -2.0),)),
}

CASES: dict[str, Case] = {**VALUES, **GRADIENTS, **CONTROLS}
