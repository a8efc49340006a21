"""An approval covers what was signed and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.signals.approval import Approval, lock_digest, objections, plan_digest
from luchang.core.signals.junction import Junction, Stage
from luchang.core.signals.plan import Plan
from tests.core.signals.layouts import crossing, good_plan

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
SIGNED = Approval(
    reference="PS-1",
    author="7",
    approver="8",
    approved_at=NOW - timedelta(hours=1),
    digest=plan_digest(crossing(), good_plan(), 3),
)


def test_two_signatures_on_this_very_plan_leave_nothing_to_object() -> None:
    assert objections(SIGNED, plan_digest(crossing(), good_plan(), 3), at=NOW) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reference": " "}, "no_reference"),
        ({"approver": ""}, "not_signed"),
        ({"author": "8"}, "one_person"),
        ({"author": " 8 "}, "one_person"),
        ({"digest": "0" * 64}, "other_content"),
        ({"approved_at": NOW + timedelta(seconds=1)}, "not_yet"),
        ({"valid_until": NOW - timedelta(seconds=1)}, "expired"),
    ],
)
def test_what_is_missing_is_named(changed: dict[str, object], code: str) -> None:
    approval = replace(SIGNED, **changed)  # type: ignore[arg-type]

    assert code in objections(approval, SIGNED.digest, at=NOW)


def step_longer(plan: Plan) -> Plan:
    first = replace(plan.steps[0], green_s=plan.steps[0].green_s + 1.0)
    return replace(plan, steps=(first, *plan.steps[1:]))


def conflict_forgotten(junction: Junction) -> Junction:
    conflicts = junction.conflicts.copy()
    conflicts[0, 1] = conflicts[1, 0] = False
    return replace(junction, conflicts=conflicts)


def test_a_plan_altered_after_the_signatures_has_another_digest() -> None:
    junction, plan = crossing(), good_plan()
    rules = replace(junction.rules, min_green_by_lamp={})
    stages = (Stage("NS", frozenset({0})), *junction.stages[1:])

    others = [
        plan_digest(junction, step_longer(plan), 3),
        plan_digest(junction, replace(plan, offset_s=0.0), 3),
        plan_digest(junction, replace(plan, steps=plan.steps[::-1]), 3),
        plan_digest(junction, plan, 4),
        plan_digest(conflict_forgotten(junction), plan, 3),
        plan_digest(replace(junction, rules=rules), plan, 3),
        plan_digest(replace(junction, stages=stages), plan, 3),
    ]

    assert SIGNED.digest not in others
    assert len(set(others)) == len(others)


@given(st.text(max_size=9), st.integers(0, 9), st.integers(1, 1800))
def test_a_lock_is_signed_for_one_place_one_stage_and_one_time(
    place: str, stage: int, for_s: int
) -> None:
    digest = lock_digest(place, stage, for_s)

    assert digest != lock_digest(place + "x", stage, for_s)
    assert digest != lock_digest(place, stage + 1, for_s)
    assert digest != lock_digest(place, stage, for_s + 1)
