"""Counts: what is refused, what is marked, and workbooks that come back unchanged."""

from datetime import date

import pytest

from luchang.apps.signals import services
from luchang.apps.signals.models import Count, Junction
from luchang.apps.signals.policies import MANAGE, SEE
from luchang.apps.signals.services import Reading, Refused
from luchang.apps.signals.states import CountSource, Quality
from luchang.apps.signals.views.imports import COUNT_IMPORT
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.lists.imports import services as imports
from luchang.kernel.lists.imports.workbooks import form
from luchang.kernel.lists.models import ImportRun
from tests.factories import identity, signals
from tests.factories.signals import AT, DAY
from tests.factories.workbooks import workbook

pytestmark = pytest.mark.django_db
HEAD = ["路口编号", "日期", "间隔（分钟）", "数据来源", "时段", "流向", "车辆数"]


def _take(junction: Junction, *readings: Reading, day: date = DAY) -> None:
    services.take_counts(
        junction_id=junction.pk, day=day, interval_min=15, origin=CountSource.MANUAL,
        readings=readings, by=SYSTEM, at=AT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        (Reading("E-through", 420, 5000), "不可能：2条车道最多1200辆"),
        (Reading("E-through", 420, -1), "不可能"),
        (Reading("E-through", 421, 10), "07:01不在15分钟的整点上"),
        (Reading("E-u_turn", 420, 10), "没有流向"),
        (Reading("NE-left", 420, 10), "没有流向"),
    ],
)
def test_what_cannot_be_is_refused_with_what_and_where(reading: Reading, why: str) -> None:
    """Would catch a slip of the pen that becomes a plan."""
    junction = signals.junction()
    with pytest.raises(Refused, match=why):
        _take(junction, reading)
    assert not Count.objects.exists()


def test_a_day_to_come_was_not_counted() -> None:
    with pytest.raises(Refused, match="还没有到"):
        _take(signals.junction(), Reading("E-left", 420, 3), day=date(2026, 3, 3))


def test_doubtful_and_missing_counts_are_kept_and_marked() -> None:
    """Would catch a detector that is stuck, silent or too full and is believed."""
    junction = signals.junction()
    _take(
        junction,
        *(Reading("E-through", 420 + 15 * place, 37) for place in range(4)),
        *(Reading("W-through", 420 + 15 * place, 0) for place in range(4)),
        Reading("N-through", 420, 1100),
        Reading("N-through", 435, None),
        Reading("N-through", 450, 90),
    )
    marks = {
        (each.way, each.begins_min): (each.quality, each.reason) for each in Count.objects.all()
    }
    assert marks["E-through", 420] == (Quality.DOUBTFUL, "stuck")
    assert marks["W-through", 465] == (Quality.DOUBTFUL, "silent")
    assert marks["N-through", 420] == (Quality.DOUBTFUL, "over_capacity")
    assert marks["N-through", 435] == (Quality.MISSING, "missing")
    assert marks["N-through", 450] == (Quality.GOOD, "")


def test_a_gap_between_two_counts_is_estimated_and_says_so() -> None:
    junction = signals.junction()
    _take(
        junction,
        Reading("N-left", 420, 10), Reading("N-left", 435, None), Reading("N-left", 450, 20),
        Reading("N-left", 465, None),
    )  # fmt: skip
    filled = services.estimate_missing(count_set_id=junction.count_sets.get().pk, by=SYSTEM, at=AT)
    assert filled == 1
    row = Count.objects.get(begins_min=435)
    assert (row.vehicles, row.quality) == (15, Quality.ESTIMATED)


def test_counts_a_plan_was_computed_from_are_not_changed_behind_its_back() -> None:
    study = signals.study(until=signals.S.COMPUTED)
    assert study.count_set is not None
    count = study.count_set.counts.earliest("pk")
    with pytest.raises(Refused, match=study.number):
        services.correct_count(count_id=count.pk, vehicles=1, by=SYSTEM, at=AT)


class TestWorkbooks:
    @pytest.fixture
    def by(self) -> Actor:
        self.junction = signals.junction()
        return identity.actor_with(SEE, MANAGE, at=self.junction.organisation)

    def _checked(self, content: bytes, by: Actor) -> ImportRun:
        run = imports.receive(
            spec=COUNT_IMPORT, name="流量.xlsx", content=content, by=by, at=clock.now()
        )
        return imports.check(spec=COUNT_IMPORT, run_id=run.pk, by=by, at=clock.now())

    def _row(self, clock_time: str, way: str, vehicles: object) -> list[object]:
        return [self.junction.code, "2026-03-02", 15, "人工调查表", clock_time, way, vehicles]

    def test_a_sheet_is_taken_and_its_export_changes_nothing(self, by: Actor) -> None:
        """Would catch a movement or a time that does not come back as it went."""
        rows = [self._row("07:00", "东左转", 12), self._row("07:15", "东进口左转", "")]
        run = self._checked(workbook(HEAD, *rows, self._row("07:00", "N-through", 80)), by)
        assert run.wrong == 0, run.first_faults
        imports.confirm(spec=COUNT_IMPORT, run_id=run.pk, only_valid=False, by=by, at=clock.now())
        assert set(Count.objects.values_list("way", "begins_min", "vehicles")) == {
            ("E-left", 420, 12), ("E-left", 435, None), ("N-through", 420, 80),
        }  # fmt: skip
        back = self._checked(form(COUNT_IMPORT, COUNT_IMPORT.rows(by)), by)
        assert (back.new, back.changed, back.wrong) == (0, 0, 0), back.first_faults

    @pytest.mark.parametrize(
        ("row", "what"),
        [
            (("25:00", "东左转", 1), "不是时间"),
            (("07:00", "东拐弯", 1), "不是流向"),
            (("07:00", "东左转", 9000), "不可能"),
            (("07:00", "东左转", "很多"), "不是数字"),
            (("07:00", "东北直行", 1), "没有流向"),
        ],
    )
    def test_a_wrong_cell_is_named(
        self, by: Actor, row: tuple[str, str, object], what: str
    ) -> None:
        run = self._checked(workbook(HEAD, self._row(*row)), by)
        assert any(what in fault["what"] for fault in run.first_faults), run.first_faults
