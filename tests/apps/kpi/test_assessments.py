"""Judging units: what is refused, how points and places come about, what stays frozen."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from luchang.apps.dispatch.kpis import SIGNED_IN_TIME
from luchang.apps.kpi import services
from luchang.apps.kpi.models import Item, Result, Round, Score
from luchang.apps.kpi.selectors.assessments import judged_units, places_over_time, table_of
from luchang.apps.kpi.services import Refused
from luchang.apps.kpi.services.assessments import Wanted, points_of
from luchang.apps.kpi.states import RoundStatus
from luchang.apps.passages.services import upkeep
from luchang.kernel import metrics
from luchang.kernel.identity.actors import SYSTEM, Actor, Unreached
from luchang.kernel.metrics import Period, penalties
from tests.factories.force import NOON
from tests.factories.identity import actor_with, organisation
from tests.factories.indicators import DAYS, START, Season, season

pytestmark = pytest.mark.django_db
PERIOD = Period.of_days(START.date(), START.date() + timedelta(days=DAYS))
AT = PERIOD.end + timedelta(days=1)
ITEMS = (
    Wanted("按时签收", Decimal(60), "dispatch.signed_in_time", target=90.0),
    Wanted("队伍建设", Decimal(40)),
)


@pytest.fixture
def city() -> Season:
    return season(size=60)


@pytest.fixture
def judge(city: Season) -> Actor:
    return actor_with("kpi.manage_assessments", at=city.city, when=NOON)


def round_of(city: Season, judge: Actor, *items: Wanted) -> Round:
    scheme = services.draft_scheme(
        title="综合业务考核",
        organisation_id=city.city.pk,
        basis="",
        items=items or ITEMS,
        by=judge,
        at=AT,
    )
    services.put_in_force(scheme_id=scheme.pk, by=judge, at=AT)
    return services.begin_round(scheme_id=scheme.pk, period=PERIOD, by=judge, at=AT)


def give(judged: Round, judge: Actor, points: str, unit: int, evidence: str = "会议纪要") -> None:
    item = judged.scheme.items.get(code="", is_veto=False)
    services.give_points(
        round_id=judged.pk,
        item_id=item.pk,
        organisation_id=unit,
        points=Decimal(points),
        evidence=evidence,
        by=judge,
        at=AT,
    )


def frozen(city: Season, judge: Actor, points: tuple[str, ...] = ("40", "30", "30")) -> Round:
    judged = round_of(city, judge, Wanted("队伍建设", Decimal(40)))
    for unit, each in zip(city.brigades, points, strict=True):
        give(judged, judge, each, unit.pk)
    services.propose_round(round_id=judged.pk, by=judge, at=AT)
    return services.freeze_round(round_id=judged.pk, by=judge, at=AT)


def test_penalty_counts_are_refused_as_items(city: Season, judge: Actor) -> None:
    """公安部令157 第66条; the refusal cites it on the page."""
    metrics.name_records("dispatch.Incident")
    try:
        with pytest.raises(Refused, match="第66条"):
            round_of(city, judge, Wanted("处罚数", Decimal(10), "dispatch.incidents", target=1.0))
    finally:
        penalties._records.discard("dispatch.incident")


def test_an_item_that_tells_no_units_apart_is_refused(city: Season, judge: Actor) -> None:
    with pytest.raises(Refused, match="不属于任何单位"):
        round_of(city, judge, Wanted("路口", Decimal(10), "places.junctions", target=1.0))


def test_points_need_evidence_and_fit_the_item(city: Season, judge: Actor) -> None:
    judged = round_of(city, judge)
    unit = city.brigades[0].pk

    with pytest.raises(Refused, match="佐证"):
        give(judged, judge, "10", unit, evidence=" ")
    with pytest.raises(Refused, match="分值"):
        give(judged, judge, "40.01", unit)
    with pytest.raises(Refused, match="分值"):
        give(judged, judge, "-1", unit)
    with pytest.raises(Refused):
        give(judged, judge, "10", organisation().pk)


def test_a_round_is_not_proposed_before_everybody_has_points(city: Season, judge: Actor) -> None:
    judged = round_of(city, judge)
    give(judged, judge, "10", city.brigades[0].pk)

    with pytest.raises(Refused, match="队伍建设"):
        services.propose_round(round_id=judged.pk, by=judge, at=AT)
    with pytest.raises(Refused, match="尚未结束"):
        services.propose_round(round_id=judged.pk, by=judge, at=PERIOD.start)


def test_points_follow_the_share_of_the_target_reached() -> None:
    """90 wanted, 72 reached, of 60 points: 48; nothing eligible gives none, and no zero share."""
    item = Item(title="", code="dispatch.signed_in_time", weight=Decimal(60), target=90.0)

    assert points_of(item, 72.0) == Decimal("48.00")
    assert points_of(item, 95.0) == Decimal(60)
    assert points_of(item, None) == 0
    lower = Item(title="", code="dispatch.arrive_median", weight=Decimal(50), target=300.0)
    assert points_of(lower, 600.0) == Decimal("25.00")
    assert points_of(lower, 200.0) == Decimal(50)


def test_equal_totals_share_a_place_and_the_next_is_left_out(city: Season, judge: Actor) -> None:
    judged = frozen(city, judge, ("30", "40", "30"))

    places = {each.organisation_id: each.place for each in judged.results.all()}
    assert [places[unit.pk] for unit in city.brigades] == [2, 1, 2]


def test_a_veto_takes_a_unit_out_of_the_ranking(city: Season, judge: Actor) -> None:
    """Every brigade has a late order: a target of 100 % vetoes all who missed it."""
    veto = Wanted("按时签收", code="dispatch.signed_in_time", target=100.0, is_veto=True)
    judged = round_of(city, judge, veto, Wanted("队伍建设", Decimal(40)))
    for unit in city.brigades:
        give(judged, judge, "40", unit.pk)
    services.propose_round(round_id=judged.pk, by=judge, at=AT)

    for result in judged.results.all():
        missed = judged.scores.get(organisation=result.organisation_id, item__is_veto=True)
        assert (result.place is None) == missed.misses_target == bool(result.veto)
    assert judged.results.filter(place=None).exists()


def test_scores_are_what_the_indicator_says_of_each_branch(city: Season, judge: Actor) -> None:
    """A score that depends on the reach of who presses the button would not be one."""
    judged = round_of(city, judge)
    for unit in city.brigades:
        give(judged, judge, "40", unit.pk)
    services.propose_round(round_id=judged.pk, by=judge, at=AT)

    for unit in city.brigades:
        score = judged.scores.get(organisation=unit, item__code="dispatch.signed_in_time")
        assert score.number == SIGNED_IN_TIME.below(unit.path).measure(PERIOD, by=SYSTEM).number


class TestFrozen:
    def test_the_database_refuses_every_change(self, city: Season, judge: Actor) -> None:
        judged = frozen(city, judge)
        tries = (
            lambda: Score.objects.filter(round=judged).update(points=0),
            lambda: Result.objects.filter(round=judged).update(place=1),
            lambda: Result.objects.filter(round=judged).delete(),
            lambda: Round.objects.filter(pk=judged.pk).update(digest="0" * 64),
            lambda: Round.objects.filter(pk=judged.pk).update(status="OPEN"),
        )
        for attempt in tries:
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()

    def test_the_digest_holds_the_outcome(self, city: Season, judge: Actor) -> None:
        judged = frozen(city, judge)

        assert judged.digest == Round.objects.get(pk=judged.pk).digest_now()
        score = judged.scores.first()
        assert score is not None
        score.evidence = "另一份纪要"
        assert score.said != judged.scores.get(pk=score.pk).said

    def test_nothing_moves_on_from_there(self, city: Season, judge: Actor) -> None:
        judged = frozen(city, judge)

        with pytest.raises(Refused):
            services.reopen_round(round_id=judged.pk, reason="", by=judge, at=AT)
        with pytest.raises(Refused):
            give(judged, judge, "1", city.brigades[0].pk)

    def test_places_over_time_and_the_table(self, city: Season, judge: Actor) -> None:
        judged = frozen(city, judge)
        _items, lines = table_of(judged)
        chart = places_over_time(judged.scheme)

        assert lines[0].organisation == city.brigades[0]
        assert len(chart["series"]) == len(judged_units(city.city))  # type: ignore[arg-type]
        assert judged.status == RoundStatus.FROZEN


def test_a_foreign_scheme_does_not_exist(city: Season, judge: Actor) -> None:
    judged = round_of(city, judge)
    stranger = actor_with("kpi.manage_assessments", when=NOON)

    with pytest.raises(Unreached):
        services.propose_round(round_id=judged.pk, by=stranger, at=AT)
    with pytest.raises(Unreached):
        services.retire_scheme(scheme_id=judged.scheme_id, by=stranger, at=AT)


def test_a_sent_back_round_is_scored_again(city: Season, judge: Actor) -> None:
    judged = round_of(city, judge, Wanted("队伍建设", Decimal(40)))
    for unit in city.brigades:
        give(judged, judge, "20", unit.pk)
    services.propose_round(round_id=judged.pk, by=judge, at=AT)
    services.reopen_round(round_id=judged.pk, reason="漏项", by=judge, at=AT)
    give(judged, judge, "40", city.brigades[2].pk)
    services.propose_round(round_id=judged.pk, by=judge, at=AT)

    assert judged.results.get(place=1).organisation_id == city.brigades[2].pk


def test_a_frozen_round_keeps_its_points_when_the_counts_behind_them_go(
    city: Season, judge: Actor
) -> None:
    """Counts of passages are kept for so many days; what was settled with them for good."""
    item = Wanted("路段畅通", Decimal(40), "passages.congested_share", target=50.0)
    judged = round_of(city, judge, item)
    services.propose_round(round_id=judged.pk, by=judge, at=AT)
    services.freeze_round(round_id=judged.pk, by=judge, at=AT)
    before = list(Score.objects.filter(round=judged).order_by("pk").values())
    places = list(judged.results.order_by("pk").values())
    assert any(each["points"] for each in before)

    assert upkeep.drop_old_counts(keep=timedelta(days=1), at=AT + timedelta(days=400)) > 0

    assert list(Score.objects.filter(round=judged).order_by("pk").values()) == before
    assert list(judged.results.order_by("pk").values()) == places
