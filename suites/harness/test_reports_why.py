"""The words that all reports share: where a cause is, and the command that shows a finding again."""

import pytest
from sample_results import finding, numbers, subject

from gradcheck.record import Cause
from gradcheck.reports import why
from gradcheck.reports.summary import Located


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("/home/me/work/losses/vae.py:12", "losses/vae.py:12"),
        ("C:\\work\\losses\\vae.py:12", "losses/vae.py:12"),
        ("losses/vae.py:12", "losses/vae.py:12"),
        ("vae.py:12", "vae.py:12"),
        ("<string>:1", "<string>:1"),
        ("", ""),
    ],
)
def test_a_place_is_the_file_its_folder_and_the_line(location, shown):
    assert why.place(location) == shown


@pytest.mark.parametrize(
    ("sentence", "location", "shown"),
    [
        ("It overflows", "/a/b/c.py:3", "It overflows (b/c.py:3)"),
        ("It overflows", "", "It overflows"),
        ("f raised E at /a/b/c.py:3", "/a/b/c.py:3", "f raised E at b/c.py:3"),
    ],
)
def test_a_sentence_has_the_line_once(sentence, location, shown):
    cause = Cause(kind="overflow", operation="exp", phase="forward", location=location, sentence=sentence)
    assert why.sentence(cause) == shown


def test_what_to_type_next():
    found = finding(point=(numbers(("0", "-1e30")), numbers(("nan",), shape=())))
    scanned = subject(suite="scan", specification="my_losses:iwae", mode="jit")
    assert why.following(Located(scanned, found)) == (
        "gradcheck explain my_losses:iwae --at '[0, -1e30]' --at nan --framework torch --dtype float32"
    )
    assert why.following(Located(subject(mode="jit"), found)) == (
        "gradcheck run squared_norm --framework torch --dtype float32 --mode jit"
    )
    assert why.following(Located(subject(suite="check"), found)) == ""
    large = finding(point=(numbers(("1",) * (why.LONGEST_POINT + 1)),))
    assert why.following(Located(scanned, large)) == ""


def test_what_to_type_next_is_safe_in_a_shell():
    assert "'a; rm -rf b'" in why.following(Located(subject(suite="a; rm -rf b"), finding()))
