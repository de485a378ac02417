"""What is checked: suites by name. A suite is loaded when it is asked for."""

from __future__ import annotations

import difflib
import importlib

from gradcheck.specification import Suite

# name -> module with a `SUITE`; the losses of the mission
SEEDS: dict[str, str] = {
    "squared_norm": "gradcheck.suites.seeds.squared_norm",
    "vae": "gradcheck.suites.seeds.vae",
    "magnitude_sign": "gradcheck.suites.seeds.magnitude_sign",
    "linear_regression": "gradcheck.suites.seeds.linear_regression",
    "lrn": "gradcheck.suites.seeds.lrn",
    "backpropagation": "gradcheck.suites.seeds.backpropagation",
}
SUITES: dict[str, str] = {**SEEDS}


def load(name: str) -> Suite:
    """The suite called `name`. `ValueError` names the suites there are, the likely one first."""
    if name not in SUITES:
        near = difflib.get_close_matches(name, SUITES, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ValueError(f"unknown suite {name!r}; {hint}There are: {', '.join(SUITES)}")
    return importlib.import_module(SUITES[name]).SUITE
