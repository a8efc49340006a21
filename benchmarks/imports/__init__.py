"""Workbooks of officers and of hazards: faults found, rows taken, and the export sent back."""

from benchmarks.imports.rounds import measure

__all__ = ["measure"]
