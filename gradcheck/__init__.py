"""gradcheck: is the value right, is the gradient right, and if not: a bug or the mathematics?

`check` judges one function of PyTorch, JAX or NumPy against certified truth; `assert_stable` does so in a
test, `mark` and `table` make tests of many functions at once. Importing this changes no global state and imports no
framework; each name is imported when it is first used, for pytest imports the plugin of this package everywhere.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradcheck.api import assert_stable, check
    from gradcheck.inputs.argument import Argument
    from gradcheck.marking import mark, table
    from gradcheck.report import Finding, Report
    from gradcheck.specification import ExpectedFinding, Implementation, Specification
    from gradcheck.verdict import Severity, Verdict

__all__ = [
    "Argument",
    "ExpectedFinding",
    "Finding",
    "Implementation",
    "Report",
    "Severity",
    "Specification",
    "Verdict",
    "assert_stable",
    "check",
    "mark",
    "table",
]

_MODULES = {
    "gradcheck.api": ("assert_stable", "check"),
    "gradcheck.inputs.argument": ("Argument",),
    "gradcheck.marking": ("mark", "table"),
    "gradcheck.report": ("Finding", "Report"),
    "gradcheck.specification": ("ExpectedFinding", "Implementation", "Specification"),
    "gradcheck.verdict": ("Severity", "Verdict"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


if not TYPE_CHECKING:  # a type checker knows the names, and is to know no others

    def __getattr__(name: str) -> Any:
        if name not in _MODULE_OF:
            raise AttributeError(f"module 'gradcheck' has no attribute {name!r}")
        return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
