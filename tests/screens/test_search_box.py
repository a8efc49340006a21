"""One box finds what an officer has in hand: a plate, a number, a name, its initials."""

import pytest

from luchang.apps.dispatch.policies import SEE
from luchang.apps.force.policies import SEE_FORCE
from luchang.kernel.identity.actors import Actor
from luchang.kernel.search import initials
from luchang.kernel.ui import search as box
from tests.factories import dispatch, force
from tests.factories.identity import actor_with, browser_of, organisation, user_with

pytestmark = pytest.mark.django_db


def found(actor: Actor, text: str) -> set[str]:
    return {hit.address for _, hits in box.find(actor, text) for hit in hits}


def test_an_incident_is_found_by_number_plate_and_two_characters() -> None:
    """The box knew places only: who typed a plate was told there was nothing."""
    crash = dispatch.incident(plates=("湘B99A01",), address="珠江路与神农大道路口")
    page = f"/dispatch/incidents/{crash.pk}"
    near, far = (actor_with(SEE, at=at) for at in (crash.organisation, organisation()))

    for text in (crash.number, "湘B·99A01", "b99a01", "珠江", "snd"):
        assert page in found(near, text), text
        assert page not in found(far, text), text


def test_people_units_and_vehicles_are_found_by_what_stands_on_them() -> None:
    place = organisation()
    officer, unit, car = force.officer(at=place), force.unit(at=place), force.vehicle(at=place)
    near, far = (actor_with(SEE_FORCE, at=at) for at in (place, organisation()))
    known = {
        f"/force/officers/{officer.pk}/": (officer.name, officer.badge, initials(officer.name)),
        f"/force/units/{unit.pk}/": (unit.call_sign, initials(unit.call_sign)),
        f"/force/vehicles/{car.pk}/": (car.plate, car.plate.lower()),
    }

    for page, texts in known.items():
        for text in texts:
            assert page in found(near, text), text
            assert page not in found(far, text), text


def test_live_incidents_stand_on_the_workbench_of_those_who_reach_them() -> None:
    """It said that there were none while the board beside it was full."""
    crash = dispatch.incident()
    near = browser_of(user_with(SEE, at=crash.organisation))
    far = browser_of(user_with(SEE, at=organisation()))
    blind = browser_of(user_with(at=crash.organisation))

    assert crash.number in near.get("/").content.decode()
    assert crash.number not in far.get("/").content.decode()
    assert "当前没有警情" in far.get("/").content.decode()
    assert "实时警情" not in blind.get("/").content.decode()
