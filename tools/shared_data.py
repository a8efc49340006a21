"""Where the public data sets lie that tests and benchmarks read and the product never ships."""

from __future__ import annotations

import os
from pathlib import Path

SHARED = Path(
    os.environ.get("LUCHANG_SHARED", Path(__file__).resolve().parents[1] / "../shared")
).resolve()
"""The folder `shared` beside the checkout, or what LUCHANG_SHARED names."""


class DataAbsent(LookupError):
    """A public data set is not on this machine; the message says which and where it should be."""


def data_set(name: str) -> Path:
    """Folder of one data set.

    Raises
    ------
    DataAbsent
        It is not here: a test skips with this reason, a benchmark leaves its figures out.
    """
    folder = SHARED / "data" / name
    if not folder.is_dir():
        raise DataAbsent(f"public data set {name} is absent: no {name} in LUCHANG_SHARED/data")
    return folder
