"""What is done about a key subject stands on its own page, within reach."""

import pytest

from luchang.apps.risk.policies import SEE_RISK
from luchang.apps.risk.selectors import instruments as selectors
from luchang.kernel.identity.actors import SYSTEM
from tests.factories import risk_instruments as make
from tests.factories import subjects
from tests.factories.identity import actor_with, browser_of, organisation, user_with

pytestmark = pytest.mark.django_db
SEE = (SEE_RISK, "subjects.see_subjects")


def test_an_interview_finds_the_enterprise_it_names_and_stands_on_its_page() -> None:
    place = organisation()
    firm = subjects.enterprise(at=place)
    row = make.interview(firm.name, at=place)

    page = browser_of(user_with(*SEE, at=place)).get(f"/subjects/enterprises/{firm.pk}")

    assert row.interviewees.get().enterprise_id == firm.pk
    assert row.number in page.content.decode()


def test_a_name_two_firms_bear_is_linked_to_neither() -> None:
    """The wrong firm would be shown as interviewed."""
    place = organisation()
    first, second = subjects.enterprise(at=place), subjects.enterprise(at=place)
    type(second).objects.filter(pk=second.pk).update(name=first.name)

    assert make.interview(first.name, at=place).interviewees.get().enterprise_id is None


def test_who_does_not_reach_the_interview_does_not_see_it_on_the_subject() -> None:
    firm = subjects.enterprise()
    make.interview(firm.name)

    assert selectors.about_enterprise(firm.pk, SYSTEM) is not None
    stranger = actor_with(*SEE, at=organisation())
    assert selectors.about_enterprise(firm.pk, stranger) is None
