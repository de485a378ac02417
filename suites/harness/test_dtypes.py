"""The four formats are what NumPy and ml_dtypes say they are, and ordinals count their numbers."""

import math

import ml_dtypes
import numpy as np
import pytest

from gradcheck import dtypes
from gradcheck.dtypes import FORMATS, format_of, from_ordinals, ordinals

EVERY_FORMAT = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)


@EVERY_FORMAT
def test_facts_agree_with_finfo(form):
    info = ml_dtypes.finfo(form.numpy)
    assert form.maximum == float(info.max)
    assert form.smallest_normal == float(info.smallest_normal)
    assert form.smallest_subnormal == float(info.smallest_subnormal)
    assert form.epsilon == float(info.eps)
    assert form.integer.itemsize == form.numpy.itemsize


def test_format_of_takes_names_and_dtypes_and_names_the_known_ones():
    assert format_of("bfloat16") is format_of(ml_dtypes.bfloat16) is FORMATS["bfloat16"]
    with pytest.raises(ValueError, match=r"'int32'.*float16, bfloat16, float32, float64"):
        format_of(np.int32)
    with pytest.raises(ValueError, match="'float8'"):
        format_of("float8")


@EVERY_FORMAT
def test_ordinals_of_known_numbers(form):
    least = form.smallest_subnormal
    numbers = np.array([0.0, -0.0, least, -least, form.smallest_normal]).astype(form.numpy)
    assert ordinals(numbers).tolist() == [0, 0, 1, -1, 2 ** (form.precision - 1)]
    ends = ordinals(np.array([form.maximum, math.inf, -math.inf]).astype(form.numpy))
    assert ends[1] - ends[0] == 1
    assert ends[2] == -ends[1]


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_every_number_of_the_short_formats_comes_back(name):
    form = format_of(name)
    last = int(ordinals(np.array(np.inf).astype(form.numpy)))
    positions = np.arange(-last, last + 1)
    numbers = from_ordinals(positions, name)
    assert numbers.dtype == form.numpy
    np.testing.assert_array_equal(ordinals(numbers), positions)
    assert (np.diff(numbers.astype(np.float64)) > 0).all()


@EVERY_FORMAT
@pytest.mark.parametrize("shape", [(), (1,), (2, 3)])
def test_ordinals_keep_the_shape(form, shape):
    numbers = np.random.default_rng(0).standard_normal(shape)
    numbers = np.asarray(numbers).astype(form.numpy)
    positions = ordinals(numbers)
    assert positions.shape == shape
    assert positions.dtype == np.int64
    back = from_ordinals(positions, form.numpy)
    assert back.shape == shape
    assert back.tobytes() == numbers.tobytes()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_next_ordinal_is_the_next_number(dtype):
    numbers = np.random.default_rng(1).standard_normal(50).astype(dtype)
    following = from_ordinals(ordinals(numbers) + 1, dtype)
    np.testing.assert_array_equal(following, np.nextafter(numbers, dtype(np.inf)))


def test_strided_numbers_have_the_ordinals_of_their_copies():
    numbers = np.arange(12, dtype=np.float32).reshape(3, 4).T
    np.testing.assert_array_equal(ordinals(numbers), ordinals(numbers.copy()))


def test_names_are_in_the_order_of_precision_reported():
    assert dtypes.NAMES == ("float16", "bfloat16", "float32", "float64")
