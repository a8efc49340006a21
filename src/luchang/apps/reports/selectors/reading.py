"""Which reports somebody reaches, and what belongs to one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from luchang.apps.reports import policies
from luchang.apps.reports.models import Delivery, Report, ReportFile, ReportTemplate, Schedule
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.models import Move
from luchang.kernel.records.moves import history


def reports(actor: Actor) -> QuerySet[Report]:
    """What was issued within reach or was brought to him; drafts only to writers and approvers."""
    rows = Report.objects.select_related("organisation", "template")
    issued = within(rows, actor, policies.SEE).exclude(issued_at=None)
    written = within(rows, actor, policies.WRITE)
    approved = within(rows, actor, policies.APPROVE)
    brought = Report.objects.filter(deliveries__user_id=actor.user_id or 0)
    condition = Q()
    for each in (issued, written, approved, brought):
        condition |= Q(pk__in=each.values("pk"))
    return rows.filter(condition)


def may_see(actor: Actor, report_id: int) -> bool:
    return reports(actor).filter(pk=report_id).exists()


def approvable(actor: Actor) -> QuerySet[Report]:
    """Reports within the reach of his approval."""
    rows = Report.objects.select_related("organisation", "template")
    return within(rows, actor, policies.APPROVE)


def writable(actor: Actor) -> QuerySet[Report]:
    """Reports within the reach of his pen."""
    rows = Report.objects.select_related("organisation", "template")
    return within(rows, actor, policies.WRITE)


def withdrawable(actor: Actor) -> QuerySet[Report]:
    """Drafts he may write, and issued reports he may approve."""
    drafts = writable(actor).filter(issued_at=None).values("pk")
    issued = approvable(actor).exclude(issued_at=None).values("pk")
    rows = Report.objects.select_related("organisation", "template")
    return rows.filter(Q(pk__in=drafts) | Q(pk__in=issued))


def templates(actor: Actor) -> QuerySet[ReportTemplate]:
    """Those of organisations within reach, and everybody's."""
    rows = ReportTemplate.objects.select_related("organisation")
    if not actor.may(policies.SEE):
        return rows.none()
    reached = within(rows, actor, policies.SEE).values("pk")
    return rows.filter(Q(pk__in=reached) | Q(organisation=None))


def managed_templates(actor: Actor) -> QuerySet[ReportTemplate]:
    """Those he may change; everybody's only with full reach."""
    rows = ReportTemplate.objects.select_related("organisation")
    return within(rows, actor, policies.MANAGE)


def schedules(actor: Actor) -> QuerySet[Schedule]:
    rows = Schedule.objects.select_related("template", "organisation")
    return within(rows, actor, policies.MANAGE)


def writable_organisations(actor: Actor) -> QuerySet[Organisation]:
    """For whom he may write reports."""
    rows = Organisation.objects.filter(closed_at=None).order_by("path")
    return within(rows, actor, policies.WRITE, organisation="")


def managed_organisations(actor: Actor) -> QuerySet[Organisation]:
    rows = Organisation.objects.filter(closed_at=None).order_by("path")
    return within(rows, actor, policies.MANAGE, organisation="")


def editions(report: Report, actor: Actor) -> QuerySet[Report]:
    """The other editions of the same report, newest first."""
    return reports(actor).filter(number=report.number).exclude(pk=report.pk).order_by("-edition")


def files(report: Report) -> QuerySet[ReportFile]:
    """Printed forms of what it is now: the issued ones, or the looks of the draft."""
    rows = ReportFile.objects.select_related("attachment").filter(report=report)
    return rows.filter(is_final=report.was_issued)


@dataclass(frozen=True)
class Reading:
    """Who got an edition, and how many of them opened it."""

    rows: Sequence[Delivery]
    read: int

    @property
    def total(self) -> int:
        return len(self.rows)


def deliveries(report: Report) -> Reading:
    rows = list(Delivery.objects.filter(report=report).select_related("organisation"))
    return Reading(rows, sum(1 for row in rows if row.read_at is not None))


def moves(report: Report) -> QuerySet[Move]:
    return history(report)
