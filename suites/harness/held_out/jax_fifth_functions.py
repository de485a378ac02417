"""Physics, chemistry, optics, orbits and layers as users of JAX write them, most with a failure somewhere."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax

BOLTZMANN = 1.380649e-23
ELECTRON_MASS = 9.109e-31
GAS_CONSTANT = 8.314
GRAVITATION = 6.674e-11
HEAT_CAPACITY_OF_AIR = 1005.0


# Large numbers on the way
def equilibrium_conversion(gibbs_energy, temperature):
    """Of A to B, in J/mol and K."""
    constant = jnp.exp(-gibbs_energy / (GAS_CONSTANT * temperature))
    return constant / (1.0 + constant)


def tidal_acceleration(mass, radius, distance):
    return 2.0 * GRAVITATION * mass * radius / distance**3


def stagnation_temperature(temperature, speed):
    return temperature + speed**2 / (2.0 * HEAT_CAPACITY_OF_AIR)


def einstein_heat_capacity(einstein_temperature, temperatures):
    """In units of the gas constant, for one oscillator."""

    def at(temperature):
        x = einstein_temperature / temperature
        return x**2 * jnp.exp(x) / (jnp.exp(x) - 1.0) ** 2

    return jax.vmap(at)(temperatures)


def thermal_speed(temperature, mass):
    return jnp.sqrt(3.0 * BOLTZMANN * temperature / mass)


def log_population(rates):
    """After seasons with these rates of growth."""
    end, _ = lax.scan(lambda size, rate: (size * jnp.exp(rate), None), jnp.ones((), rates.dtype), rates)
    return jnp.log(end)


# Small numbers on the way
def splat_depth(offsets, depths):
    """Of a pixel that Gaussian splats share."""
    weights = jnp.exp(-(offsets**2))
    return jnp.sum(weights * depths) / jnp.sum(weights)


def photoelectron_energy(momentum):
    return momentum**2 / (2.0 * ELECTRON_MASS)


def attention_entropy(scores):
    shifted = scores - jnp.max(scores)
    attention = jnp.exp(shifted) / jnp.sum(jnp.exp(shifted))
    return -jnp.sum(attention * jnp.log(attention))


def gravitational_potential(mass_parameter, distance):
    return -mass_parameter / distance


def impedance_magnitude(resistance, reactance):
    return jnp.sqrt(resistance**2 + reactance**2)


def smoothed_cross_entropy(logits):
    """The second class is right, 0.1 is the smoothing."""
    shares = jax.nn.softmax(logits)
    return -(0.05 * jnp.log(shares[0]) + 0.95 * jnp.log(shares[1]))


# Small differences
def stumpff_c3(z):
    root = jnp.sqrt(z)
    return (root - jnp.sin(root)) / root**3


def orbit_eccentricity(speed, radius):
    """At an apsis, in canonical units."""
    energy = speed**2 / 2.0 - 1.0 / radius
    momentum = radius * speed
    return jnp.sqrt(1.0 + 2.0 * energy * momentum**2)


def diffusion_signal_to_noise(log_ratio):
    signal = jax.nn.sigmoid(log_ratio)
    return signal / (1.0 - signal)


def escape_probability(depth):
    """Of a photon from a layer of this optical depth."""
    return -jnp.expm1(-depth) / depth


def absorbed_fraction(depth):
    return -jnp.expm1(-depth)


def langmuir_coverage(affinity, pressure):
    return affinity * pressure / (1.0 + affinity * pressure)


def lorentz_contraction(rapidity):
    return jnp.sqrt(1.0 - jnp.tanh(rapidity) ** 2)


@jax.custom_jvp
def bose_occupation(x):
    return 1.0 / jnp.expm1(x)


@bose_occupation.defjvp
def _bose_occupation_jvp(primals, tangents):
    (x,), (dx,) = primals, tangents
    return bose_occupation(x), -jnp.exp(x) / (jnp.exp(x) - 1.0) ** 2 * dx


def mode_occupation(frequency, temperature):
    """The frequency in kelvin."""
    return bose_occupation(frequency / temperature)


# Small next to large
def excess_lorentz_factor(speed):
    """The speed is a fraction of that of light."""
    return 1.0 / jnp.sqrt(1.0 - speed**2) - 1.0


def converted_fraction(rate):
    """Of a slow reaction, by ten steps of Euler's method."""
    left = lax.fori_loop(0, 10, lambda _, left: left - 0.1 * rate * left, jnp.ones_like(rate))
    return 1.0 - left


def chord_through_disc(origin, target, radius):
    """Of a ray that starts at the origin given and a disc around 0."""
    direction = target / jnp.sqrt(jnp.sum(target**2))
    along = jnp.dot(origin, direction)
    return 2.0 * jnp.sqrt(along**2 - (jnp.dot(origin, origin) - radius**2))


def thermal_elongation(length, warming):
    """Of steel."""
    return length * (1.0 + 1.2e-5 * warming) - length


def energy_between_springs(place, stiffness, load):
    """Of a mass between two springs that pull it either way."""
    return 0.5 * stiffness * (place - 1.0) ** 2 + 0.5 * stiffness * (place + 1.0) ** 2 - load * place


# Edges
def mixing_gibbs_energy(fractions, temperature):
    return GAS_CONSTANT * temperature * jnp.sum(fractions * jnp.log(fractions))


def goldman_flux(voltage, inside, outside):
    """Of an ion through a membrane; the voltage in units of the thermal one."""
    return voltage * (inside - outside * jnp.exp(-voltage)) / (1.0 - jnp.exp(-voltage))


def weir_discharge(width, head):
    return 1.84 * width * head * jnp.sqrt(head)


# Branches
def stumpff_c2(z):
    elliptic = (1.0 - jnp.cos(jnp.sqrt(z))) / z
    hyperbolic = (jnp.cosh(jnp.sqrt(-z)) - 1.0) / -z
    return jnp.where(z > 0.0, elliptic, hyperbolic)


def wall_velocity(distance):
    """In wall units: the viscous layer and the law of the wall."""
    return jnp.where(distance < 11.0, distance, jnp.log(distance) / 0.41 + 5.0)


# Bounds
def heating_power(rate, time):
    """Of a batch reactor, which is heated as long as something is left to react."""
    extent = -jnp.expm1(-rate * time)
    return jnp.where(extent < 1.0, 5.0 + 2.0 * extent, 0.0)


def soft_coverage(distance):
    """Of a pixel by a blurred point."""
    return jnp.clip(jnp.exp(-(distance**2)), 0.0, 1.0)


# Rules of one's own
def _newton_for_kepler(mean_anomaly, eccentricity):
    def step(_, anomaly):
        miss = anomaly - eccentricity * jnp.sin(anomaly) - mean_anomaly
        return anomaly - miss / (1.0 - eccentricity * jnp.cos(anomaly))

    return lax.fori_loop(0, 8, step, mean_anomaly)


@jax.custom_jvp
def eccentric_anomaly(mean_anomaly, eccentricity):
    return _newton_for_kepler(mean_anomaly, eccentricity)


@eccentric_anomaly.defjvp
def _eccentric_anomaly_jvp(primals, tangents):
    (mean_anomaly, eccentricity), (dm, de) = primals, tangents
    anomaly = eccentric_anomaly(mean_anomaly, eccentricity)
    return anomaly, (dm + jnp.sin(mean_anomaly) * de) / (1.0 - eccentricity * jnp.cos(anomaly))


@jax.custom_vjp
def soft_threshold(x):
    return jnp.sign(x) * jnp.maximum(jnp.abs(x) - 0.5, 0.0)


soft_threshold.defvjp(lambda x: (soft_threshold(x), None), lambda _, g: (g,))


def sparse_code(weights, x):
    return jnp.sum(soft_threshold(weights * x))


# Nothing is wrong with these
def debye_huckel(ionic_strength):
    root = jnp.sqrt(ionic_strength)
    return -0.509 * root / (1.0 + root)


def osmotic_pressure(fraction):
    return -GAS_CONSTANT * 298.0 / 1.8e-5 * jnp.log1p(-fraction)


def thermocouple_voltage(hot, cold):
    return 4.1e-5 * (hot - cold)


def kinetic_energy_per_mass(speed):
    """Relativistic; the speed is a fraction of that of light."""
    root = jnp.sqrt(1.0 - speed**2)
    return speed**2 / (root * (1.0 + root))


def avalanche(gain, length):
    return jnp.exp(gain * length)


def attention_readout(scores, values):
    return jnp.dot(jax.nn.softmax(scores), values)


def guarded_wall_velocity(distance):
    viscous = distance < 11.0
    return jnp.where(viscous, distance, jnp.log(jnp.where(viscous, 11.0, distance)) / 0.41 + 5.0)


@jax.custom_jvp
def kepler_anomaly(mean_anomaly, eccentricity):
    return _newton_for_kepler(mean_anomaly, eccentricity)


@kepler_anomaly.defjvp
def _kepler_anomaly_jvp(primals, tangents):
    (mean_anomaly, eccentricity), (dm, de) = primals, tangents
    anomaly = kepler_anomaly(mean_anomaly, eccentricity)
    return anomaly, (dm + jnp.sin(anomaly) * de) / (1.0 - eccentricity * jnp.cos(anomaly))


def stagnation_temperature_in_steps(temperature, speed):
    return temperature + speed * (speed / (2.0 * HEAT_CAPACITY_OF_AIR))


def quadratic_drag(velocity):
    return -0.6 * velocity * jnp.abs(velocity)
