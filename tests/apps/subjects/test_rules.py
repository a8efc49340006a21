"""The page of the rules by which vehicles are grouped: read by all, revised for the whole city."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from luchang.apps.subjects import services, tasks
from luchang.apps.subjects.models import GroupRule, KeyVehicle
from luchang.apps.subjects.policies import MANAGE, SEE
from luchang.apps.subjects.states import Usage
from luchang.kernel.identity.models import Organisation
from luchang.kernel.jobs.models import Job
from tests.factories import identity
from tests.factories import subjects as make

pytestmark = pytest.mark.django_db
SAID = {"usages": ["E", "G"], "types": "", "valid_from": "2026-01-01", "basis": "2026年名录"}


@pytest.fixture
def city() -> Organisation:
    return identity.organisation()


def _rule(code: str = "TOURIST") -> GroupRule:
    services.load_first_rules()
    return GroupRule.objects.get(code=code, valid_to=None)


def test_who_manages_the_city_revises_and_the_old_version_stays(city: Organisation) -> None:
    row = _rule()
    browser = identity.browser_of(identity.user_with(MANAGE, at=city))
    to = reverse("subjects.revise_rule", args=[row.pk])
    assert to in browser.get(reverse("subjects.group_rule", args=[row.pk])).content.decode()
    answer = browser.post(to, SAID)
    made = _rule()
    assert answer["Location"] == reverse("subjects.group_rule", args=[made.pk])
    assert (made.usages, made.is_confirmed, made.basis) == (["E", "G"], True, "2026年名录")
    row.refresh_from_db()
    assert str(row.valid_to) == "2026-01-01"
    page = browser.get(reverse("subjects.group_rules")).content.decode()
    assert page.count(reverse("subjects.group_rule", args=[made.pk])) >= 1


def test_a_brigade_reads_the_rules_and_is_offered_no_change(city: Organisation) -> None:
    """Would catch a brigade that regroups the vehicles of all others."""
    row, brigade = _rule(), identity.organisation(parent=city)
    browser = identity.browser_of(identity.user_with(MANAGE, at=brigade))
    page = browser.get(reverse("subjects.group_rule", args=[row.pk])).content.decode()
    to = reverse("subjects.revise_rule", args=[row.pk])
    assert to not in page
    assert {browser.get(to).status_code, browser.post(to, SAID).status_code} == {403}
    assert browser.post(reverse("subjects.regroup")).status_code == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"usages": []}, "至少填写一项归类条件"),
        ({"types": "大客"}, "车辆类型代码以一个字母开头"),
        ({"basis": ""}, "必填"),
        ({"valid_from": "1999-01-01"}, "新规则的生效日期须晚于现行规则"),
    ],
)
def test_a_rule_that_cannot_be_is_told(
    city: Organisation, said: dict[str, object], told: str
) -> None:
    browser = identity.browser_of(identity.user_with(MANAGE, at=city))
    answer = browser.post(reverse("subjects.revise_rule", args=[_rule().pk]), {**SAID, **said})
    assert answer.status_code == 422
    assert told in answer.content.decode() or told == "必填"
    assert GroupRule.objects.filter(code="TOURIST").count() == 1


def test_regrouping_is_a_job_that_judges_every_vehicle_anew(city: Organisation) -> None:
    vehicle = make.vehicle(at=city, usage=Usage.RENTAL, vehicle_type="K33", seats=5)
    assert vehicle.group_rule is None
    person = identity.user_with(MANAGE, SEE, at=city)
    browser = identity.browser_of(person)
    browser.post(reverse("subjects.revise_rule", args=[_rule().pk]), SAID)
    assert browser.post(reverse("subjects.regroup"))["Location"] == reverse("jobs")
    job = Job.objects.get(kind=services.REGROUPING)
    assert job.arguments == {"user_id": person.pk}

    class Watched:
        def progress(self, done: int, *, of: int | None = None, message: str = "") -> None:
            assert (done, of, message) == (0, 1, "")

        def result(self, *, name: str, url: str) -> None:
            self.told = (name, url)

    run = Watched()
    tasks.regroup(run, user_id=person.pk)  # type: ignore[arg-type]  # what is asked of a run
    assert KeyVehicle.objects.get(pk=vehicle.pk).group_rule == _rule()
    assert "1辆" in run.told[0]
    assert datetime.now(UTC) > job.asked_at
