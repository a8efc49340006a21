"""Ten million passages a day: eight questions on the kept layout, and engines that have none.

Protocol and reading of the figures: docs/benchmarks/passages.md.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.figures.figure import Figure

__all__ = ["measure"]


def measure(*, quick: bool) -> Iterator[Figure]:
    """Every figure of the passages."""
    protocol = importlib.import_module("benchmarks.passages.protocol")
    yield from protocol.measure(quick=quick)
