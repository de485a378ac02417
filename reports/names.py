"""Names on a page: where a long one may break, and the module that a dotted one lies in."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from gradcheck.reports import text

_AFTER = re.compile(r"(?<=[._])(?=[^._])")
# `torch.nn.functional.gelu (tanh)`: a path of identifiers, then whatever tells two of a function apart.
_DOTTED = re.compile(r"((?:[A-Za-z_]\w*\.)+)([A-Za-z_]\w*(?: .*)?)", re.ASCII)
_BREAK = Markup("<wbr>")


def breakable(name: str) -> Markup:
    """`name`, escaped, that may break after each run of dots and underscores and nowhere inside a word."""
    return _BREAK.join(escape(part) for part in _AFTER.split(text.printable(name)))


def module(name: str) -> tuple[str, str]:
    """`torch.nn.functional.gelu (tanh)` as `torch.nn.functional` and `gelu (tanh)`; of no dotted name no module."""
    match = _DOTTED.fullmatch(name)
    return (match[1].removesuffix("."), match[2]) if match else ("", name)
