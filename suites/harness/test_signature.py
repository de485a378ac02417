"""Parameters of callables, of builtins too."""

from __future__ import annotations

import pytest
import torch

from gradcheck.signature import parameters


def names(function, required=True):
    return [p.name for p in parameters(function) if (p.default is p.empty) == required]


def test_of_a_python_function():
    assert names(lambda x, y, scale=2: x) == ["x", "y"]


def test_of_a_builtin_that_documents_itself():
    assert names(torch.nn.functional.softplus) == ["input"]
    assert names(torch.nn.functional.softplus, required=False)[:2] == ["beta", "threshold"]
    assert names(torch.nn.functional.gelu) == ["input"]


def test_keyword_only_parameters_keep_their_kind():
    kinds = {p.name: p.kind for p in parameters(torch.nn.functional.gelu)}
    assert kinds["approximate"].name in ("KEYWORD_ONLY", "POSITIONAL_OR_KEYWORD")
    assert kinds["input"].name == "POSITIONAL_OR_KEYWORD"


def test_no_signature_is_said():
    with pytest.raises(ValueError, match="minimum_of_all has no signature"):
        parameters(Silent())


class Silent:
    """A callable as a C extension without a word of documentation shows itself."""

    __name__ = "minimum_of_all"
    __signature__ = "none that Python reads"

    def __call__(self, *arrays):
        return arrays[0]
