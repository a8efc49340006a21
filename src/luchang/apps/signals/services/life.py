"""What studies and reorganisations wait for in each state, and how they are fetched."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models import Intervention, Reorganisation, Scheme, Study
from luchang.apps.signals.policies import APPROVE, MANAGE, SEND
from luchang.apps.signals.states import InterventionStatus, StudyStatus, WorkStatus
from luchang.kernel.identity.actors import Actor, fetch
from luchang.kernel.records.following import Following, Wait

S = StudyStatus
STUDY_LIFE = Following(
    address=lambda row: reverse("signals.study", args=[row.pk]),
    waits={
        S.OPEN: Wait(
            "signals.count", _("配时工单待采集流量：%(record)s"), MANAGE, clock="signals.study"
        ),
        S.COUNTED: Wait(
            "signals.compute", _("配时工单待计算方案：%(record)s"), MANAGE, clock="signals.study"
        ),
        S.COMPUTED: Wait(
            "signals.prove", _("配时工单待仿真验证：%(record)s"), MANAGE, clock="signals.study"
        ),
        S.PROVEN: Wait(
            "signals.approve", _("配时方案待审批：%(record)s"), APPROVE, clock="signals.approve"
        ),
        S.APPROVED: Wait("signals.schedule", _("配时方案待安排执行：%(record)s"), MANAGE),
        S.SCHEDULED: Wait("signals.begin", _("配时方案待执行：%(record)s"), MANAGE),
        S.IN_FORCE: Wait(
            "signals.compare", _("配时方案待评估：%(record)s"), MANAGE, clock="signals.compare"
        ),
        S.COMPARED: Wait(
            "signals.accept", _("配时方案待验收：%(record)s"), APPROVE, clock="signals.accept"
        ),
    },
)
SCHEME_LIFE = Following(
    address=lambda row: reverse("signals.scheme", args=[row.pk]),
    waits={
        S.OPEN: Wait(
            "signals.scheme_count", _("方案集待采集流量：%(record)s"), MANAGE,
            clock="signals.study",
        ),
        S.COUNTED: Wait(
            "signals.scheme_compute", _("方案集待计算：%(record)s"), MANAGE, clock="signals.study"
        ),
        S.COMPUTED: Wait(
            "signals.scheme_prove", _("方案集待仿真验证：%(record)s"), MANAGE,
            clock="signals.study",
        ),
        S.PROVEN: Wait(
            "signals.scheme_approve", _("方案集待审批：%(record)s"), APPROVE,
            clock="signals.approve",
        ),
        S.APPROVED: Wait("signals.scheme_schedule", _("方案集待安排执行：%(record)s"), MANAGE),
        S.SCHEDULED: Wait("signals.scheme_begin", _("方案集待执行：%(record)s"), MANAGE),
        S.IN_FORCE: Wait(
            "signals.scheme_compare", _("方案集待评估：%(record)s"), MANAGE,
            clock="signals.compare",
        ),
        S.COMPARED: Wait(
            "signals.scheme_accept", _("方案集待验收：%(record)s"), APPROVE,
            clock="signals.accept",
        ),
    },
)  # fmt: skip
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


def locked_study(study_id: int, by: Actor, permission: str) -> Study:
    rows = Study.objects.select_for_update(of=("self",)).select_related(
        "organisation",
        "junction__organisation",
        "junction__layout",
        "layout",
        "count_set__layout",
        "chosen__layout",
    )
    return fetch(rows, by, permission, pk=study_id)


def locked_work(work_id: int, by: Actor, permission: str) -> Reorganisation:
    rows = Reorganisation.objects.select_for_update(of=("self",))
    return fetch(rows.select_related("organisation", "junction"), by, permission, pk=work_id)


def locked_scheme(scheme_id: int, by: Actor, permission: str) -> Scheme:
    rows = Scheme.objects.select_for_update(of=("self",)).select_related("organisation", "chosen")
    return fetch(rows, by, permission, pk=scheme_id)


def locked_intervention(intervention_id: int, by: Actor, permission: str) -> Intervention:
    rows = Intervention.objects.select_for_update(of=("self",))
    related = rows.select_related("organisation", "junction__layout", "junction__organisation")
    return fetch(related, by, permission, pk=intervention_id)
