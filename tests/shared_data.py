"""Public data sets for tests; absent data skip a test with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import shared_data


def data_set(name: str) -> Path:
    """Folder of a data set, or skip the test that wants it."""
    try:
        return shared_data.data_set(name)
    except shared_data.DataAbsent as absent:
        pytest.skip(str(absent))
