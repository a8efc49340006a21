"""A whole day of plans reaches a controller: plans, the day's periods, the days of the week."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from luchang.apps.signals import services
from luchang.apps.signals.models import Scheme, SchemeRelease
from luchang.apps.signals.policies import APPROVE, MANAGE, SEE, SEND
from luchang.apps.signals.services import Refused
from luchang.apps.signals.states import Days, StudyStatus
from luchang.gateways.ga1049.fake import shared_system
from luchang.gateways.simulated import SimulatedController
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs import runs
from luchang.kernel.jobs.states import JobStatus
from tests.factories import identity, schemes, signals
from tests.factories.signals import AT

pytestmark = pytest.mark.django_db
S = StudyStatus


@pytest.fixture(autouse=True)
def linked(settings: LazySettings) -> Iterator[None]:
    settings.SIGNAL_LINK = "luchang.gateways.ga1049.fake.SimulatedLink"
    settings.SIGNAL_SETTING = True
    yield
    shared_system().stop()
    shared_system.cache_clear()


def signed_day(*, day_no: int, schedule_no: int | None = None) -> tuple[Scheme, Actor]:
    """A day from midnight to midnight, signed by two; and who may send it."""
    junction = schemes.connected(signals.junction())
    scheme = schemes.day(
        junction, until=S.COMPUTED, hours=(0, 24 * 60), day_no=day_no, schedule_no=schedule_no
    )
    engineer = identity.actor_with(SEE, MANAGE, SEND, at=junction.organisation)
    chief = identity.actor_with(SEE, APPROVE, at=junction.organisation)
    chosen = schemes.candidate(scheme)
    services.choose(of=scheme, candidate_id=chosen.pk, by=engineer, at=AT)
    schemes.proof_by(scheme, engineer)
    return services.approve(of=scheme, by=chief, at=AT), engineer


def controller_of(scheme: Scheme) -> SimulatedController:
    member = scheme.members.select_related("junction").get()
    return shared_system().controllers[member.junction.code]


def test_plans_periods_and_weekdays_stand_in_the_controller_as_signed() -> None:
    """Over a real socket. Would catch plans without hours, and hours nobody calls on any day."""
    scheme, engineer = signed_day(day_no=7, schedule_no=21)

    job = services.order_sending(of=scheme, by=engineer, at=clock.now())
    runs.execute(job_id=job.pk)

    job.refresh_from_db()
    assert (job.status, job.error) == (JobStatus.DONE, "")
    held = controller_of(scheme)
    numbers = {each.plan_no for each in scheme.approved_plans.all()}
    assert {1, *numbers} == set(held.plans)
    signed = sorted(
        (begin, each.plan_no) for each in scheme.approved_plans.all() for begin, _ in each.hours
    )
    assert held.days == {7: tuple(signed)}
    assert signed[0][0] == 0
    assert scheme.days == Days.WORKDAYS
    assert held.schedules == {20 + weekday: (weekday, 7) for weekday in range(1, 6)}
    outcome = SchemeRelease.objects.get(scheme=scheme).outcome
    assert "/D7" in outcome
    assert outcome.endswith("/S25")


def test_a_day_without_a_place_in_the_calendar_leaves_the_calendar_alone() -> None:
    scheme, engineer = signed_day(day_no=7)
    job = services.order_sending(of=scheme, by=engineer, at=clock.now())
    runs.execute(job_id=job.pk)
    held = controller_of(scheme)
    assert set(held.days) == {7}
    assert held.schedules == {}


def test_half_a_day_has_no_day_plan_and_is_refused_before_anything_is_sent() -> None:
    """Would catch a controller that has nothing to run in the afternoon."""
    junction = schemes.connected(signals.junction())
    scheme = schemes.day(junction, until=S.COMPUTED, day_no=7, schedule_no=21)
    engineer = identity.actor_with(SEE, MANAGE, SEND, at=junction.organisation)
    chief = identity.actor_with(SEE, APPROVE, at=junction.organisation)
    services.choose(of=scheme, candidate_id=schemes.candidate(scheme).pk, by=engineer, at=AT)
    schemes.proof_by(scheme, engineer)
    services.approve(of=scheme, by=chief, at=AT)
    with pytest.raises(Refused, match="没有排满"):
        services.order_sending(of=scheme, by=engineer, at=clock.now())
    assert not SchemeRelease.objects.exists()


def test_a_calendar_needs_a_day_plan_to_call() -> None:
    person = identity.browser_of(
        identity.user_with(SEE, MANAGE, at=(junction := signals.junction()).organisation)
    )
    form = {
        "junction": junction.pk, "days": "DAILY", "begins": "00:00", "ends": "24:00",
        "schedule_no": "21",
    }  # fmt: skip
    answer = person.post("/signals/schemes/day", form)
    assert answer.status_code == 422
    assert "须先填写日计划号" in answer.content.decode()
