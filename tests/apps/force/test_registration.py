"""What may be registered once is registered once, and the refusal says which."""

import pytest

from luchang.apps.force import services
from luchang.apps.force.models import Officer, Vehicle
from luchang.apps.force.policies import MANAGE_FORCE
from luchang.apps.force.services import OfficerRefused, VehicleRefused
from luchang.apps.force.states import OfficerKind, VehicleKind
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from tests.factories import force
from tests.factories import identity as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Organisation:
    return make.organisation(name="大队")


@pytest.fixture
def by(place: Organisation) -> Actor:
    return make.actor_with(MANAGE_FORCE, at=place)


def enrol(badge: str, place: Organisation, by: Actor, **more: object) -> Officer:
    return services.enrol_officer(
        badge=badge, name="甲", kind=OfficerKind.OFFICER, organisation=place, by=by,
        at=clock.now(), **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_badge_belongs_to_one_officer(place: Organisation, by: Actor) -> None:
    """The database alone refuses it; its own words would tell nobody what to do."""
    enrol("A00001", place, by)

    with pytest.raises(OfficerRefused) as refused:
        enrol("A00001", place, by)

    assert refused.value.code == "badge_taken"
    assert "A00001" in str(refused.value)
    assert Officer.objects.count() == 1


def test_an_account_belongs_to_one_officer(place: Organisation, by: Actor) -> None:
    """Told as a badge that is taken, the clerk would look for the wrong fault."""
    account = make.user().pk
    enrol("A00001", place, by, user_id=account)

    with pytest.raises(OfficerRefused) as refused:
        enrol("A00002", place, by, user_id=account)

    assert refused.value.code == "account_taken"


def test_skills_come_with_the_officer(place: Organisation, by: Actor) -> None:
    services.name_skill(code="accident", name="事故勘查", name_en="Crash examination")
    services.name_skill(code="first_aid", name="急救", name_en="First aid")

    officer = enrol("A00001", place, by, skill_codes={"first_aid", "accident"})

    held = officer.qualifications.valid(at=clock.now())
    assert {each.skill.code for each in held} == {"accident", "first_aid"}


def test_a_plate_is_registered_once(place: Organisation, by: Actor) -> None:
    known = force.vehicle(at=place)

    with pytest.raises(VehicleRefused) as refused:
        services.register_vehicle(
            plate=known.plate, kind=VehicleKind.CAR, organisation=place, seats=5, by=by,
            at=clock.now(),
        )  # fmt: skip

    assert refused.value.code == "plate_taken"
    assert Vehicle.objects.count() == 1
