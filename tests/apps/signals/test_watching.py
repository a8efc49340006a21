"""What controllers report: kept, shown, and set beside the plan."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.urls import reverse

from luchang.apps.signals import services
from luchang.apps.signals.bridge.alarms import Running, alarms_of
from luchang.apps.signals.models import (
    ControllerFault,
    ControllerStatus,
    FlowReading,
    Junction,
    Study,
)
from luchang.apps.signals.policies import SEE
from luchang.apps.signals.ports import (
    ControllerState,
    Fault,
    FaultSeen,
    FlowsSeen,
    LaneFlow,
    LinkRefused,
    ModeSeen,
    StageSeen,
)
from luchang.apps.signals.services import watching
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import Channel, ControllerKind, StudyStatus
from luchang.core.signals.control import ControllerFault as FaultKind
from luchang.core.signals.control import ControlMode
from luchang.core.signals.plan import Plan, PlanStep
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from tests.core.signals.drawn import cross
from tests.factories import identity, signals
from tests.factories.signals import AT

pytestmark = pytest.mark.django_db
RUNNING = Running(cross(), Plan("J", tuple(PlanStep(stage, 25.0, 5.0) for stage in range(4))))


def _status(junction: Junction, *, at: datetime = AT, mode: str = "21") -> ControllerStatus:
    state = ControllerState(at=at, mode=ControlMode(mode), stage=1)
    return watching.note_state(junction, state, is_fake=True, at=at)


def test_faults_begin_and_end_with_what_is_reported() -> None:
    """Would catch a fault that is told twice, and one that never goes away."""
    junction = signals.junction()
    broken = ControllerState(at=AT, faults=[Fault(FaultKind.LAMP_OUTPUT, "北直行", AT)])
    for _ in range(2):
        watching.note_state(junction, broken, is_fake=False, at=AT)
    assert ControllerFault.objects.get().ended_at is None
    whole = ControllerState(at=AT, faults=[])
    watching.note_state(junction, whole, is_fake=False, at=AT + timedelta(minutes=1))
    assert ControllerFault.objects.get().ended_at == AT + timedelta(minutes=1)


def test_pushes_change_what_was_known() -> None:
    junction = signals.junction()
    _status(junction)
    for push in (
        ModeSeen(junction.code, ControlMode.ALL_AMBER_FLASH, "13", None),
        StageSeen(junction.code, 2, 0, 1, 25),
        FaultSeen("1", Fault(FaultKind.POWER, "", AT)),
    ):
        watching.note_push(junction, push, at=AT)
    status = ControllerStatus.objects.get()
    assert (status.mode, status.stage) == ("13", 3)
    assert ControllerFault.objects.get().code == "2"


def test_lanes_are_counted_to_the_arm_they_stand_on() -> None:
    """Would catch flows of the north shown at the east: lanes go clockwise, from the centre."""
    junction = signals.junction()
    lanes = {number: LaneFlow(120.0 * number) for number in range(1, 5)}
    push = FlowsSeen(junction.code, AT, 300, lanes)
    watching.note_push(junction, push, at=AT)
    assert dict(FlowReading.objects.values_list("arm", "vehicles")) == {"N": 60, "E": 40}


@pytest.mark.parametrize(
    ("flows", "mode", "late", "code"),
    [
        ({"N": 0.0, "E": 400.0}, "21", 0, "silent"),
        ({"N": 5000.0}, "21", 0, "over"),
        ({"NE": 50.0}, "21", 0, "closed"),
        ({}, "13", 0, "mode"),
        ({}, "21", 20, "stale"),
    ],
)
def test_detectors_and_plan_are_set_beside_each_other(
    flows: dict[str, float], mode: str, late: int, code: str
) -> None:
    status = _status(signals.junction(), mode=mode)
    at = AT + timedelta(minutes=late)
    found = alarms_of(status, cross(), RUNNING, flows, at=at)
    assert [each.code for each in found] == [code]
    assert all(each.text for each in found)


def test_what_goes_together_raises_no_alarm() -> None:
    status = _status(signals.junction())
    assert alarms_of(status, cross(), RUNNING, {"N": 300.0, "E": 400.0}, at=AT) == []


def test_the_page_shows_state_flow_and_that_it_is_simulated() -> None:
    junction = signals.junction()
    signals.present_plan(junction)
    now = datetime.now(UTC)
    _status(junction, at=now)
    FlowReading.objects.create(
        junction=junction, arm="E", begins_at=now - timedelta(minutes=5), interval_s=300,
        vehicles=40,
    )  # fmt: skip
    browser = identity.browser_of(identity.user_with(SEE, at=junction.organisation))
    page = browser.get(reverse("signals.live")).content.decode()
    assert "没有连接任何真实设备" in page
    assert "单点固定周期" in page
    assert "<strong>480</strong>" in page
    foreign = identity.browser_of(identity.user_with(SEE, at=identity.organisation()))
    assert junction.code not in foreign.get(reverse("signals.live")).content.decode()


def test_no_junction_and_five_hundred_are_shown_with_what_is_wrong_first(
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    """Would catch a city whose broken signal is the two hundred and first."""
    brigade = identity.organisation()
    browser = identity.browser_of(identity.user_with(SEE, at=brigade))
    address = reverse("signals.live")
    assert "没有接入的信号机" in browser.get(address).content.decode()
    first, now = signals.junction(at=brigade), datetime.now(UTC)
    signals.present_plan(first)
    rows = Junction.objects.bulk_create(
        Junction(
            code=f"L{nth:05d}", name=f"路口{nth:05d}", grade="11", longitude=113.1,
            latitude=27.8, organisation=brigade, layout=first.layout,
        )
        for nth in range(500)
    )  # fmt: skip
    ControllerStatus.objects.bulk_create(
        ControllerStatus(
            junction=each, mode="21", stage=1, is_online=each is not rows[-1],
            reported_at=now, received_at=now,
        )
        for each in rows
    )  # fmt: skip
    with django_assert_max_num_queries(25):
        page = browser.get(address).content.decode()
    assert "500" in page
    assert page.index(rows[-1].name) < page.index(rows[0].name)
    assert rows[250].name in page


class TestSending:
    def _approved(self) -> Study:
        study = signals.study(until=StudyStatus.APPROVED)
        Junction.objects.filter(pk=study.junction_id).update(
            controller_kind=ControllerKind.SIMULATED, controller_number="1" * 17
        )
        return Study.objects.get(pk=study.pk)

    def test_nothing_is_sent_where_the_installation_does_not_allow_it(self) -> None:
        with pytest.raises(LinkRefused, match="只读"):
            services.order_sending(of=self._approved(), by=SYSTEM, at=AT)

    def test_what_is_not_approved_is_neither_exported_nor_sent(
        self, settings: LazySettings
    ) -> None:
        """Would catch a draft on its way to the street."""
        settings.SIGNAL_SETTING = True
        study = signals.study(until=StudyStatus.PROVEN)
        for leave in (
            lambda: services.export(of=study, channel=Channel.UTDF_FILE, by=SYSTEM, at=AT),
            lambda: services.order_sending(of=study, by=SYSTEM, at=AT),
        ):
            with pytest.raises(Refused, match="没有经过审批"):
                leave()

    def test_one_signature_is_none(self) -> None:
        """The system signed for itself in the factory: a file needs two persons."""
        with pytest.raises(LinkRefused, match="未经两人签署"):
            services.export(
                of=self._approved(), channel=Channel.GA1049_FILE, by=SYSTEM,
                at=clock.now(),
            )  # fmt: skip
