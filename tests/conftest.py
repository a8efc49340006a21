"""What every test begins with."""

from zlib import crc32

import pytest
from django.utils import translation

from tests import postgres

CELL_GROUPS = 4
"""Parts of the permission matrix, each for one worker."""


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests stay on one worker; the cells of the matrix are too many for that."""
    for item in items:
        group = item.nodeid.partition("::")[0]
        if getattr(item, "originalname", "") == "test_cell":
            group += f" {crc32(item.nodeid.encode()) % CELL_GROUPS}"
        item.add_marker(pytest.mark.xdist_group(group))
