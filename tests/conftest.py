"""What every test begins with."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _chinese() -> None:
    """A request in English leaves its thread in English; the next test begins in Chinese."""
    translation.deactivate()
