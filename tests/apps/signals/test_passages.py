"""Counts and before-and-after of a junction, taken from what its cameras saw."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from luchang.apps.passages.models import CountedJunction, LinkTime, TurnCount
from luchang.apps.passages.states import CountQuality
from luchang.apps.signals.models import Count, CountSet, Junction, Measurement, Scheme, Study
from luchang.apps.signals.policies import MANAGE, SEE
from luchang.apps.signals.services import Refused, begin, compare_sides, measure, planning
from luchang.apps.signals.services.passages import (
    PassagesRefused,
    measure_passages,
    take_passages,
)
from luchang.apps.signals.states import Measure, Quality, Side, StudyStatus
from luchang.core.signals.junction import Turn
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from tests.factories import counts, schemes, signals
from tests.factories.identity import browser_of, organisation, user_with

pytestmark = pytest.mark.django_db
Q = CountQuality
DAY = date(2026, 3, 2)
SEVEN = datetime(2026, 3, 1, 23, tzinfo=UTC)
"""Seven o'clock of DAY in Zhuzhou."""

USUAL = {Turn.LEFT: 30, Turn.THROUGH: 120, Turn.RIGHT: 21}


@pytest.fixture
def junction() -> Junction:
    return signals.junction()


@pytest.fixture
def counted(junction: Junction) -> CountedJunction:
    """Every movement by its lane over an hour; one scaled up, one estimated, one unknown."""
    made = counts.junction(at=junction.organisation, code=junction.code)
    assert junction.layout is not None
    ways = [way for way in junction.layout.layout.ways if way.turn != Turn.ON_FOOT]
    for way in ways:
        row = counts.movement(made, way.key)
        for step in range(4):
            vehicles = USUAL[way.turn] + 3 * ((step + int(way.arm)) % 3)
            TurnCount.objects.create(
                movement=row, begins_at=SEVEN + timedelta(minutes=15 * step), vehicles=vehicles,
                fives=[vehicles // 3] * 3, quality=Q.MEASURED,
            )  # fmt: skip
    mark(made, 0, quality=Q.SCALED)
    mark(made, 1, quality=Q.ESTIMATED)
    mark(made, 2, quality=Q.MISSING, vehicles=None)
    return made


def mark(of: CountedJunction, step: int, **fields: object) -> None:
    rows = TurnCount.objects.filter(movement__junction=of, movement__way="E-left")
    rows.filter(begins_at=SEVEN + timedelta(minutes=15 * step)).update(**fields)


def take(of: Junction, interval_min: int = 15) -> CountSet:
    return take_passages(
        junction_id=of.pk, day=DAY, interval_min=interval_min, begins_min=420, ends_min=480,
        by=SYSTEM, at=signals.AT,
    )  # fmt: skip


def test_what_cameras_did_not_measure_is_marked_in_the_counts_of_signals(
    junction: Junction, counted: CountedJunction
) -> None:
    """An estimate that came over as a count would be planned with as if somebody had counted."""
    rows = Count.objects.filter(count_set=take(junction), way="E-left").order_by("begins_min")

    assert [(row.begins_min, row.quality, row.reason) for row in rows] == [
        (420, Quality.ESTIMATED, "scaled"),
        (435, Quality.ESTIMATED, "silent_camera"),
        (450, Quality.MISSING, "missing"),
        (465, Quality.GOOD, ""),
    ]
    assert rows[2].vehicles is None


def test_five_minutes_add_up_to_the_quarter(junction: Junction, counted: CountedJunction) -> None:
    quarters, fives = (Count.objects.filter(count_set=take(junction, n)) for n in (15, 5))
    known = quarters.filter(way="N-through")
    parts = fives.filter(way="N-through")

    assert len(parts) == 3 * len(known) == 12
    assert sum(row.vehicles or 0 for row in parts) == sum(row.vehicles or 0 for row in known)


def test_taking_again_replaces_and_a_study_is_computed_from_it(
    junction: Junction, counted: CountedJunction
) -> None:
    first = take(junction)
    mark(counted, 2, quality=Q.MEASURED, vehicles=33)
    again = take(junction)
    assert again.pk == first.pk

    demand = planning.demand_of(again, begins_min=420, ends_min=480)

    assert len(demand.hourly) == 12
    assert demand.hourly["E-left"] == pytest.approx(
        4.0 * sum(row.vehicles or 0 for row in again.counts.filter(way="E-left")) / 4
    )


def test_a_junction_nobody_defined_or_counted_is_refused_in_words(junction: Junction) -> None:
    with pytest.raises(PassagesRefused) as refused:
        take(junction)
    assert (refused.value.code, junction.code in str(refused.value)) == ("no_turns", True)

    counts.movement(counts.junction(at=junction.organisation, code=junction.code))
    with pytest.raises(PassagesRefused) as refused:
        take(junction)
    assert refused.value.code == "nothing_counted"


def test_the_form_takes_counts_and_leads_to_them(
    junction: Junction, counted: CountedJunction
) -> None:
    browser: Client = browser_of(user_with(MANAGE, at=junction.organisation))
    form = {"junction": junction.pk, "day": "2026-03-02", "interval_min": 15}
    page = browser.get("/signals/counts/take-passages").content.decode()
    answer = browser.post(
        "/signals/counts/take-passages", {**form, "begins": "07:00", "ends": "08:00"}
    )
    odd = browser.post(
        "/signals/counts/take-passages", {**form, "begins": "07:01", "ends": "08:00"}
    )

    assert "取过车转向流量" in page
    assert answer.status_code == 302
    assert CountSet.objects.get(junction=junction).origin == "PASSAGES"
    assert odd.status_code == 422


@pytest.fixture
def study() -> Study:
    """In force since a Monday; eight workdays before and seven after with times of its link."""
    row = signals.study(at=organisation(), until=StudyStatus.SCHEDULED)
    return begin(of=row, by=SYSTEM, at=signals.AT + timedelta(hours=1))


def times_of(study: Study, *, before: float, after: float, days: int = 11) -> list[int]:
    link = counts.link(at=study.junction.organisation, junction_code=study.junction.code)
    for step in range(-days, days + 1):
        for quarter in range(4):
            counts.timed(
                link,
                at=SEVEN + timedelta(days=step, minutes=15 * quarter),
                median_s=(before if step < 0 else after) + (step % 3),
                vehicles=30,
            )
    return [link.pk]


def measured(study: Study | Scheme, links: list[int], measure: Measure = Measure.TRAVEL_S) -> None:
    measure_passages(
        of=study, link_ids=links, measure_of=measure, first_day=DAY - timedelta(days=11),
        last_day=DAY + timedelta(days=11), by=SYSTEM, at=signals.AT + timedelta(days=14),
    )  # fmt: skip


def test_before_and_after_come_from_the_cameras_a_value_a_day_with_an_interval(
    study: Study,
) -> None:
    """Workdays only, the day of the change on neither side, an interval that shows the gain."""
    links = times_of(study, before=120.0, after=90.0)
    measured(study, links)
    measured(study, links)  # taken twice, there once

    rows = Measurement.objects.filter(study=study)
    sides = {side: [r for r in rows if r.side == side] for side in Side}
    assert DAY not in {row.day for row in rows}
    assert all(row.day < DAY for row in sides[Side.BEFORE])
    assert (len(sides[Side.BEFORE]), len(sides[Side.AFTER])) == (5, 9)
    assert all(row.day.weekday() < 5 for row in sides[Side.AFTER])
    told = compare_sides(
        of=study, measure=Measure.TRAVEL_S, by=SYSTEM,
        at=signals.AT + timedelta(days=14),
    ).comparison  # fmt: skip
    assert told is not None
    assert told["is_clear"]
    assert told["low"] < told["change"] < told["high"] < 0
    assert told["change"] == pytest.approx(-30.0, abs=2.0)


def test_delay_is_what_is_above_the_free_time(study: Study) -> None:
    measured(study, times_of(study, before=120.0, after=90.0), Measure.DELAY_S)
    row = Measurement.objects.filter(study=study, side=Side.AFTER).first()

    assert row is not None
    assert row.values[0] == pytest.approx(90.0 + 2.0 - 60.0, abs=2.1)


def test_days_with_too_few_drives_are_no_values(study: Study) -> None:
    links = times_of(study, before=120.0, after=90.0)
    LinkTime.objects.update(vehicles=4)

    with pytest.raises(PassagesRefused) as refused:
        measured(study, links)

    assert refused.value.code == "no_days"
    assert local(signals.AT).date() == DAY


def test_links_of_another_junction_are_not_taken(study: Study) -> None:
    """A key typed into the form must not bring in another road's times."""
    other = counts.link(junction_code="D999999")
    with pytest.raises(PassagesRefused) as refused:
        measured(study, [other.pk])
    assert refused.value.code == "no_links"


@pytest.fixture
def road() -> Scheme:
    """Two junctions in force since the same Monday, with times of a link towards each."""
    scheme = schemes.corridor(at=organisation(), until=StudyStatus.SCHEDULED)
    return begin(of=scheme, by=SYSTEM, at=signals.AT + timedelta(hours=1))


def links_along(scheme: Scheme) -> list[int]:
    members = scheme.members.select_related("junction")
    made = [counts.link(at=scheme.organisation, junction_code=m.junction.code) for m in members]
    for link in made:
        for step in range(-11, 12):
            at = SEVEN + timedelta(days=step, minutes=15)
            counts.timed(
                link, at=at, median_s=(120.0 if step < 0 else 90.0) + step % 3, vehicles=40
            )
    return [link.pk for link in made]


def test_a_road_is_measured_over_all_its_links_day_by_day(road: Scheme) -> None:
    """Would catch a scheme whose before and after somebody has to type in, or one link's times."""
    measured(road, links_along(road))

    rows = road.measurements.all()
    assert all(row.is_from_passages and row.day != DAY for row in rows)
    before = [row.values[0] for row in rows if row.side == Side.BEFORE]
    assert before[0] == pytest.approx(2 * 122.0, abs=4.1)
    told = compare_sides(
        of=road, measure=Measure.TRAVEL_S, by=SYSTEM, at=signals.AT + timedelta(days=14)
    ).comparison
    assert told is not None
    assert told["change"] == pytest.approx(-60.0, abs=4.0)
    assert (told["is_clear"], told["typed"]) == (True, 0)


def typed(road: Scheme, values: list[float], day: date, side: Side = Side.BEFORE) -> None:
    measure(
        of=road, side=side, measure=Measure.TRAVEL_S, values=values, day=day, note="",
        by=SYSTEM, at=signals.AT + timedelta(days=14),
    )  # fmt: skip


def test_what_is_typed_in_stands_only_where_nothing_is_measured(road: Scheme) -> None:
    """Would catch hand-picked values beside measured ones, and values nobody can tell apart."""
    friday = DAY - timedelta(days=3)
    typed(road, [999.0] * 5, friday)
    measured(road, links_along(road))
    with pytest.raises(Refused, match="已由过车数据测得"):
        typed(road, [1.0], friday)
    typed(road, [250.0, 251.0], DAY - timedelta(days=40))

    told = compare_sides(
        of=road, measure=Measure.TRAVEL_S, by=SYSTEM, at=signals.AT + timedelta(days=14)
    ).comparison

    assert told is not None
    assert told["typed"] == 2
    assert told["before_mean"] < 300.0
    person = browser_of(user_with(SEE, at=road.organisation))
    page = person.get(reverse("signals.scheme", args=[road.pk])).content.decode()
    assert "其中2个数值为人工录入" in page
    assert "过车数据" in page
