"""UTDF, the table format of Synchro and its kin: lanes, timing and phasing of junctions as CSV.

Written in metres and km/h; files in feet and miles are read too. Sections and records that we do
not use are passed over and counted by name, never silently.
"""

from luchang.core.signals.utdf.model import (
    ARMS,
    Bound,
    LaneGroup,
    Phase,
    UtdfFile,
    UtdfJunction,
    UtdfRefused,
)
from luchang.core.signals.utdf.reading import read
from luchang.core.signals.utdf.writing import write

__all__ = [
    "ARMS",
    "Bound",
    "LaneGroup",
    "Phase",
    "UtdfFile",
    "UtdfJunction",
    "UtdfRefused",
    "read",
    "write",
]
