from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from luchang.core.common.road_building import Direction, Way, build_road_graph
from luchang.core.common.roads import RoadClass
from luchang.core.dispatch.network import RoadNetwork
from luchang.core.dispatch.problem import (
    Incident,
    RankingParameters,
    RankingProblem,
    RoadConditions,
    Unit,
)
from luchang.core.dispatch.ranking import (
    Candidate,
    IncidentOffRoads,
    Ranking,
    Reason,
    ReasonCode,
    rank_units,
)

LON = [113.00, 113.01, 113.02, 113.03, 113.02]
LAT = [27.80, 27.80, 27.80, 27.80, 27.82]
WAYS = [
    Way(1, (0, 1), RoadClass.PRIMARY, "东路"),
    Way(2, (1, 2), RoadClass.PRIMARY, "东路"),
    Way(3, (2, 3), RoadClass.PRIMARY, "东路"),
    Way(4, (1, 4), RoadClass.RESIDENTIAL, "小街"),
    Way(5, (4, 2), RoadClass.RESIDENTIAL, "小街"),
]
NETWORK = RoadNetwork(build_road_graph(range(5), LON, LAT, WAYS)[0])
SCENE = Incident(7, 113.025, 27.80)


def section_of(way: int) -> int:
    return int(np.flatnonzero(NETWORK.graph.section_way == way)[0])


def rank(
    *units: Unit, incident: Incident = SCENE, conditions: RoadConditions | None = None
) -> Ranking:
    return rank_units(RankingProblem(incident, units, conditions or RoadConditions()), NETWORK)


def reason(candidate: Candidate, code: ReasonCode) -> Reason | None:
    return next((r for r in candidate.reasons if r.code is code), None)


NEAR = Unit(1, 113.021, 27.80)
FAR = Unit(2, 113.001, 27.80)


def test_the_nearest_by_road_comes_first_and_says_how_long_it_drives() -> None:
    ranking = rank(FAR, NEAR)

    assert [c.unit_id for c in ranking.candidates] == [1, 2]
    assert [c.rank for c in ranking.candidates] == [1, 2]
    drive = reason(ranking.candidates[0], ReasonCode.ROAD_TIME)
    assert drive is not None
    assert drive.seconds == pytest.approx(393.4 / (45 / 3.6 * 1.25), rel=0.01)
    assert ranking.candidates[0].eta_s == ranking.candidates[0].score_s


def test_a_closure_sends_units_round_and_says_so() -> None:
    ranking = rank(FAR, conditions=RoadConditions(closed=frozenset({section_of(2)})))

    detour = reason(ranking.candidates[0], ReasonCode.DETOUR)
    assert detour is not None
    assert detour.value > 100
    assert [leg.name for leg in ranking.route_of(2).legs] == ["东路", "小街", "东路"]


def test_a_road_slower_by_a_factor_counts() -> None:
    slow = rank(FAR, conditions=RoadConditions(factors={section_of(1): 3.0}))

    assert slow.candidates[0].eta_s > rank(FAR).candidates[0].eta_s


@pytest.mark.parametrize(
    ("worse", "code"),
    [
        (replace(NEAR, fix_age_s=600.0), ReasonCode.STALE_FIX),
        (replace(NEAR, load=5), ReasonCode.LOAD),
        (replace(NEAR, kind="foot"), ReasonCode.UNSUITED_KIND),
        (replace(NEAR, free_in_s=120.0, kind="car"), ReasonCode.FREE_SOON),
    ],
)
def test_what_makes_a_unit_less_welcome_costs_and_is_said(worse: Unit, code: ReasonCode) -> None:
    incident = replace(SCENE, suited_kinds=frozenset({"car", ""}))

    better, candidate = rank(replace(NEAR, unit_id=9), worse, incident=incident).candidates

    assert better.unit_id == 9
    found = reason(candidate, code)
    assert found is not None
    assert candidate.score_s - better.score_s == pytest.approx(found.seconds)
    assert candidate.can_go


@pytest.mark.parametrize(
    ("ruled_out", "code"),
    [
        (Unit(1, None, None), ReasonCode.NO_FIX),
        (replace(NEAR, fix_age_s=3_600.0), ReasonCode.LOST_FIX),
        (Unit(1, 114.0, 27.80), ReasonCode.FAR_FROM_ROADS),
        (replace(NEAR, free_in_s=3_600.0), ReasonCode.BUSY),
        (replace(NEAR, skills=frozenset({"tow"})), ReasonCode.MISSING_SKILL),
    ],
)
def test_units_ruled_out_come_last_with_the_reason(ruled_out: Unit, code: ReasonCode) -> None:
    incident = replace(SCENE, needs=frozenset({"crash"}))

    first, last = rank(
        ruled_out, replace(FAR, skills=frozenset({"crash"})), incident=incident
    ).candidates

    assert (first.unit_id, first.can_go) == (2, True)
    assert (last.unit_id, last.can_go) == (1, False)
    assert reason(last, code) is not None


def test_a_unit_cut_off_by_closures_is_unreachable() -> None:
    closed = frozenset({section_of(2), section_of(5)})

    ranking = rank(FAR, conditions=RoadConditions(closed=closed))

    assert reason(ranking.candidates[0], ReasonCode.UNREACHABLE) is not None
    assert np.isinf(ranking.candidates[0].eta_s)


def test_equal_units_stand_in_the_order_of_their_identity() -> None:
    assert [c.unit_id for c in rank(replace(NEAR, unit_id=9), NEAR).candidates] == [1, 9]


def test_the_same_question_has_the_same_answer_and_hash() -> None:
    problem = RankingProblem(
        replace(SCENE, needs=frozenset({"b", "a"}), suited_kinds=frozenset({"car"})),
        (NEAR, replace(FAR, skills=frozenset({"a", "b"}))),
        RoadConditions(frozenset({section_of(4)}), {section_of(1): 1.5}),
    )

    again = RankingProblem.from_json(problem.to_json())

    assert again == problem
    assert rank_units(again, NETWORK) == rank_units(problem, NETWORK)
    moved = replace(problem, incident=replace(problem.incident, lon=113.0251))
    assert rank_units(moved, NETWORK).input_hash != rank_units(problem, NETWORK).input_hash


def test_routes_of_units_without_a_place_are_refused() -> None:
    ranking = rank(NEAR, Unit(3, None, None))

    for unit_id in (3, 99):
        with pytest.raises(KeyError):
            ranking.route_of(unit_id)


def test_an_incident_in_the_wilderness_is_refused() -> None:
    with pytest.raises(IncidentOffRoads, match="1500 m"):
        rank(NEAR, incident=Incident(1, 120.0, 30.0))


@pytest.mark.parametrize(
    "wrong",
    [{"load_s": -1.0}, {"siren_speed": 0.0}, {"busy_margin": 0.5}, {"lost_s": float("nan")}],
)
def test_parameters_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not usable"):
        RankingParameters(**wrong)


def test_no_units_make_an_empty_ranking() -> None:
    assert rank().candidates == ()


def test_one_way_streets_decide_who_is_near() -> None:
    ways = [
        Way(1, (0, 1), RoadClass.PRIMARY, direction=Direction.FORWARD),
        Way(2, (1, 4, 0), RoadClass.RESIDENTIAL),
        Way(3, (1, 2), RoadClass.PRIMARY),
    ]
    network = RoadNetwork(build_road_graph(range(5), LON, LAT, ways)[0])
    behind, ahead = Unit(1, 113.004, 27.80), Unit(2, 113.012, 27.80)

    ranking = rank_units(RankingProblem(Incident(1, 113.008, 27.80), (ahead, behind)), network)

    assert [c.unit_id for c in ranking.candidates] == [1, 2]
