"""Junctions: layouts by form, from a net, from the roads; plans in force at their hours."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from luchang.apps.signals import services
from luchang.apps.signals.bridge import nets
from luchang.apps.signals.models import Junction, LayoutVersion, TimingPlan
from luchang.apps.signals.policies import MANAGE, SEE
from luchang.apps.signals.services import Refused
from luchang.apps.signals.states import Days, Grade, LayoutOrigin, PlanOrigin
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Direction
from luchang.core.signals.plan import Plan, PlanStep
from luchang.kernel.identity.actors import SYSTEM
from tests.core.signals.drawn import cross
from tests.factories import identity, signals
from tests.factories.signals import AT
from tests.factories.town import build_town

pytestmark = pytest.mark.django_db

NET = """<net>
 <edge id="w" from="W" to="C" name="湘江路">
  <lane id="w_0" index="0" speed="13.89" length="200" shape="-200,-5 -10,-5"/>
  <lane id="w_1" index="1" speed="13.89" length="200" shape="-200,-2 -10,-2"/></edge>
 <edge id="w2" from="C" to="W"><lane id="w2_0" index="0" speed="13.89" length="200"
  shape="-10,2 -200,2"/></edge>
 <edge id="e" from="E" to="C"><lane id="e_0" index="0" speed="13.89" length="150"
  shape="200,2 10,2"/></edge>
 <edge id="e2" from="C" to="E"><lane id="e2_0" index="0" speed="13.89" length="150"
  shape="10,-2 200,-2"/></edge>
 <edge id="s" from="S" to="C"><lane id="s_0" index="0" speed="8.33" length="90"
  shape="2,-100 2,-10"/></edge>
 <edge id="n2" from="C" to="N"><lane id="n2_0" index="0" speed="8.33" length="90"
  shape="2,10 2,100"/></edge>
 <tlLogic id="C" type="static" programID="0" offset="5">
  <phase duration="4" state="yyrr"/><phase duration="2" state="rrrr"/>
  <phase duration="20" state="rrrG"/><phase duration="3" state="rrry"/>
  <phase duration="2" state="rrrr"/>
  <phase duration="30" state="GgGr"/><phase duration="3" state="yyyr"/></tlLogic>
 <connection from="w" to="e2" fromLane="0" toLane="0" tl="C" linkIndex="0" dir="s"/>
 <connection from="w" to="n2" fromLane="1" toLane="0" tl="C" linkIndex="1" dir="l"/>
 <connection from="e" to="w2" fromLane="0" toLane="0" tl="C" linkIndex="2" dir="s"/>
 <connection from="s" to="n2" fromLane="0" toLane="0" tl="C" linkIndex="3" dir="s"/>
</net>"""


class TestNets:
    def test_arms_lanes_stages_and_the_plan_come_from_a_net(self) -> None:
        """Would catch lanes counted from the wrong side, and changes lost between phases."""
        code, layout, plan = nets.read_junction(NET.encode())
        assert code == "C"
        assert set(layout.arms) == {Direction.N, Direction.E, Direction.S, Direction.W}
        west = layout.arms[Direction.W]
        assert [lane.turns for lane in west.lanes] == [(Turn.LEFT,), (Turn.THROUGH,)]
        assert (west.road, west.speed_kmh, west.exit_lanes) == ("湘江路", 50, 1)
        assert layout.arms[Direction.N].lanes == ()
        assert [stage.green for stage in layout.stages] == [
            ("S-through",),
            ("E-through", "W-through", "W-left"),
        ]
        assert layout.stages[1].yielding == ("W-left",)
        assert [(step.stage, step.green_s, step.change_s) for step in plan.steps] == [
            (0, 20.0, 5.0),
            (1, 30.0, 9.0),
        ]

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"<net/>", "no_signals"),
            (b"no xml", "unreadable_net"),
            (b"\x1f\x8b broken", "unreadable_net"),
            (b'<!DOCTYPE x [<!ENTITY a "b">]><net/>', "unreadable_net"),
            (NET.replace('from="S" to="C"', 'from="S" to="D"').encode(), "joined_signal"),
            (NET.replace(' shape="-200,-5 -10,-5"', "").encode(), "unreadable_net"),
            (NET.replace("</net>", '<tlLogic id="D"/></net>').encode(), "which_signal"),
        ],
    )
    def test_what_is_wrong_with_a_net_is_said(self, content: bytes, code: str) -> None:
        with pytest.raises(nets.UnreadableNet) as refused:
            nets.read_junction(content)
        assert refused.value.code == code
        assert str(Refused(code, **refused.value.named))

    def test_a_net_of_conflicting_stages_is_refused_by_name(self) -> None:
        """Would catch a net taken over with a left turn into oncoming traffic."""
        junction = signals.junction()
        bad = NET.replace('state="GgGr"', 'state="GGGr"').encode()
        with pytest.raises(Refused, match="相位2：东直行与西左转冲突"):
            services.import_net(junction_id=junction.pk, content=bad, signal="", by=SYSTEM, at=AT)

    def test_an_imported_net_brings_the_present_plan(self) -> None:
        junction = signals.junction()
        services.import_net(
            junction_id=junction.pk, content=NET.encode(), signal="C", by=SYSTEM, at=AT
        )
        junction.refresh_from_db()
        assert junction.layout is not None
        assert (junction.layout.version, junction.layout.origin) == (2, LayoutOrigin.NET)
        assert TimingPlan.objects.get(junction=junction).origin == PlanOrigin.NET


class TestForms:
    @pytest.fixture
    def junction(self) -> Junction:
        return signals.junction()

    @pytest.fixture
    def browser(self, junction: Junction) -> Client:
        return identity.browser_of(identity.user_with(SEE, MANAGE, at=junction.organisation))

    def _lanes(self, **changed: object) -> dict[str, object]:
        said: dict[str, object] = {"reason": "改造", "propose": "on"}
        for arm in "NESW":
            said |= {
                f"{arm}_road": "演示路", f"{arm}_speed": 50, f"{arm}_lanes": "左 直 直右",
                f"{arm}_exits": 2, f"{arm}_crossing": 18, f"{arm}_length": 300,
            }  # fmt: skip
        return said | changed

    def test_lanes_are_written_as_officers_say_them(
        self, browser: Client, junction: Junction
    ) -> None:
        address = reverse("signals.junction.lanes", args=[junction.pk])
        answer = browser.post(address, self._lanes(E_lanes="掉左60 直 直右"))
        assert answer.status_code == 302, answer.content.decode()[:2000]
        junction.refresh_from_db()
        assert junction.layout is not None
        east = junction.layout.layout.arms[Direction.E]
        assert east.lanes[0].turns == (Turn.U_TURN, Turn.LEFT)
        assert (east.lanes[0].bay_m, east.lanes[1].bay_m) == (60.0, 0.0)
        assert [stage.name for stage in junction.layout.layout.stages][1] == "北南左转"
        assert LayoutVersion.objects.filter(junction=junction).count() == 2

    @pytest.mark.parametrize(
        ("changed", "what"),
        [
            ({"E_lanes": "左 拐"}, "第2车道“拐”不能识别"),
            ({"E_lanes": "右 左"}, "东进口第1车道与其右侧车道的去向交叉"),
            ({"N_lanes": "", "N_exits": 0}, "没有可以驶出的出口"),
            ({"E_speed": 500}, "限速500公里/小时不合理"),
            ({"E_lanes": "左60 直60"}, "没有贯通的车道"),
        ],
    )
    def test_a_wrong_layout_is_told_where(
        self, browser: Client, junction: Junction, changed: dict[str, object], what: str
    ) -> None:
        address = reverse("signals.junction.lanes", args=[junction.pk])
        answer = browser.post(address, self._lanes(**changed))
        assert answer.status_code == 422
        assert what in answer.content.decode()
        assert LayoutVersion.objects.filter(junction=junction).count() == 1

    def test_conflicting_stages_are_refused_with_both_movements(
        self, browser: Client, junction: Junction
    ) -> None:
        address = reverse("signals.junction.stages", args=[junction.pk])
        said: dict[str, object] = {
            "reason": "试", "amber_s": 3, "all_red_s": 2, "min_green_s": 7, "walking_mps": 1,
            "s1_name": "东西", "s1_protected": ["E-left", "W-through"],
        }  # fmt: skip
        answer = browser.post(address, said)
        assert answer.status_code == 422
        assert "相位1：东左转与西直行冲突" in answer.content.decode()

    def test_every_page_and_form_of_a_junction_opens(
        self, browser: Client, junction: Junction
    ) -> None:
        signals.present_plan(junction)
        for name in ("", ".lanes", ".stages", ".plan", ".import-net", ".end-plan", ".controller"):
            address = reverse(f"signals.junction{name}", args=[junction.pk])
            answer = browser.get(address)
            assert answer.status_code == 200, name


class TestPlans:
    def _put(
        self, junction: Junction, begins: int, ends: int, *, hours_later: int = 0
    ) -> TimingPlan:
        steps = tuple(PlanStep(place, 25.0, 5.0) for place in range(4))
        return services.put_in_force(
            junction_id=junction.pk, name=f"{begins}", plan=Plan(junction.code, steps),
            days=Days.DAILY, begins_min=begins, ends_min=ends, origin=PlanOrigin.FIELD,
            by=SYSTEM, at=AT + timedelta(hours=hours_later),
        )  # fmt: skip

    def test_equal_hours_replace_and_crossing_hours_are_refused(self) -> None:
        """Would catch two plans that run at once."""
        junction = signals.junction()
        whole = self._put(junction, 0, 1440)
        peak = self._put(junction, 420, 540)
        with pytest.raises(Refused, match="07:00–09:00"):
            self._put(junction, 480, 600)
        again = self._put(junction, 420, 540, hours_later=1)
        running = TimingPlan.objects.in_force(at=AT + timedelta(hours=2))
        assert set(running) == {whole, again}
        peak.refresh_from_db()
        assert peak.ended_at == again.in_force_from

    def test_what_we_make_ourselves_has_to_be_safe(self) -> None:
        junction = signals.junction()
        steps = (PlanStep(0, 3.0, 5.0), PlanStep(1, 25.0, 1.0))
        with pytest.raises(Refused, match="不满足安全约束"):
            services.put_in_force(
                junction_id=junction.pk, name="坏", plan=Plan(junction.code, steps),
                days=Days.DAILY, begins_min=0, ends_min=60, origin=PlanOrigin.STUDY,
                by=SYSTEM, at=AT,
            )  # fmt: skip


def test_an_unchanged_layout_makes_no_version() -> None:
    junction = signals.junction()
    with pytest.raises(Refused, match="没有改动"):
        services.redraw(
            junction_id=junction.pk, layout=cross(), origin=LayoutOrigin.FORM, reason="同",
            by=SYSTEM, at=AT,
        )  # fmt: skip


def test_without_roads_nothing_is_drawn_from_them() -> None:
    junction = signals.junction()
    with pytest.raises(Refused, match="还没有导入路网"):
        services.draw_from_roads(junction_id=junction.pk, by=SYSTEM, at=AT)


def test_a_junction_of_the_road_network_is_drawn_with_its_arms() -> None:
    """Would catch arms turned about, and turns into roads that lead nowhere."""
    build_town()
    from luchang.apps.places.selectors import graph  # noqa: PLC0415 - once there is a town

    junction = signals.junction()
    roads = graph()
    node = next(each for each in range(roads.node_count) if len(roads.sections_at(each)) >= 4)
    services.correct(
        junction_id=junction.pk, name="十字", grade=Grade.OTHER,
        longitude=float(roads.node_lon[node]), latitude=float(roads.node_lat[node]),
        by=SYSTEM, at=AT,
    )  # fmt: skip
    version = services.draw_from_roads(junction_id=junction.pk, by=SYSTEM, at=AT)
    layout = version.layout
    assert len(layout.arms) >= 3
    assert all(layout.exit_of(way) for way in layout.ways if way.turn != Turn.ON_FOOT)
