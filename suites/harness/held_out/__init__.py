"""Functions as users write them, each with its failure and the right cause, worked out by hand before any was run here.

They measure what the causes of the other tables cannot: how often the explanation is right the first time. Of the
first set that were 98 of 118, of the second 93 of 98, of the third 88 of 96, of the fourth and the fifth 102 of 102
each; where the explanation was right and the table not, a second answer was admitted afterwards, or the row became a
control. In the fourth and the fifth nothing was changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from gradcheck.suites.harness.held_out.case import Case

SETS = ("cases", "second_cases", "third_cases", "fourth_cases", "fifth_cases")


def cases(framework: str) -> Iterator[tuple[str, Case]]:
    """The rows of all sets for a framework, by name."""
    for table in SETS:
        yield from import_module(f"{__name__}.{framework}_{table}").CASES.items()
