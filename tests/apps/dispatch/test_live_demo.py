"""The demo's live work: what a newcomer sees in the first minutes."""

import random
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from luchang.apps.dispatch.management.live_work import SOURCE, LiveWork
from luchang.apps.dispatch.models import Incident
from luchang.apps.dispatch.states import IncidentStatus
from luchang.apps.force import services as force
from luchang.apps.force.models import Position
from luchang.kernel.identity.actors import SYSTEM
from tests.factories import dispatch as make
from tests.factories import force as force_factory
from tests.factories.force import NOON
from tests.factories.identity import organisation
from tests.factories.town import CENTRE, build_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(tmp_path: Path, settings: LazySettings, db: None) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    build_town()
    make.limits()


@pytest.mark.usefixtures("town")
def test_within_five_minutes_calls_come_cars_drive_and_a_crew_is_at_work() -> None:
    """A demo that shows an empty board, or a board on which nothing moves, shows nothing."""
    place = organisation(name="天元大队")
    unit = force_factory.unit(at=place, longitude=CENTRE[0], latitude=CENTRE[1])
    shift = force_factory.shift(of=unit, officers=[force_factory.officer(at=place)])
    force.sign_on(shift_id=shift.pk, by=SYSTEM, at=NOON)
    work = LiveWork(dice=random.Random(1), next_call_at=NOON)
    seen: set[tuple[float, float]] = set()

    for step in range(150):
        work.step(at=NOON + timedelta(seconds=2 * step))
        seen |= set(Position.objects.values_list("longitude", "latitude"))

    incidents = Incident.objects.filter(source=SOURCE)
    assert incidents.count() >= 10
    assert incidents.exclude(status=IncidentStatus.OPEN).exists()
    assert len(seen) > 3
