import pytest
from tests.browser import Visit, DESK, PHONE
from tests.factories.identity import user_with, organisation, user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_look(visit: Visit) -> None:
    person = user_with(at=organisation(name="石峰大队"))
    for theme in ("light", "dark"):
        visit.shoot(visit.open("/styleguide", person=person, theme=theme), f"guide-{theme}", whole=True)
    visit.shoot(visit.open("/styleguide", person=person, size=PHONE), "guide-phone", whole=True)
    visit.shoot(visit.open("/styleguide/phone", person=person, size=PHONE), "phone")
    visit.shoot(visit.open("/styleguide/wall", person=person), "wall")
    visit.shoot(visit.open("/accounts/login/"), "login")
    visit.shoot(visit.open("/nowhere", person=person), "fault")
