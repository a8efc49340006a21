"""What every test begins with."""

import pytest
from django.utils import translation

from tests import postgres


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """The database is migrated; the next run with the same migrations need not do it again."""
    from django.db import connection  # noqa: PLC0415

    connection.close()
    postgres.set_aside(str(connection.settings_dict["NAME"]))


@pytest.fixture(autouse=True)
def _chinese() -> None:
    """A request in English leaves its thread in English; the next test begins in Chinese."""
    translation.deactivate()
