from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.matrix.crowd import Crowd


@pytest.fixture(scope="package")
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One transaction for the whole folder, in place of the plugin's one a test.

    What is made once stays for all tests, and each request of the matrix is undone by itself. A
    test of this folder is therefore not marked with `django_db`; it asks for the crowd.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def crowd(db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """The force and those who try the routes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", str(tmp_path_factory.mktemp("media")))
        patch.setattr(settings, "IDLE_MINUTES", 600)  # who is asked last has waited longest
        yield Crowd()
