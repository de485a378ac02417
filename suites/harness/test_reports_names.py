"""Names on a page: they break where a reader expects it, and no part of one is markup."""

import pytest
from sample_results import HOSTILE

from gradcheck.reports.names import breakable, module


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("torch.nn.functional.ctc_loss", "torch.<wbr>nn.<wbr>functional.<wbr>ctc_<wbr>loss"),
        ("_private__name_", "_<wbr>private__<wbr>name_"),
        ("mean squared", "mean squared"),
        ("a<b>.c&d_'e'", "a&lt;b&gt;.<wbr>c&amp;d_<wbr>&#39;e&#39;"),
        ("\x1b[31m", "\\x1b[31m"),
    ],
)
def test_a_name_breaks_after_dots_and_underscores_alone(name, shown):
    assert str(breakable(name)) == shown


def test_a_hostile_name_holds_no_other_markup():
    assert set(str(breakable(HOSTILE)).replace("<wbr>", "")).isdisjoint("<>")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("torch.nn.functional.gelu (tanh)", ("torch.nn.functional", "gelu (tanh)")),
        ("torch.norm (1.5)", ("torch", "norm (1.5)")),
        ("squared_norm", ("", "squared_norm")),
        ("a loss. And more", ("", "a loss. And more")),
        (HOSTILE, ("", HOSTILE)),
    ],
)
def test_a_dotted_name_lies_in_a_module(name, parts):
    assert module(name) == parts
