"""gradcheck: is the value right, is the gradient right, and if not: a bug or the mathematics?

`check` judges one function of PyTorch, JAX or NumPy against certified truth; `assert_stable` does so in a
test. Importing this changes no global state and imports no framework.
"""

from gradcheck.api import assert_stable, check
from gradcheck.inputs.argument import Argument
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
]
