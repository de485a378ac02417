"""Losses, activations, normalisations, distances, norms, special functions and log-densities of PyTorch."""

from __future__ import annotations

from gradcheck.suites.libraries.table import suite
from gradcheck.suites.libraries.torch_distributions import DISTRIBUTIONS
from gradcheck.suites.libraries.torch_losses import ACTIVATIONS, DISTANCES, LOSSES, NORMALISATIONS
from gradcheck.suites.libraries.torch_special import NORMS, SPECIAL

TABLES = {
    "torch.nn.functional": {**LOSSES, **ACTIVATIONS, **NORMALISATIONS, **DISTANCES},
    "torch": NORMS,
    "torch.special": SPECIAL,
    "torch.distributions": DISTRIBUTIONS,
}
SUITE = suite("torch", "torch", "Losses, layers, norms, special functions and log-densities of PyTorch", TABLES)
