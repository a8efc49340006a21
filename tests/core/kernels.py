"""Run compiled kernels as plain Python, so that a test sees every line and branch of them."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from luchang.core.common.compiled import interpreted

if TYPE_CHECKING:
    import pytest


def interpret(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """Replace every kernel of a module by the function it was compiled from."""
    for name, value in vars(module).copy().items():
        if hasattr(value, "py_func"):
            monkeypatch.setattr(module, name, interpreted(value))
