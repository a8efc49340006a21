import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def example(settings: Settings) -> None:
    """The example lists are part of the site."""
    settings.ROOT_URLCONF = "tests.kernel.lists.example"
