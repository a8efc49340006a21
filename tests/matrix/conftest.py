from collections.abc import Iterator

import pytest
from django.conf import settings
from pytest_django.plugin import DjangoDbBlocker

from tests.matrix.crowd import Crowd
from tests.matrix.stage import Stage


@pytest.fixture(scope="package")
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database, open to the whole folder; in place of the plugin's transaction a test."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="package")
def stage(db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Where the crowd stands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", str(tmp_path_factory.mktemp("media")))
        patch.setattr(settings, "PASSAGE_PICTURES", tmp_path_factory.mktemp("pictures"))
        patch.setattr(settings, "IDLE_MINUTES", 600)  # who is asked last has waited longest
        stage = Stage()
        yield stage
        stage.clear()


@pytest.fixture
def crowd(stage: Stage, request: pytest.FixtureRequest) -> Crowd:
    """The force and those who try the routes; the same for all cells of a part."""
    part = request.node.get_closest_marker("xdist_group")
    return stage.crowd_of(part.args[0])
