"""An approved plan leaves the house whole: to a controller, as XML, as UTDF."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import override_settings

from luchang.apps.signals import services
from luchang.apps.signals.models import Study
from luchang.apps.signals.policies import APPROVE, MANAGE, SEE
from luchang.apps.signals.services import proving, releasing
from luchang.apps.signals.services.signing import approved_plans
from luchang.apps.signals.states import Channel, StudyStatus
from luchang.core.signals import utdf
from luchang.core.signals.utdf.plans import plan_of
from luchang.gateways.ga1049.fake import shared_system
from luchang.gateways.ga1049.messages import decode
from luchang.gateways.storing import stored
from tests.factories import identity, signals
from tests.factories.signals import AT

pytestmark = pytest.mark.django_db
SIMULATED = "luchang.gateways.ga1049.fake.SimulatedLink"
LATER = AT + timedelta(hours=1)


@pytest.fixture
def approved() -> Study:
    junction = signals.junction()
    signals.present_plan(junction)
    engineer = identity.actor_with(SEE, MANAGE, APPROVE, at=junction.organisation)
    chief = identity.actor_with(SEE, MANAGE, APPROVE, at=junction.organisation)
    made = signals.study(junction, until=StudyStatus.COMPUTED)
    chosen = signals.candidate(made)
    services.choose(of=made, candidate_id=chosen.pk, by=engineer, at=AT)
    result = {"seeds": [1], "plans": {"before": signals.shown(45.0), "after": signals.shown(33.0)}}
    proving.store_proof(of=made, candidate_id=chosen.pk, result=result, by=engineer, at=AT)
    services.approve(of=made, by=chief, at=AT)
    made.refresh_from_db()
    return made


@pytest.fixture
def system() -> Iterator[None]:
    yield
    shared_system().stop()
    shared_system.cache_clear()


def test_a_plan_is_sent_and_stands_in_the_controller(approved: Study, system: None) -> None:
    with override_settings(SIGNAL_LINK=SIMULATED, SIGNAL_SETTING=True):
        sent = releasing.send(approved, at=LATER, ticking=lambda *_told: None)

    ((_, plan),) = approved_plans(approved)
    assert sent.told == (f"{approved.junction.code}/{plan.plan_no}",)
    held = shared_system().controllers[approved.junction.code].plans[plan.plan_no]
    assert held == stored(plan)


def test_nothing_is_sent_while_the_installation_only_reads(approved: Study, system: None) -> None:
    with override_settings(SIGNAL_LINK=SIMULATED):
        sent = releasing.send(approved, at=LATER, ticking=lambda *_told: None)
    assert sent.refusal is not None
    assert (sent.told, sent.refusal.code) == ((), "read_only")


def test_files_say_what_was_approved(approved: Study) -> None:
    ((_, plan),) = approved_plans(approved)
    engineer = identity.actor_with(SEE, MANAGE, at=approved.junction.organisation)
    xml = services.export(of=approved, channel=Channel.GA1049_FILE, by=engineer, at=LATER)
    csv = services.export(of=approved, channel=Channel.UTDF_FILE, by=engineer, at=LATER)

    assert decode(xml.content.decode()).objects[-1].said("PlanNo") == str(plan.plan_no)
    told = utdf.read(csv.content.decode()).junctions[0]
    assert approved.chosen is not None
    bounds = {f"{arm.name}_in": utdf.ARMS[int(arm)] for arm in approved.chosen.layout.layout.arms}
    back = plan_of(told, plan.junction, bounds)
    assert back.steps == plan.plan.steps
