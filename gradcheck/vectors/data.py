"""Test vectors as data; `docs/vectors.md` says what each field means to a reader in another language.

Numbers are text: the shortest decimal that reads back as the same number of the dtype, and beside it the same
number in C's hexadecimal notation (`0x1.8p+1`, `inf`, `-inf`, `nan`). Arrays are flat, in row-major order.
"""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Input:
    """One argument of a specification; a domain that a sampler draws from has no text."""

    name: str
    shape: tuple[int, ...]
    domain: str
    differentiated: bool


@dataclass(frozen=True, kw_only=True)
class Array:
    """The numbers of one argument at a point."""

    decimal: tuple[str, ...]
    hex: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Part:
    """The truth of the value, or of the gradient of its sum by one argument, component by component."""

    shape: tuple[int, ...]
    kind: tuple[str, ...]
    decimal: tuple[str, ...]  # the exact answer rounded to the dtype; at a kink its lower end
    hex: tuple[str, ...]
    upper_hex: tuple[str, ...]  # the upper end at a kink, elsewhere the same as `hex`
    enclosure: tuple[str, ...]  # the certified ball around the exact answer; at a kink around its lower end
    upper_enclosure: tuple[str, ...]  # empty where no component is a kink
    budget: tuple[str, ...]  # how far off an answer may be, in hexadecimal, rounded up
    spread: tuple[str, ...]  # how far half an ulp of input moves the exact answer
    flushed_spread: tuple[str, ...]  # how far the smallest normal number does; empty where no input is near zero


@dataclass(frozen=True, kw_only=True)
class Vector:
    """The truth at one point."""

    regime: str
    point: tuple[Array, ...]
    value: Part
    gradient: tuple[Part, ...]  # one for each differentiated argument
    terms: tuple[str, ...]  # for each gradient, the size of the terms that it may cancel


@dataclass(frozen=True, kw_only=True)
class Vectors:
    """The truth of one specification in one dtype at many points."""

    specification: str
    source: str
    dtype: str
    seed: int
    oracle: str
    arguments: tuple[Input, ...]
    scales: tuple[str, ...]  # usual magnitude of the value and of each gradient
    vectors: tuple[Vector, ...]
    made_by: str = ""
    schema: int = SCHEMA
