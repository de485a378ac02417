"""The scripts of the page: what they are made of, and the policy under which nothing else runs.

They are written by hand, a few hundred lines on top of plain tables, links and `details`: the grids and tables that
libraries offer draw everything themselves, so that without JavaScript, in print and for a screen reader there would
be little or nothing.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterable
from functools import cache

from markupsafe import Markup

from gradcheck.reports import plots, templating

# In the order they run in; a later one uses what an earlier one declares.
FILES = ("state.js", "unpack.js", "table.js", "cards.js", "filter.js", "reveal.js", "theme.js", "copy.js", "plots.js")


@cache
def own() -> Markup:
    """Our own scripts as one. The block keeps what they declare to themselves."""
    parts = (templating.part(name) for name in FILES)
    return Markup('"use strict";\n{\n' + "\n".join(parts) + "\n}")


@cache
def bokeh() -> str:
    """BokehJS, packed: the page unpacks it when the first plot is drawn, and is a megabyte smaller."""
    return packed(plots.script().encode("utf-8"))


def packed(plain: bytes) -> str:
    """Gzipped, in base64: no character of it is markup."""
    return base64.b64encode(gzip.compress(plain, mtime=0)).decode("ascii")


def policy() -> str:
    """A Content-Security-Policy under which only our own scripts and BokehJS run and nothing is fetched."""
    sources = " ".join(_digests((own(), plots.script())))
    return f"default-src 'none'; script-src {sources}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


def _digests(scripts: Iterable[str]) -> Iterable[str]:
    for script in scripts:
        digest = hashlib.sha256(script.encode("utf-8")).digest()
        yield f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
