"""Files that come in: detectors made into counts, UTDF plans looked at and taken whole."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from luchang.apps.signals import services
from luchang.apps.signals.models import Count, Junction, TimingPlan
from luchang.apps.signals.policies import MANAGE, SEE
from luchang.apps.signals.services import Refused, utdf_taking
from luchang.apps.signals.services.detecting import numbered_lanes
from luchang.apps.signals.states import CountSource, Days, NumberedBy, PlanOrigin, Quality
from luchang.core.signals import utdf
from luchang.core.signals.layout_junction import junction_of
from luchang.core.signals.plan import Plan, PlanStep
from luchang.core.signals.utdf.plans import describe
from luchang.kernel.identity.actors import SYSTEM
from tests.factories import identity, signals
from tests.factories.signals import AT

pytestmark = pytest.mark.django_db


def sheet(junction: Junction, *, missing: int = 0, stuck: int = 0) -> str:
    """Every lane at two quarters, one of them silent, one stuck."""
    assert junction.layout is not None
    lines = ["detector,lane,time,count,occupancy"]
    for lane in numbered_lanes(junction.layout.layout):
        for clock in ("07:00", "07:15"):
            count = "" if lane == missing else "0" if lane == stuck else "40"
            share = "100" if lane == stuck else "12"
            lines.append(f"L{lane},{lane},2026-02-02 {clock},{count},{share}")
    return "\n".join(lines)


class TestDetectors:
    def test_lanes_become_movements_with_marks(self) -> None:
        """Would catch a shared lane counted twice, and estimates passed off as counts."""
        junction = signals.junction()
        made = services.take_detectors(
            junction_id=junction.pk, text=sheet(junction), interval_min=15, by=SYSTEM, at=AT
        )
        assert made.origin == CountSource.DETECTOR
        rows = {row.way: row for row in Count.objects.filter(count_set=made, begins_min=420)}
        assert (rows["N-left"].vehicles, rows["N-left"].quality) == (40, Quality.GOOD)
        assert rows["N-through"].vehicles == 60
        assert rows["N-right"].vehicles == 20
        assert (rows["N-right"].quality, rows["N-right"].reason) == (
            Quality.ESTIMATED, "lane_split",
        )  # fmt: skip

    def test_what_was_counted_by_hand_says_how_lanes_turn(self) -> None:
        junction = signals.junction()
        signals.counted(junction)
        made = services.take_detectors(
            junction_id=junction.pk, text=sheet(junction), interval_min=15, by=SYSTEM, at=AT
        )
        rows = {row.way: row.vehicles or 0 for row in made.counts.filter(begins_min=420)}
        assert 0 < rows["N-right"] < 20
        assert rows["N-right"] + rows["N-through"] == pytest.approx(80, abs=1)

    def test_silent_and_stuck_lanes_are_marked(self) -> None:
        junction = signals.junction()
        made = services.take_detectors(
            junction_id=junction.pk, text=sheet(junction, missing=1, stuck=4),
            interval_min=15, by=SYSTEM, at=AT,
        )  # fmt: skip
        rows = {row.way: row for row in made.counts.filter(begins_min=420)}
        assert rows["N-left"].quality == Quality.MISSING
        assert (rows["E-left"].quality, rows["E-left"].reason) == (Quality.DOUBTFUL, "occupied")

    def test_nothing_is_half_taken(self) -> None:
        junction = signals.junction()
        text = sheet(junction) + "\nL99,99,2026-02-02 07:00,1,1"
        with pytest.raises(Refused, match="没有第99车道"):
            services.take_detectors(
                junction_id=junction.pk, text=text, interval_min=15, by=SYSTEM, at=AT
            )
        with pytest.raises(Refused, match="第2行"):
            services.take_detectors(
                junction_id=junction.pk, text="lane,time,count\n1,x,1", interval_min=15,
                by=SYSTEM, at=AT,
            )  # fmt: skip
        assert not junction.count_sets.exists()


def told(junction: Junction, *, int_id: int, green_s: float = 30.0) -> utdf.UtdfJunction:
    assert junction.layout is not None
    layout = junction.layout.layout
    steps = tuple(PlanStep(stage, green_s, 5.0) for stage in range(len(layout.stages)))
    return describe(
        junction_of(layout, junction.code),
        Plan(junction.code, steps),
        {f"{arm.name}_in": utdf.ARMS[int(arm)] for arm in layout.arms},
        int_id=int_id,
        name=junction.code,
    )


class TestUtdf:
    def test_a_file_is_looked_at_and_then_taken(self) -> None:
        """Would catch a preview that writes, and a plan taken for the wrong junction."""
        organisation = identity.organisation()
        first, second = (signals.junction(at=organisation) for _ in range(2))
        services.number_junction(
            junction_id=first.pk, numbers={NumberedBy.UTDF: "17"}, by=SYSTEM, at=AT
        )
        text = utdf.write((told(first, int_id=17), told(second, int_id=18)))
        browser = identity.browser_of(identity.user_with(SEE, MANAGE, at=organisation))
        address = reverse("signals.utdf_import")
        hours = {"days": "DAILY", "begins": "00:00", "ends": "24:00"}
        file = SimpleUploadedFile("a.csv", text.encode(), content_type="text/csv")
        page = browser.post(address, {**hours, "file": file})
        assert page.status_code == 200
        assert first.name in page.content.decode()
        assert not TimingPlan.objects.exists()
        page = browser.post(address, {**hours, "text": text, "confirmed": "1"})
        assert page.status_code == 302
        plans = TimingPlan.objects.filter(ended_at=None)
        assert {each.junction_id for each in plans} == {first.pk, second.pk}
        assert {each.origin for each in plans} == {PlanOrigin.UTDF}

    def test_one_junction_that_is_not_ours_stops_the_file(self) -> None:
        ours, theirs = signals.junction(), signals.junction()
        by = identity.actor_with(SEE, MANAGE, at=ours.organisation)
        text = utdf.write((told(ours, int_id=1), told(theirs, int_id=2)))
        preview = utdf_taking.look(text=text, by=by)
        assert [bool(each.fault) for each in preview.found] == [False, True]
        assert preview.found[1].junction is None
        with pytest.raises(Refused, match="没有导入"):
            utdf_taking.take(text=text, days=Days.DAILY, begins_min=0, ends_min=1440, by=by, at=AT)
        assert not TimingPlan.objects.exists()

    def test_faults_name_the_line_or_the_rule(self) -> None:
        junction = signals.junction()
        with pytest.raises(Refused, match="第1行"):
            utdf_taking.look(text="no tables here", by=SYSTEM)
        short = utdf_taking.look(
            text=utdf.write((told(junction, int_id=1, green_s=3.0),)), by=SYSTEM
        )
        assert "绿灯" in short.found[0].fault


class TestNumbers:
    def test_a_number_belongs_to_one_junction_of_a_system(self) -> None:
        """Would catch states of one junction shown at another."""
        first, second = signals.junction(), signals.junction()
        services.number_junction(
            junction_id=first.pk, numbers={NumberedBy.UTCS: "430200001"}, by=SYSTEM, at=AT
        )
        with pytest.raises(Refused, match="已经用于另一个路口"):
            services.number_junction(
                junction_id=second.pk, numbers={NumberedBy.UTCS: "430200001"}, by=SYSTEM, at=AT
            )
        services.number_junction(
            junction_id=second.pk, numbers={NumberedBy.VMKS: "430200001"}, by=SYSTEM, at=AT
        )
        services.number_junction(
            junction_id=first.pk, numbers={NumberedBy.UTCS: ""}, by=SYSTEM, at=AT
        )
        assert not first.numbers.exists()
