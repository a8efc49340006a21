"""The demo city's junctions: one study in every state worth looking at, nothing passed off."""

import pytest

from luchang.apps.signals.models import Junction, PlanRelease, Proof, Scheme, Study
from luchang.apps.signals.policies import APPROVE, MANAGE, SEE
from luchang.apps.signals.services import export
from luchang.apps.signals.states import Channel, ControllerKind, StudyStatus
from luchang.screens.demo_city.recipe import Area, Township
from luchang.screens.demo_city.signals import INTERESTING, Staff, time_junctions
from tests.factories import identity
from tests.factories.signals import AT

pytestmark = pytest.mark.django_db


def test_the_city_shows_a_study_in_every_state_and_says_what_is_invented() -> None:
    """Would catch a demo whose plans were never signed by two, or look simulated."""
    brigade = identity.organisation()
    staff = Staff(
        identity.actor_with(SEE, MANAGE, at=brigade), identity.actor_with(SEE, APPROVE, at=brigade)
    )
    town = Township(code="430211100", name="演示镇", longitude=113.1, latitude=27.8)
    time_junctions([Area("430211", "演示区", (town,))], [brigade], staff=staff, at=AT)
    assert set(Study.objects.values_list("status", flat=True)) == set(map(str, INTERESTING))
    assert all("未经仿真" in each.simulator for each in Proof.objects.all())
    assert all(each.controller_kind == ControllerKind.SIMULATED for each in Junction.objects.all())
    road = Scheme.objects.get()
    assert (road.status, road.members.count()) == (StudyStatus.COMPUTED, 3)
    assert road.chosen is not None
    assert min(road.chosen.out_s or 0, road.chosen.back_s or 0) > 0
    approved = Study.objects.get(status=StudyStatus.APPROVED)
    file = export(of=approved, channel=Channel.GA1049_FILE, by=staff.engineer, at=AT)
    assert b"PlanParam" in file.content
    assert PlanRelease.objects.get().study == approved
