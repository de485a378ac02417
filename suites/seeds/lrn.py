"""Local response normalisation: the libraries' conventions, running sums, and backward passes written by hand."""

from __future__ import annotations

from gradcheck.reference.lrn import CONVENTIONS, Constants, across_channels, within_channel
from gradcheck.specification import Implementation, Suite
from gradcheck.suites.portable import portable
from gradcheck.suites.seeds import lrn_backward, lrn_forward, windows
from gradcheck.suites.seeds import lrn_expected as known
from gradcheck.suites.seeds.lrn_claims import claims

CONSTANTS = Constants()
PYTORCH, PYTORCH_EVEN = across_channels("pytorch", 5), across_channels("pytorch", 4)
CAFFE, CAFFE_EVEN = across_channels("caffe", 3), across_channels("caffe", 4)
ALEXNET, TENSORFLOW = across_channels("alexnet", 5), across_channels("tensorflow", 2)
CAFFE_ODD, ALEXNET_EVEN = across_channels("caffe", 5), across_channels("alexnet", 4)
WITHIN = within_channel(3)
WINDOW, EVEN_WINDOW = CONVENTIONS["pytorch"].window(5), CONVENTIONS["pytorch"].window(4)
CAFFE_WINDOW = CONVENTIONS["caffe"].window(3)

LIBRARIES = (
    Implementation(
        name="functional",
        specification=PYTORCH,
        framework="torch",
        function=lrn_forward.torch_functional(5, CONSTANTS),
        expected=known.SQUARES_OVERFLOW,
    ),
    Implementation(
        name="functional",
        specification=PYTORCH_EVEN,
        framework="torch",
        function=lrn_forward.torch_functional(4, CONSTANTS),
        expected=known.SQUARES_OVERFLOW,
    ),
    Implementation(
        name="pytorch_functional",
        specification=CAFFE_EVEN,
        framework="torch",
        function=lrn_forward.torch_functional(4, CONSTANTS),
        expected=(*known.SQUARES_OVERFLOW, *known.wrong("value", known.ONNX), *known.wrong("gradient", known.ONNX)),
    ),
    Implementation(
        name="pytorch_functional",
        specification=ALEXNET,
        framework="torch",
        function=lrn_forward.torch_functional(5, CONSTANTS),
        expected=(
            *known.SQUARES_OVERFLOW,
            *known.wrong("value", known.UNDIVIDED),
            *known.wrong("gradient", known.UNDIVIDED),
        ),
    ),
    Implementation(
        name="pytorch_functional_alpha_times_n",
        specification=ALEXNET,
        framework="torch",
        function=lrn_forward.torch_functional(5, CONSTANTS, alpha=5 * CONSTANTS.alpha),
        expected=known.SQUARES_OVERFLOW,
    ),
    Implementation(
        name="reduce_window",
        specification=PYTORCH,
        framework="jax",
        function=lrn_forward.jax_reduce_window(WINDOW, CONSTANTS),
        expected=known.SQUARES_OVERFLOW,
    ),
)
FORMULAS = (
    *portable("direct", PYTORCH, PYTORCH.definition, names=("numpy", "torch"), expected=known.SQUARES_OVERFLOW),
    *portable("scaled", PYTORCH, lrn_forward.scaled(WINDOW, CONSTANTS)),
    *portable("direct", CAFFE, CAFFE.definition, names=("numpy",), expected=known.SQUARES_OVERFLOW),
    *portable("direct", ALEXNET, ALEXNET.definition, names=("numpy",), expected=known.SQUARES_OVERFLOW),
    *portable("direct", TENSORFLOW, TENSORFLOW.definition, names=("jax",), expected=known.SQUARES_OVERFLOW),
    *portable("direct", WITHIN, WITHIN.definition, names=("numpy", "torch"), expected=known.SQUARES_OVERFLOW),
    Implementation(
        name="running_sum",
        specification=CAFFE,
        framework="numpy",
        function=lrn_forward.running_sum(CAFFE_WINDOW, CONSTANTS),
        expected=known.RUNNING_SUM,
    ),
    Implementation(
        name="power_added",
        specification=CAFFE,
        framework="numpy",
        function=lrn_forward.added(CAFFE_WINDOW, CONSTANTS),
        expected=known.wrong("value", "s^-beta scales the activation; it is not added to it"),
    ),
)
# name, specification, its window, the backward pass
BACKWARD = (
    ("caffe_backward", CAFFE, CAFFE_WINDOW, lrn_backward.caffe),
    ("caffe_backward", PYTORCH_EVEN, EVEN_WINDOW, lrn_backward.caffe),
    ("window_not_mirrored", PYTORCH_EVEN, EVEN_WINDOW, lrn_backward.not_mirrored),
    ("divided_by_the_power", CAFFE, CAFFE_WINDOW, lrn_backward.divided_by_the_power),
    ("passed_through", CAFFE, CAFFE_WINDOW, lrn_backward.passed_through),
    ("scaled_like_the_activations", CAFFE, CAFFE_WINDOW, lrn_backward.scaled_like_the_activations),
    ("normalised_like_the_activations", CAFFE, CAFFE_WINDOW, lrn_backward.normalised_like_the_activations),
)
HAND_WRITTEN = tuple(
    Implementation(
        name=name,
        specification=specification,
        framework="numpy",
        function=lrn_forward.direct(window, CONSTANTS),
        gradient=backward(window, CONSTANTS),
        expected=(*known.VALUE_OVERFLOWS, *known.OF_BACKWARD[name]),
    )
    for name, specification, window, backward in BACKWARD
)
# What the conventions make of one size; TensorFlow's is its depth radius, half of it.
PICTURED = {
    "Windows of odd size 5": (PYTORCH, CAFFE_ODD, ALEXNET, TENSORFLOW),
    "Windows of even size 4": (PYTORCH_EVEN, CAFFE_EVEN, ALEXNET_EVEN, TENSORFLOW),
}
IMPLEMENTATIONS = (*LIBRARIES, *FORMULAS, *HAND_WRITTEN)

SUITE = Suite(
    name="lrn",
    title="Local response normalisation",
    implementations=IMPLEMENTATIONS,
    claims=claims(IMPLEMENTATIONS),
    pictures=windows.pictures(PICTURED, LIBRARIES),
)
