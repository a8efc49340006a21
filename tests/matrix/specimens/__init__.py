"""The specimens of all apps, found by walking this folder."""

import pkgutil
from importlib import import_module

from tests.matrix.protocol import Place, Specimen


def all_specimens() -> list[Specimen]:
    found: list[Specimen] = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda each: each.name):
        found += import_module(f"{__name__}.{module.name}").SPECIMENS
    return found


__all__ = ["Place", "Specimen", "all_specimens"]
