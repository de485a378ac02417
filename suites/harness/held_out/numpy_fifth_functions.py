"""Finance, sky, Earth, images, life and queues as users of NumPy write them, some with a gradient by hand."""

from __future__ import annotations

import math

import numpy as np

GRAVITATION = 6.674e-11
SUN_RADIUS, SUN_TEMPERATURE = 6.957e8, 5772.0
EARTH_RADIUS = 6371.0  # in kilometres


# Values
def erlang_b(load):
    """Twenty servers, and no place to wait."""
    servers = np.arange(21, dtype=load.dtype)
    factorials = np.array([math.factorial(k) for k in range(21)], dtype=load.dtype)
    terms = load**servers / factorials
    return terms[-1] / np.sum(terms)


def channel_opening_rate(voltage):
    """Of potassium, by Hodgkin and Huxley."""
    return 0.01 * (10.0 - voltage) / (np.exp((10.0 - voltage) / 10.0) - 1.0)


def bateman_concentration(absorption, elimination, time):
    """Of a drug that is swallowed."""
    factor = absorption / (absorption - elimination)
    return factor * (np.exp(-elimination * time) - np.exp(-absorption * time))


def forward_rate(rate, start, end):
    """Between two dates, of bonds without a coupon."""
    return (np.exp(-rate * start) / np.exp(-rate * end) - 1.0) / (end - start)


def curvature_drop(radius, distance):
    return np.sqrt(radius**2 + distance**2) - radius


def ellipsoid_eccentricity(flattening):
    return np.sqrt(1.0 - (1.0 - flattening) ** 2)


def illuminated_fraction(phase_angle):
    return 0.5 * (1.0 + np.cos(phase_angle))


def luminosity_in_suns(radius, temperature):
    return radius**2 * temperature**4 / (SUN_RADIUS**2 * SUN_TEMPERATURE**4)


def peak_signal_to_noise(image, other):
    """In decibels, of images of 8 bits."""
    error = np.mean((image - other) ** 2)
    return 10.0 * np.log10(255.0**2 / error)


def root_mean_square_brightness(image):
    return np.sqrt(np.sum(image**2) / image.size)


def inpainted_pixel(neighbours, distances):
    weights = np.exp(-0.5 * distances**2)
    return np.sum(weights * neighbours) / np.sum(weights)


def shannon_diversity(counts):
    share = counts / np.sum(counts)
    return -np.sum(share * np.log(share))


def complex_quotient_real(a, b, c, d):
    """The real part of (a + bi) / (c + di)."""
    return (a * c + b * d) / (c**2 + d**2)


def eliminate_without_pivot(matrix, right):
    """The first unknown of two equations."""
    factor = matrix[1, 0] / matrix[0, 0]
    second = (right[1] - factor * right[0]) / (matrix[1, 1] - factor * matrix[0, 1])
    return (right[0] - matrix[0, 1] * second) / matrix[0, 0]


def lod_score(recombination, crossed, meioses):
    """Of linkage against none."""
    linked = recombination**crossed * (1.0 - recombination) ** (meioses - crossed)
    return np.log10(linked / 0.5**meioses)


def arc_minus_chord(distance):
    return distance - 2.0 * EARTH_RADIUS * np.sin(distance / (2.0 * EARTH_RADIUS))


def shadow_length(zenith):
    return np.where(np.cos(zenith) < 1.0, 2.0 * np.tan(zenith), 0.0)


# Values with a gradient by hand
def ricker_recruits(stock):
    return stock * np.exp(1.5 * (1.0 - stock / 100.0))


def ricker_recruits_gradient(stock):
    """Without the slope of the first factor."""
    return (-0.015 * stock * np.exp(1.5 * (1.0 - stock / 100.0)),)


def moffat_profile(radius):
    """Of a star, blurred by the air."""
    return (1.0 + (radius / 2.0) ** 2) ** -2.5


def moffat_profile_gradient(radius):
    """The exponent is not lowered."""
    return (-2.5 * (radius / 2.0) * (1.0 + (radius / 2.0) ** 2) ** -2.5,)


def portfolio_variance(weights):
    covariance = np.array([[0.04, 0.01], [0.01, 0.09]], dtype=weights.dtype)
    return np.dot(weights, np.dot(covariance, weights))


def portfolio_variance_gradient(weights):
    covariance = np.array([[0.04, 0.01], [0.01, 0.09]], dtype=weights.dtype)
    return (np.dot(covariance, weights),)


def normal_gravity(latitude):
    """The latitude is in degrees."""
    return 9.78 * (1.0 + 0.0053 * np.sin(np.deg2rad(latitude)) ** 2)


def normal_gravity_gradient(latitude):
    """Per radian."""
    angle = np.deg2rad(latitude)
    return (9.78 * 0.0053 * 2.0 * np.sin(angle) * np.cos(angle),)


def cline_frequency(distance):
    """Of a gene along a hybrid zone."""
    return 1.0 / (1.0 + np.exp(-4.0 * distance))


def cline_frequency_gradient(distance):
    other = np.exp(-4.0 * distance)
    return (4.0 * other / (1.0 + other) ** 2,)


def point_potential(x, y):
    return -1.0 / np.hypot(x, y)


def point_potential_gradient(x, y):
    distance = np.hypot(x, y)
    return x / distance**3, y / distance**3


def goldman_factor(voltage):
    return voltage / np.expm1(voltage)


def goldman_factor_gradient(voltage):
    below = np.expm1(voltage)
    return ((below - voltage * np.exp(voltage)) / below**2,)


def waiting_customers(load):
    """Of one server, those who are not served yet."""
    return load**2 / (1.0 - load)


def waiting_customers_gradient(load):
    return (1.0 / (1.0 - load) ** 2 - 1.0,)


def cubic_spline_basis(x, y):
    return np.hypot(x, y) ** 3


def cubic_spline_basis_gradient(x, y):
    distance = np.hypot(x, y)
    slope = 3.0 * distance**2
    return slope * (x / distance), slope * (y / distance)


def stellar_disc(radius):
    """Of full darkening to its limb."""
    return np.where(radius < 1.0, np.sqrt(np.maximum(1.0 - radius**2, 0.0)), 0.0)


def stellar_disc_gradient(radius):
    inside = (radius < 1.0).astype(radius.dtype)
    return (inside * (-radius / np.sqrt(1.0 - radius**2)),)


def expolinear_growth(time):
    return np.where(time < 0.0, np.exp(np.minimum(time, 0.0)), 1.0 + time)


def expolinear_growth_gradient(time):
    early = (time < 0.0).astype(time.dtype)
    return (early * np.exp(time) + (1.0 - early),)


def photon_signal_to_noise(signal):
    """Before a background of 1500 photons."""
    return signal / np.sqrt(signal + 1500.0)


def photon_signal_to_noise_gradient(signal):
    photons = signal + 1500.0
    return (1.0 / np.sqrt(photons) - 0.5 * signal / photons**1.5,)


def light_at_depth(depth):
    return np.exp(-0.5 * depth)


def light_at_depth_gradient(depth):
    """By a forward difference."""
    step = 1e-8
    return ((light_at_depth(depth + step) - light_at_depth(depth)) / step,)


def continuous_annuity(rate):
    """Paid for ten years."""
    return -np.expm1(-10.0 * rate) / rate


def continuous_annuity_gradient(rate):
    discount = np.exp(-10.0 * rate)
    return ((10.0 * rate * discount - (1.0 - discount)) / rate**2,)


def two_route_cost(first, second):
    """The expected cost of the cheaper one, by the logit model."""
    return -np.logaddexp(-first, -second)


def two_route_cost_gradient(first, second):
    weight, other = np.exp(-first), np.exp(-second)
    return weight / (weight + other), other / (weight + other)


def well_drawdown(x, y):
    return -np.log(np.hypot(x, y))


def well_drawdown_gradient(x, y):
    squares = x**2 + y**2
    return -x / squares, -y / squares


def rating_curve(stage, exponent):
    return stage**exponent


def rating_curve_gradient(stage, exponent):
    return exponent * stage ** (exponent - 1.0), stage**exponent * np.log(stage)


# Nothing is wrong with these
def fixation_probability(advantage):
    """Of a new mutation in a population of 1000, by Kimura."""
    return (1.0 - np.exp(-2.0 * advantage)) / (1.0 - np.exp(-4000.0 * advantage))


def escape_speed(mass, radius):
    return np.sqrt(2.0 * GRAVITATION * mass / radius)


def chromaticity(red, green, blue):
    return red / (red + green + blue)


def bid_ask_spread(bid, ask):
    return (ask - bid) / bid


def dividing_cells(cells, generations):
    return cells * 2.0**generations


def ground_distance(east, north):
    return np.hypot(east, north)


def ground_distance_gradient(east, north):
    distance = np.hypot(east, north)
    safe = np.where(distance > 0.0, distance, 1.0)
    return east / safe, north / safe


def light_at_depth_slope(depth):
    return (-0.5 * np.exp(-0.5 * depth),)
