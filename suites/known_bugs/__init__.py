"""Known numerical bugs of public libraries, each with its thread, and controls that have none.

`gradcheck benchmark known-bugs` measures what of them is found. Importing this imports no framework.
"""

from __future__ import annotations

from gradcheck.suites.known_bugs import (
    jax_controls,
    jax_library,
    jax_reexpressed,
    numpy_controls,
    numpy_reexpressed,
    torch_controls,
    torch_library,
    torch_reexpressed,
)
from gradcheck.suites.known_bugs.case import Case, Control, KnownBug

CASES: tuple[KnownBug, ...] = (
    *torch_library.CASES,
    *jax_library.CASES,
    *torch_reexpressed.CASES,
    *jax_reexpressed.CASES,
    *numpy_reexpressed.CASES,
)
CONTROLS: tuple[Control, ...] = (*torch_controls.CONTROLS, *jax_controls.CONTROLS, *numpy_controls.CONTROLS)
BY_ID: dict[str, Case] = {case.id: case for case in (*CASES, *CONTROLS)}

__all__ = ["BY_ID", "CASES", "CONTROLS", "Case", "Control", "KnownBug"]
