"""Where units are: durable, newest first, once each, and only from who may say so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from luchang.apps.force.models import Fix, Position
from luchang.apps.force.selectors import duty_unit
from luchang.apps.force.services import FixRefused, ReportedFix, report_positions
from luchang.apps.force.states import PositionSource
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from tests.factories import force
from tests.factories.force import HOURS, NOON
from tests.factories.identity import actor_with, organisation, user

pytestmark = pytest.mark.django_db


def report(*fixes: ReportedFix) -> int:
    return report_positions(fixes=fixes, source=PositionSource.VEHICLE, by=SYSTEM, at=NOON)


@pytest.fixture
def fix() -> ReportedFix:
    return ReportedFix(unit_id=force.unit().pk, longitude=113.1, latitude=27.8, at=NOON)


def test_a_unit_that_never_reported_stands_at_its_home() -> None:
    shift = force.crew_on_duty(of=force.unit(longitude=113.2, latitude=27.9))

    seen = duty_unit(unit_id=shift.unit_id, at=NOON)

    assert seen
    assert (seen.longitude, seen.latitude, seen.position_at) == (113.2, 27.9, None)


def test_an_older_fix_is_kept_but_does_not_move_the_unit_back(fix: ReportedFix) -> None:
    report(fix)

    report(replace(fix, longitude=113.5, at=NOON - HOURS))

    assert Position.objects.get(unit=fix.unit_id).longitude == 113.1
    assert Fix.objects.filter(unit=fix.unit_id).count() == 2


def test_the_same_fix_twice_is_kept_once_and_said_so(fix: ReportedFix) -> None:
    assert report(fix) == 1
    assert report(fix) == 0
    assert Fix.objects.filter(unit=fix.unit_id).count() == 1


@pytest.mark.parametrize(
    ("longitude", "latitude"), [(181.0, 0.0), (0.0, -90.5), (float("nan"), 0.0)]
)
def test_coordinates_off_the_globe_are_refused_and_nothing_of_the_batch_is_kept(
    fix: ReportedFix, longitude: float, latitude: float
) -> None:
    with pytest.raises(FixRefused, match="not on Earth"):
        report(fix, replace(fix, longitude=longitude, latitude=latitude))

    assert not Fix.objects.exists()


def test_a_clock_that_runs_ahead_is_refused(fix: ReportedFix) -> None:
    with pytest.raises(FixRefused, match="clock"):
        report(replace(fix, at=NOON + timedelta(minutes=3)))


def test_a_crew_reports_its_own_unit_and_no_other() -> None:
    member = user()
    shift = force.crew_on_duty(officers=[force.officer(user=member)])
    crew = actor_with(at=organisation())
    own = replace(crew, user_id=member.pk)
    fix = ReportedFix(unit_id=shift.unit_id, longitude=113.1, latitude=27.8, at=NOON)

    report_positions(fixes=[fix], source=PositionSource.PHONE, by=own, at=NOON)
    with pytest.raises(Forbidden):
        report_positions(
            fixes=[replace(fix, unit_id=force.unit().pk)],
            source=PositionSource.PHONE,
            by=own,
            at=NOON,
        )


def test_a_unit_that_does_not_exist_is_refused_like_a_foreign_one() -> None:
    gateway = actor_with("force.report_position", at=organisation())

    with pytest.raises(Forbidden, match="999999"):
        report_positions(
            fixes=[ReportedFix(unit_id=999999, longitude=113.1, latitude=27.8, at=NOON)],
            source=PositionSource.VEHICLE,
            by=gateway,
            at=NOON,
        )
