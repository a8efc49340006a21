"""A stage held and a plan run by hand: two signatures, read back, ended by itself, audited."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse

from luchang.apps.signals import services
from luchang.apps.signals.models import Intervention, Junction, Study
from luchang.apps.signals.policies import APPROVE, MANAGE, SEE, SEND
from luchang.apps.signals.ports import LinkRefused
from luchang.apps.signals.services import (
    Refused,
    intervening,
    proving,
    releasing,
)
from luchang.apps.signals.services.signing import approved_plans
from luchang.apps.signals.states import (
    ControllerKind,
    InterventionKind,
    InterventionStatus,
    StudyStatus,
)
from luchang.core.signals.control import ControlMode
from luchang.gateways.ga1049.fake import SimulatedLink, shared_system
from luchang.gateways.simulated import SimulatedController
from luchang.kernel import clock
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.states import IllegalTransition
from tests.factories import identity, schemes, signals
from tests.factories.signals import AT

pytestmark = pytest.mark.django_db
S = InterventionStatus


@pytest.fixture(autouse=True)
def writable(settings: LazySettings) -> Iterator[None]:
    """An installation that may set, with a controller that controls nothing."""
    settings.SIGNAL_LINK = "luchang.gateways.ga1049.fake.SimulatedLink"
    settings.SIGNAL_SETTING = True
    yield
    shared_system().stop()
    shared_system.cache_clear()


@pytest.fixture
def junction() -> Junction:
    made = signals.junction()
    signals.present_plan(made)
    return schemes.connected(made)


def two_at(junction: Junction) -> tuple[Actor, Actor]:
    first, second = (
        identity.actor_with(SEE, SEND, APPROVE, MANAGE, at=junction.organisation) for _ in range(2)
    )
    return first, second


def asked(junction: Junction, by: Actor, at: datetime, **changed: object) -> Intervention:
    told: dict[str, Any] = {
        "kind": InterventionKind.STAGE, "stage": 2, "plan_no": None, "for_s": 120,
        "reason": "学校放学",
    }  # fmt: skip
    return services.ask_intervention(
        junction_id=junction.pk,
        **{**told, **changed},
        by=by,
        at=at,
    )


def simulated(junction: Junction) -> SimulatedController:
    return shared_system().controllers[junction.code]


def held(junction: Junction, at: datetime) -> Intervention:
    """Asked for, signed by another, sent."""
    officer, chief = two_at(junction)
    row = asked(junction, officer, at)
    services.sign_intervention(intervention_id=row.pk, by=chief, at=at)
    intervening.carry_out(intervention_id=row.pk, at=at)
    row.refresh_from_db()
    return row


def test_a_stage_is_held_read_back_and_handed_back(junction: Junction) -> None:
    """Would catch a hold the record knows nothing of, or that stays after it was let go."""
    now = clock.now()
    row = held(junction, now)
    assert row.status == S.RUNNING
    assert row.read_back is not None
    assert (row.read_back["mode"], row.read_back["stage"]) == (ControlMode.STAGE_LOCK.value, 2)
    assert row.ends_at == now + timedelta(seconds=120)
    assert simulated(junction).locked == 1
    officer, _ = two_at(junction)
    services.hand_back(
        intervention_id=row.pk, reason="放学结束", by=officer, at=now + timedelta(seconds=60)
    )
    row.refresh_from_db()
    assert row.status == S.ENDED
    assert simulated(junction).locked is None
    assert row.read_back is not None
    assert row.read_back["after"]["mode"] == ControlMode.FIXED.value
    told = AuditEntry.objects.filter(subject="signals.intervention", subject_id=row.pk)
    assert told.count() >= 3


def test_nobody_signs_his_own_request(junction: Junction) -> None:
    officer, _ = two_at(junction)
    row = asked(junction, officer, clock.now())
    with pytest.raises(Refused, match="由他人签发"):
        services.sign_intervention(intervention_id=row.pk, by=officer, at=clock.now())
    row.refresh_from_db()
    assert row.status == S.ASKED


def test_what_is_over_is_handed_back_by_itself(junction: Junction) -> None:
    """Would catch a plan that runs on for ever because nobody remembered."""
    now = clock.now()
    row = held(junction, now)
    assert intervening.end_due(at=now + timedelta(seconds=30)) == 0
    assert intervening.end_due(at=now + timedelta(seconds=121)) == 1
    row.refresh_from_db()
    assert row.status == S.ENDED


def test_a_controller_out_of_reach_is_tried_again(
    junction: Junction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Would catch a record that says ended while the lamps are still held."""
    now = clock.now()
    row = held(junction, now)

    def silent(*_told: object, **_named: object) -> None:
        raise LinkRefused("silent", address="x", wait="10")

    with monkeypatch.context() as broken:
        broken.setattr(SimulatedLink, "release", silent)
        assert intervening.end_due(at=now + timedelta(seconds=130)) == 0
    row.refresh_from_db()
    assert row.status == S.RUNNING
    assert "没有应答" in row.trouble
    assert intervening.end_due(at=now + timedelta(seconds=190)) == 1
    row.refresh_from_db()
    assert (row.status, row.trouble) == (S.ENDED, "")


def test_an_answer_that_was_lost_is_not_taken_for_nothing_done(
    junction: Junction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Would catch a hold that nobody ends because its answer never came."""
    now = clock.now()

    def lost(*_told: object, **_named: object) -> None:
        raise LinkRefused("lost", address="x", why="reset")

    officer, chief = two_at(junction)
    row = asked(junction, officer, now)
    services.sign_intervention(intervention_id=row.pk, by=chief, at=now)
    with monkeypatch.context() as broken:
        broken.setattr(SimulatedLink, "lock_stage", lost)
        with pytest.raises(LinkRefused):
            intervening.carry_out(intervention_id=row.pk, at=now)
    row.refresh_from_db()
    assert (row.status, row.ends_at) == (S.RUNNING, now)
    assert intervening.end_due(at=now + timedelta(seconds=1)) == 1


def test_what_was_signed_long_ago_is_not_sent(junction: Junction) -> None:
    now = clock.now()
    officer, chief = two_at(junction)
    row = asked(junction, officer, now)
    services.sign_intervention(intervention_id=row.pk, by=chief, at=now)
    with pytest.raises(LinkRefused, match="有效期"):
        intervening.carry_out(intervention_id=row.pk, at=now + timedelta(minutes=11))
    row.refresh_from_db()
    assert row.status == S.FAILED


def test_what_was_altered_after_the_signature_is_not_sent(junction: Junction) -> None:
    """Would catch five minutes that became thirty between signature and street."""
    now = clock.now()
    officer, chief = two_at(junction)
    row = asked(junction, officer, now)
    services.sign_intervention(intervention_id=row.pk, by=chief, at=now)
    Intervention.objects.filter(pk=row.pk).update(for_s=1_800)
    with pytest.raises(LinkRefused, match="不一致"):
        intervening.carry_out(intervention_id=row.pk, at=now)


def test_an_approved_plan_runs_now_and_is_let_go(junction: Junction) -> None:
    now = clock.now()
    engineer, chief = two_at(junction)
    study = signals.study(junction, until=StudyStatus.COMPUTED)
    chosen = signals.candidate(study)
    services.choose(of=study, candidate_id=chosen.pk, by=engineer, at=AT)
    result = {"seeds": [1], "plans": {"before": signals.shown(45.0), "after": signals.shown(33.0)}}
    proving.store_proof(of=study, candidate_id=chosen.pk, result=result, by=engineer, at=AT)
    services.approve(of=study, by=chief, at=AT)
    study.refresh_from_db()
    with pytest.raises(Refused, match="没有已审批的77号"):
        asked(junction, engineer, now, kind=InterventionKind.PLAN, stage=None, plan_no=77)
    row = asked(
        junction, engineer, now, kind=InterventionKind.PLAN, stage=None,
        plan_no=study.plan_no, for_s=3_600,
    )  # fmt: skip
    send_plan(study)
    services.sign_intervention(intervention_id=row.pk, by=chief, at=now)
    intervening.carry_out(intervention_id=row.pk, at=now)
    row.refresh_from_db()
    assert row.read_back is not None
    assert (row.read_back["mode"], row.read_back["plan_no"]) == ("53", study.plan_no)
    intervening.end_due(at=now + timedelta(hours=2))
    assert simulated(junction).mode == ControlMode.FIXED


def send_plan(study: Study) -> None:
    row = Study.objects.select_related("junction__layout", "chosen__layout").get(pk=study.pk)
    sent = releasing.send(row, at=clock.now(), ticking=lambda *_told: None)
    assert sent.refusal is None


class TestRefusals:
    def test_an_installation_that_only_reads_takes_no_request(
        self, junction: Junction, settings: LazySettings
    ) -> None:
        settings.SIGNAL_SETTING = False
        with pytest.raises(LinkRefused, match="只读"):
            asked(junction, two_at(junction)[0], AT)

    def test_an_unconfirmed_protocol_takes_no_request(self, junction: Junction) -> None:
        Junction.objects.filter(pk=junction.pk).update(controller_kind=ControllerKind.GB20999)
        with pytest.raises(LinkRefused, match="尚未与厂家核对"):
            asked(junction, two_at(junction)[0], AT)

    @pytest.mark.parametrize(
        ("changed", "why"),
        [({"stage": 9}, "没有该相位"), ({"stage": 0}, "没有该相位"), ({"for_s": 0}, "时长须为"),
         ({"for_s": 1_801}, "时长须为")],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(
        self, junction: Junction, changed: dict[str, object], why: str
    ) -> None:
        with pytest.raises(Refused, match=why):
            asked(junction, two_at(junction)[0], AT, **changed)

    def test_one_at_a_time(self, junction: Junction) -> None:
        asked(junction, two_at(junction)[0], AT)
        with pytest.raises(Refused, match="已有未结束"):
            asked(junction, two_at(junction)[0], AT)

    def test_what_does_not_run_cannot_be_handed_back(self, junction: Junction) -> None:
        row = asked(junction, two_at(junction)[0], AT)
        with pytest.raises(IllegalTransition):
            services.hand_back(intervention_id=row.pk, reason="", by=SYSTEM, at=AT)


def test_a_day_of_plans_stands_in_the_controller() -> None:
    """Would catch plans stored without the hours they are for, or sent before the signature."""
    junction = schemes.connected(signals.junction())
    scheme = schemes.day(junction, until=StudyStatus.COMPUTED)
    engineer, chief = two_at(junction)
    chosen = schemes.candidate(scheme)
    services.choose(of=scheme, candidate_id=chosen.pk, by=engineer, at=AT)
    schemes.proof_by(scheme, engineer)
    with pytest.raises(Refused, match="没有经过审批"):
        services.order_sending(of=scheme, by=chief, at=AT)
    approved = services.approve(of=scheme, by=chief, at=AT)
    approved.day_no = 3
    with pytest.raises(Refused, match="排满"):
        releasing.approved_day(approved, approved_plans(approved))
    approved.day_no = None
    sent = releasing.send(approved, at=clock.now(), ticking=lambda *_told: None)
    assert sent.refusal is None
    numbers = {each.plan_no for each in approved.approved_plans.all()}
    assert len(sent.told) == len(numbers) >= 2
    assert set(simulated(junction).plans) == {1, *numbers}


def test_the_page_says_that_the_interface_only_reads(
    junction: Junction, settings: LazySettings
) -> None:
    settings.SIGNAL_SETTING = False
    person = identity.user_with(SEE, SEND, at=junction.organisation)
    page = identity.browser_of(person).get(reverse("signals.junction", args=[junction.pk]))
    assert "只读" in page.content.decode()
