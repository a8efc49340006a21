import pytest
from tests.browser import Visit, DESK, PHONE
from tests.factories.identity import user_with, organisation, user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_look(visit: Visit) -> None:
    person = user_with(at=organisation(name="石峰大队"))
    for theme in ("light", "dark"):
        visit.shoot(visit.open("/", person=person, theme=theme), f"workbench-{theme}")
    visit.shoot(visit.open("/", person=person, size=PHONE), "workbench-phone")
    visit.shoot(visit.open("/accounts/login/"), "login")
