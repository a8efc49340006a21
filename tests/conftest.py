"""What every test begins with."""

from collections import Counter

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from tests import postgres

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
"""A busy machine makes no example wrong."""

CELLS = 80
"""Of the permission matrix in one part: a part has a crowd of its own and stays on one worker."""


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
    cells: Counter[str] = Counter()
    for item in items:
        group = item.nodeid.partition("::")[0]
        test = getattr(item, "originalname", "")
        if test.startswith("test_cell"):
            cells[test] += 1
            group += f" {test} {cells[test] // CELLS}"
        item.add_marker(pytest.mark.xdist_group(group))
