"""What two persons signed, bound to it by a digest: the only form in which anything is sent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from luchang.core.signals.junction import Junction
    from luchang.core.signals.plan import Plan

MOST_PLAN_NO = 999
"""Plan numbers of GA/T 1049 have three digits."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Two persons' agreement to one thing.

    Attributes
    ----------
    reference
        Number of the record in which they signed.
    author, approver
        Lasting keys of the two accounts, not their names.
    digest
        Digest of what was signed; see `plan_digest`, `lock_digest`.
    valid_until
        Moment after which nothing more may be sent on it; a lock of a stage has one.
    """

    reference: str
    author: str
    approver: str
    approved_at: datetime
    digest: str
    valid_until: datetime | None = None


@dataclass(frozen=True)
class ApprovedPlan:
    """A plan that may be sent: drawn for this layout, under this number, signed by two."""

    junction: Junction
    plan: Plan
    plan_no: int
    name: str
    approval: Approval

    @property
    def digest(self) -> str:
        return plan_digest(self.junction, self.plan, self.plan_no)


@dataclass(frozen=True, slots=True)
class ApprovedLock:
    """Holding one stage for a while, signed by two; letting go needs no further signature.

    Attributes
    ----------
    stage
        Index into the junction's stages.
    for_s
        How long it is held [s]; never without end.
    """

    junction_id: str
    stage: int
    for_s: int
    approval: Approval

    @property
    def digest(self) -> str:
        return lock_digest(self.junction_id, self.stage, self.for_s)


@dataclass(frozen=True, slots=True)
class ApprovedRun:
    """Running a stored plan now for a while, signed by two; letting go needs no further signature.

    Attributes
    ----------
    for_s
        How long it is run [s]; never without end.
    """

    junction_id: str
    plan_no: int
    for_s: int
    approval: Approval

    @property
    def digest(self) -> str:
        return run_digest(self.junction_id, self.plan_no, self.for_s)


@dataclass(frozen=True, slots=True)
class ApprovedDay:
    """Which plan runs from when on, all day, signed by two.

    Attributes
    ----------
    day_no
        Number of the day plan in the controller.
    periods
        Minute of the day and number of the plan, from midnight on.
    """

    junction_id: str
    day_no: int
    periods: tuple[tuple[int, int], ...]
    approval: Approval

    @property
    def digest(self) -> str:
        return day_digest(self.junction_id, self.day_no, self.periods)


@dataclass(frozen=True, slots=True)
class ApprovedCalendar:
    """On which days of the week a day plan runs, signed by two.

    Attributes
    ----------
    first_no
        Number in the controller's calendar of a Monday's entry; the days after it follow.
    weekdays
        Days of the week, Monday is 1.
    """

    junction_id: str
    first_no: int
    day_no: int
    weekdays: tuple[int, ...]
    approval: Approval

    @property
    def digest(self) -> str:
        return calendar_digest(self.junction_id, self.first_no, self.day_no, self.weekdays)

    @property
    def entries(self) -> tuple[tuple[int, int], ...]:
        """Number and day of the week of each entry."""
        return tuple((self.first_no + day - 1, day) for day in self.weekdays)


def plan_digest(junction: Junction, plan: Plan, plan_no: int) -> str:
    """SHA-256 over the plan and everything of the layout by which it was judged."""
    rules = junction.rules
    return _digest(
        {
            "kind": "plan",
            "junction": plan.junction_id,
            "no": plan_no,
            "offset": float(plan.offset_s),
            "steps": [[one.stage, float(one.green_s), float(one.change_s)] for one in plan.steps],
            "stages": [
                [one.name, sorted(one.protected), sorted(one.yielding)] for one in junction.stages
            ],
            "links": [
                [one.index, one.from_lane, one.to_lane, str(one.turn)] for one in junction.links
            ],
            "conflicts": [[int(cell) for cell in row] for row in junction.conflicts],
            "yields": [[int(cell) for cell in row] for row in junction.yields],
            "rules": [
                [float(rules.amber_s), float(rules.all_red_s), float(rules.min_green_s)],
                *(
                    [[lamp, float(seconds)] for lamp, seconds in sorted(each.items())]
                    for each in (
                        rules.amber_by_lamp,
                        rules.clearance_by_lamp,
                        rules.min_green_by_lamp,
                    )
                ),
            ],
        }
    )


def lock_digest(junction_id: str, stage: int, for_s: int) -> str:
    return _digest({"kind": "lock", "junction": junction_id, "stage": stage, "for": for_s})


def run_digest(junction_id: str, plan_no: int, for_s: int) -> str:
    return _digest({"kind": "run", "junction": junction_id, "no": plan_no, "for": for_s})


def day_digest(junction_id: str, day_no: int, periods: Sequence[Sequence[int]]) -> str:
    told = [list(each) for each in periods]
    return _digest({"kind": "day", "junction": junction_id, "no": day_no, "periods": told})


def calendar_digest(junction_id: str, first_no: int, day_no: int, weekdays: Sequence[int]) -> str:
    return _digest(
        {
            "kind": "calendar",
            "junction": junction_id,
            "first": first_no,
            "no": day_no,
            "weekdays": list(weekdays),
        }
    )


def scheme_digest(
    reference: str, days: str, plans: Sequence[tuple[str, int, str, Sequence[Sequence[int]]]]
) -> str:
    """Over plans that are approved as one: junction, number, digest and hours of each."""
    told = [[one, number, digest, hours] for one, number, digest, hours in plans]
    return _digest({"kind": "scheme", "reference": reference, "days": days, "plans": told})


def _digest(content: dict[str, object]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def objections(approval: Approval, digest: str, *, at: datetime) -> list[str]:
    """Codes of everything that keeps an approval from covering what has `digest`."""
    found = []
    if not approval.reference.strip():
        found.append("no_reference")
    if not approval.author.strip() or not approval.approver.strip():
        found.append("not_signed")
    elif approval.author.strip() == approval.approver.strip():
        found.append("one_person")
    if approval.digest != digest:
        found.append("other_content")
    if approval.approved_at > at:
        found.append("not_yet")
    if approval.valid_until is not None and approval.valid_until < at:
        found.append("expired")
    return found
