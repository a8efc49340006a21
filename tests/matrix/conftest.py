from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.matrix.crowd import Crowd


@pytest.fixture(scope="package")
def crowd(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Crowd]:
    """The force and its visitors, made once; every request is undone, and in the end so are they.

    A test that asks for it is not marked with `django_db`: it would begin a transaction inside.
    """
    media: Path = tmp_path_factory.mktemp("media")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr("django.conf.settings.MEDIA_ROOT", str(media))
        with transaction.atomic():
            yield Crowd()
            transaction.set_rollback(True)
