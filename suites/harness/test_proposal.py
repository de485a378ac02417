"""Arguments proposed by names, tried on the function, and said; what cannot be proposed for is one line."""

import numpy as np
import pytest

from gradcheck import frameworks
from gradcheck.proposal import NoProposal, Wishes, domain_of, override, parameters_of, propose

NUMPY = frameworks.get("numpy")


def _proposed(function, wishes=None, framework=NUMPY):
    return propose(function, framework, "float32", wishes)


@pytest.mark.parametrize(
    ("name", "others", "domain"),
    [
        ("logits", (), "real"),
        ("probs", (), "probability"),
        ("log_probs", (), "real"),
        ("log_var", (), "real"),
        ("sigma2", (), "positive"),
        ("attention_mask", (), "{0, 1}"),
        ("weight", (), "nonnegative"),
        ("target", ("pred",), "real"),
        ("target", ("probs",), "probability"),
        ("y_true", ("logits",), "probability"),
        ("labels", ("pred",), "{0, 1}"),
        ("whatever", (), "real"),
    ],
)
def test_a_name_tells_the_domain(name, others, domain):
    assert domain_of(name, others) == domain


def test_the_first_proposal_that_works_is_taken():
    (argument,) = _proposed(lambda x: x * x).arguments
    assert (argument.domain, argument.shape, argument.differentiate, argument.name) == ("real", (8,), True, "x")


def test_a_function_that_raises_gets_another_domain():
    def picky(x):
        if (x < 0).any() or (x > 1).any():
            raise ValueError("between 0 and 1")
        return x

    assert _proposed(picky).arguments[0].domain == "probability"


def test_a_function_that_raises_gets_another_shape():
    weights = np.ones((4, 2), np.float32)
    assert _proposed(lambda x: x.swapaxes(-1, -2) @ weights).arguments[0].shape == (4, 3)


def test_numbers_are_preferred_to_nan():
    def root(x):
        with np.errstate(invalid="ignore"):
            return np.sqrt(x)

    assert _proposed(root).arguments[0].domain == "probability"


def test_some_numbers_are_better_than_none():
    def half_nan(x):
        return np.where(np.arange(x.size).reshape(x.shape) % 2 == 0, x, np.float32(np.nan))

    # a scalar alone is free of NaN
    assert _proposed(half_nan, Wishes(shapes={"x": (8,)})).arguments[0].domain == "real"


def test_nothing_but_nan_is_refused():
    with pytest.raises(NoProposal, match=r"nothing but NaN; .*--domain x=real --shape x=4,3"):
        _proposed(lambda x: x * np.float32(np.nan))


def test_the_first_refusal_is_said():
    def refuses(x):
        raise ValueError("never")

    with pytest.raises(NoProposal, match=r"raised ValueError: never.*; no other domain or shape helped"):
        _proposed(refuses)


def test_one_argument_may_differ_from_the_others():
    def select(a, b):
        if not set(np.unique(b)) <= {-1, 1}:
            raise ValueError("signs")
        if set(np.unique(a)) <= {-1, 1}:
            raise ValueError("no signs")
        return a * b

    first, second = _proposed(select).arguments
    assert (first.domain, second.domain) == ("real", "{-1, 1}")
    assert (first.differentiate, second.differentiate) == (True, False)


def test_what_is_wished_is_kept_and_the_rest_is_proposed():
    wishes = Wishes(domains={"x": "[2, 3]"}, shapes={"y": (2,)}, fixed=("y",))
    proposal = _proposed(lambda x, y: x * y, wishes)
    x, y = proposal.arguments
    assert (x.domain, x.shape, x.differentiate) == ("[2, 3]", (2,), True)
    assert (y.domain, y.shape, y.differentiate) == ("real", (2,), False)
    assert proposal.lines[0].startswith("x: assumed [2, 3], shape (2,); to change it: --domain x='[2, 3]'")


def test_each_line_says_what_was_assumed_and_what_to_type():
    proposal = _proposed(lambda probs: probs, Wishes(shapes={"probs": (2, 3)}))
    line = "probs: assumed probability, shape (2, 3); to change it: --domain probs=probability --shape probs=2,3"
    assert proposal.lines == (line,)
    given = _proposed(lambda x: x, Wishes(domains={"x": "real"}, shapes={"x": ()}))
    assert given.lines == ("x: real, shape (), as given",)


def test_the_override_of_a_scalar_and_of_a_set():
    (argument,) = _proposed(lambda mask: mask, Wishes(shapes={"mask": ()})).arguments
    assert override(argument) == "--domain mask='{0, 1}' --shape mask=()"


def test_a_float_is_a_scalar():
    def scaled(x, factor: float):
        return x * factor

    assert [a.shape for a in _proposed(scaled).arguments] == [(8,), ()]


def test_a_domain_that_cannot_have_the_shape():
    with pytest.raises(ValueError, match="rotation"):
        _proposed(lambda x: x, Wishes(domains={"x": "rotation"}, shapes={"x": (3,)}))


def test_an_unknown_name():
    with pytest.raises(NoProposal, match="has no parameter 'z'; expected one of x, y"):
        _proposed(lambda x, y: x, Wishes(fixed=("z",)))


def _keyword_only(x, *, reduction):
    return x


def _integer(x, axis: int):
    return x


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (_keyword_only, r"needs keyword-only arguments; .*_keyword_only\(\.\.\., reduction=\.\.\.\)"),
        (lambda *arrays: arrays, r"takes \*arrays, any number of arrays; wrap it"),
        (lambda x=1: x, "no positional parameter without a default"),
        (_integer, "needs axis, which is annotated as no array"),
        (max, "max is a builtin without a signature; wrap it in a function of yours"),
    ],
)
def test_a_signature_that_takes_no_arrays_by_position(function, message):
    with pytest.raises(NoProposal, match=message):
        parameters_of(function)


def test_what_has_a_default_is_left_alone():
    assert [p.name for p in parameters_of(lambda x, y, eps=1e-8, *more, **options: x)] == ["x", "y"]


def test_losses_of_torch():
    torch = pytest.importorskip("torch")
    functional, framework = torch.nn.functional, frameworks.get("torch")
    found = {
        name: [a.domain for a in _proposed(getattr(functional, name), framework=framework).arguments]
        for name in ("binary_cross_entropy", "binary_cross_entropy_with_logits", "mse_loss", "gaussian_nll_loss")
    }
    assert found == {
        "binary_cross_entropy": ["probability", "probability"],
        "binary_cross_entropy_with_logits": ["real", "real"],
        "mse_loss": ["real", "real"],
        "gaussian_nll_loss": ["real", "real", "positive"],
    }


def test_a_module_is_read_by_its_forward():
    torch = pytest.importorskip("torch")
    (argument,) = _proposed(torch.nn.Linear(3, 2), framework=frameworks.get("torch")).arguments
    assert (argument.name, argument.shape) == ("input", (4, 3))
