"""What the tests of every link share: one junction, its plan, signed by two."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from luchang.apps.signals.ports import Controller
from luchang.core.signals.approval import (
    Approval,
    ApprovedLock,
    ApprovedPlan,
    lock_digest,
    plan_digest,
)
from luchang.core.signals.junction import Junction
from luchang.core.signals.plan import Plan
from tests.core.signals.layouts import crossing, good_plan

NOW = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
CONTROLLER = Controller("J1", "43020000000000001", "43020000000001", layout=crossing())


def signed(digest: str, **changed: object) -> Approval:
    approval = Approval("PS-1", "7", "8", NOW - timedelta(minutes=5), digest)
    return replace(approval, **changed)  # type: ignore[arg-type]


def approved(
    plan: Plan | None = None, junction: Junction | None = None, plan_no: int = 3
) -> ApprovedPlan:
    junction, plan = junction or crossing(), plan or good_plan()
    approval = signed(plan_digest(junction, plan, plan_no))
    return ApprovedPlan(junction, plan, plan_no, "早高峰", approval)


def locked(stage: int = 2, for_s: int = 60) -> ApprovedLock:
    return ApprovedLock("J1", stage, for_s, signed(lock_digest("J1", stage, for_s)))
