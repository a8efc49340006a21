"""What studies, schemes and reorganisations wait for in each state, and how they are fetched."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models import (
    Intervention,
    Reorganisation,
    Retiming,
    Scheme,
    Study,
)
from luchang.apps.signals.policies import APPROVE, MANAGE, SEND
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import InterventionStatus, StudyStatus, WorkStatus
from luchang.kernel.identity.actors import Actor, fetch
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import start_job
from luchang.kernel.records.following import Following, Wait, follow
from luchang.kernel.states import IllegalTransition

S = StudyStatus
R = TypeVar("R", bound=Retiming)


def _retiming(page: str, prefix: str) -> Following:
    """What a study or a scheme waits for, under to-dos of its own name."""
    told = (
        (S.OPEN, "count", _("信号配时待采集流量：%(record)s"), MANAGE, "study"),
        (S.COUNTED, "compute", _("信号配时待计算方案：%(record)s"), MANAGE, "study"),
        (S.COMPUTED, "prove", _("信号配时待仿真验证：%(record)s"), MANAGE, "study"),
        (S.PROVEN, "approve", _("配时方案待审批：%(record)s"), APPROVE, "approve"),
        (S.APPROVED, "schedule", _("配时方案待安排执行：%(record)s"), MANAGE, ""),
        (S.SCHEDULED, "begin", _("配时方案待执行：%(record)s"), MANAGE, ""),
        (S.IN_FORCE, "compare", _("配时方案待评估：%(record)s"), MANAGE, "compare"),
        (S.COMPARED, "accept", _("配时方案待验收：%(record)s"), APPROVE, "accept"),
    )
    return Following(
        address=lambda row: reverse(page, args=[row.pk]),
        waits={
            status: Wait(
                f"signals.{prefix}{kind}", title, holder, clock=clock and f"signals.{clock}"
            )
            for status, kind, title, holder, clock in told
        },
    )


LIVES: Mapping[type[Retiming], Following] = {
    Study: _retiming("signals.study", ""),
    Scheme: _retiming("signals.scheme", "scheme_"),
}
RELATED: Mapping[type[Retiming], tuple[str, ...]] = {
    Study: (
        "organisation",
        "junction__organisation",
        "junction__layout",
        "layout",
        "count_set__layout",
        "chosen__layout",
    ),
    Scheme: ("organisation", "chosen"),
}
INTERVENTION_LIFE = Following(
    address=lambda row: reverse("signals.intervention", args=[row.pk]),
    waits={
        InterventionStatus.ASKED: Wait(
            "signals.sign_intervention", _("人工干预待签发：%(record)s"), APPROVE
        ),
        InterventionStatus.RUNNING: Wait(
            "signals.hand_back", _("人工干预进行中，到时交还：%(record)s"), SEND
        ),
    },
)
WORK_LIFE = Following(
    address=lambda row: reverse("signals.work", args=[row.pk]),
    waits={
        WorkStatus.PLANNED: Wait("signals.build", _("路口改造待实施：%(record)s"), MANAGE),
        WorkStatus.BUILT: Wait(
            "signals.accept_work", _("路口改造待验收：%(record)s"), APPROVE,
            clock="signals.reorganise",
        ),
    },
)  # fmt: skip


def locked(of: R, by: Actor, permission: str) -> R:
    """A study or scheme as it stands now, and nobody else's meanwhile.

    Raises:
        Unreached.
    """
    rows: QuerySet[R] = type(of).objects.select_for_update(of=("self",))
    return fetch(rows.select_related(*RELATED[type(of)]), by, permission, pk=of.pk)


def moved(
    row: Retiming,
    status: StudyStatus,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    is_met: bool = True,
    detail: dict[str, Any] | None = None,
) -> None:
    """Take a study or scheme to its next state; whoever it waits for then is told."""
    row.go(status, by=by, at=at, reason=reason)
    follow(row, LIVES[type(row)], by=by, at=at, is_met=is_met, detail=detail)


def noted(row: Retiming, *, by: Actor, at: datetime, **detail: object) -> None:
    """Save what is no move, and write down who did it."""
    row.keep()
    follow(row, LIVES[type(row)], by=by, at=at, detail=detail)


def check_in(row: Retiming, status: StudyStatus) -> None:
    """Raise IllegalTransition where what follows is only done from one state."""
    if row.status != status:
        raise IllegalTransition(f"{row.get_status_display()} ≠ {status.label}")


def check_idle(row: Retiming) -> None:
    """Raise Refused while a job of the study or scheme waits or runs."""
    job = Job.objects.filter(pk=row.job_id).first() if row.job_id else None
    if job is not None and job.is_open:
        raise Refused("busy")


def ordered(row: Retiming, kind: str, *, total: int, by: Actor, at: datetime) -> Job:
    """Have something long done for a study or scheme; it remembers which job does it."""
    job = start_job(
        kind=kind, by=by, at=at, title=f"{row.number} {row.called}", total=total,
        arguments={"subject": row.key, "pk": row.pk, "user_id": by.user_id},
    )  # fmt: skip
    row.job_id = job.pk
    row.keep()
    return job


def locked_work(work_id: int, by: Actor, permission: str) -> Reorganisation:
    rows = Reorganisation.objects.select_for_update(of=("self",))
    return fetch(rows.select_related("organisation", "junction"), by, permission, pk=work_id)


def locked_intervention(intervention_id: int, by: Actor, permission: str) -> Intervention:
    rows = Intervention.objects.select_for_update(of=("self",))
    related = rows.select_related("organisation", "junction__layout", "junction__organisation")
    return fetch(related, by, permission, pk=intervention_id)
