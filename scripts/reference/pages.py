"""Every generated page of docs/reference."""

from __future__ import annotations

from cozmic.config import ROOT
from scripts.reference import commands, data_model, metrics, routes, settings

FOLDER = ROOT / "docs" / "reference"


def build_all() -> dict[str, str]:
    """Return the text of each generated page, by its name under docs/reference."""
    built: dict[str, str] = {}
    for module in (data_model, routes, settings, commands, metrics):
        built |= module.build()
    return built
