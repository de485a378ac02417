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
# library -> module with a `SUITE`, which imports the library; run where they are asked for by name
LIBRARIES: dict[str, str] = {
    name: f"gradcheck.suites.libraries.{name}" for name in ("torch", "jax", "optax", "torchmetrics")
}
SUITES: dict[str, str] = {**SEEDS, **LIBRARIES}


def load(name: str) -> Suite:
    """The suite called `name`.

    `ValueError` names the suites there are, the likely one first; or says that the library of a suite is missing.
    """
    if name not in SUITES:
        near = difflib.get_close_matches(name, SUITES, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ValueError(f"unknown suite {name!r}; {hint}There are: {', '.join(SUITES)}")
    try:
        return importlib.import_module(SUITES[name]).SUITE
    except ImportError as error:
        if name not in LIBRARIES:
            raise
        raise ValueError(
            f"the suite {name!r} judges a library that cannot be imported ({error}); type: pip install {name}"
        ) from error
