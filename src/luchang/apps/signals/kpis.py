"""Junctions timed better and rearranged: each figure is a set of accepted records."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models import Junction, Reorganisation, SchemeMember, Study
from luchang.apps.signals.policies import SEE
from luchang.apps.signals.states import StudySource, StudyStatus
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.metrics import Better, Indicator, Period, Ratio, Source, Unit, declare


def _retimed(by: Actor, period: Period) -> "QuerySet[Junction]":
    """Junctions of accepted studies and schemes: each is one row, however often it was timed."""
    by.check(SEE)
    accepted = {"accepted_at__gte": period.start, "accepted_at__lt": period.end}
    alone = Study.objects.filter(junction=OuterRef("pk"), **accepted)
    together = SchemeMember.objects.filter(
        junction=OuterRef("pk"), **{f"scheme__{name}": at for name, at in accepted.items()}
    )
    return within(Junction.objects.filter(Exists(alone) | Exists(together)), by, SEE)


def _complaints(by: Actor, period: Period) -> "QuerySet[Study]":
    by.check(SEE)
    rows = within(Study.objects.all(), by, SEE).exclude(status=StudyStatus.CANCELLED)
    return rows.filter(
        origin=StudySource.COMPLAINT,
        reported_at__gte=period.start,
        reported_at__lt=period.end,
    )


def _built(by: Actor, period: Period) -> "QuerySet[Reorganisation]":
    by.check(SEE)
    rows = within(Reorganisation.objects.all(), by, SEE)
    return rows.filter(accepted_at__gte=period.start, accepted_at__lt=period.end)


ABOUT: dict[str, Any] = {
    "permission": SEE,
    "owner": _("秩序科"),
    "organisation": "organisation",
    "better": Better.HIGHER,
}
STUDIES = (Source(model="signals.Study", begins=("reported_at",), ends=("accepted_at",)),)
SCHEMES = (
    Source(model="signals.Scheme", begins=("opened_at",), ends=("accepted_at",)),
    Source(model="signals.SchemeMember"),
)
WORKS = (Source(model="signals.Reorganisation", begins=("planned_at",), ends=("accepted_at",)),)

TIMED = Indicator(
    code="signals.junctions_retimed",
    title=_("优化信号配时"),
    unit=Unit.PLACE,
    counts=_("期内验收的配时工单和方案集所涉及的路口，同一路口只计一次"),
    leaves_out=_("未验收、不予采用和取消的工单和方案集"),
    rows=_retimed,
    sources=(*STUDIES, *SCHEMES),
    **ABOUT,
)
REORGANISED = Indicator(
    code="signals.junctions_reorganised",
    title=_("优化改造路口"),
    unit=Unit.PIECE,
    counts=_("期内验收的路口改造所涉及的路口，同一路口只计一次"),
    leaves_out=_("未验收和取消的改造"),
    rows=_built,
    distinct="junction",
    sources=WORKS,
    **ABOUT,
)
COMPLAINTS = Ratio(
    code="signals.complaints_settled",
    title=_("信号配时投诉办结率"),
    counts=_("期内群众反映、未取消的配时工单中，已经验收或者查明不予采用的"),
    leaves_out=_("取消的工单"),
    denominator=_complaints,
    where=Q(status__in=[StudyStatus.ACCEPTED, StudyStatus.REJECTED]),
    sources=STUDIES,
    **ABOUT,
)
declare(TIMED, REORGANISED, COMPLAINTS)
