"""The reader of reports: recall, precision, findings and speed; and what a benchmark hands back.

Protocol, texts and reading of the figures: docs/benchmarks/figures.md.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from benchmarks.figures.figure import Figure

__all__ = ["Figure", "measure"]


def measure(*, quick: bool) -> Iterator[Figure]:
    """Every figure of the reader's benchmark."""
    protocol = importlib.import_module("benchmarks.figures.protocol")
    yield from protocol.measure(quick=quick)
