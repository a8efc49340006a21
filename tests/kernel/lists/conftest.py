from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def example(settings: Settings) -> None:
    """The example lists are the site, below a bare shell."""
    settings.ROOT_URLCONF = "tests.kernel.lists.example"
    templates = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**templates, "DIRS": [Path(__file__).parent / "templates"]}]
