"""How much force was on the road, and whether it came on time."""

from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from luchang.apps.force.models import Officer, Shift
from luchang.apps.force.policies import SEE_FORCE
from luchang.apps.force.states import ShiftStatus
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.metrics import Better, Indicator, Period, Ratio, declare

OWNER = _("秩序科")

GRACE = timedelta(minutes=5)
"""Signing on this long after the planned hour is still on time."""


def _on_duty(by: Actor, period: Period) -> "QuerySet[Shift]":
    by.check(SEE_FORCE)
    began = within(Shift.objects.all(), by, SEE_FORCE).filter(signed_on_at__lt=period.end)
    return began.exclude(signed_off_at__lte=period.start)


def _officers(by: Actor, period: Period) -> "QuerySet[Officer]":
    on_duty = _on_duty(by, period).values("pk")
    return Officer.objects.filter(shifts__shift__in=on_duty).distinct()


def _planned(by: Actor, period: Period) -> "QuerySet[Shift]":
    by.check(SEE_FORCE)
    starting = within(Shift.objects.all(), by, SEE_FORCE).filter(
        starts_at__gte=period.start, starts_at__lt=period.end
    )
    return starting.exclude(status=ShiftStatus.CANCELLED)


def _punctual(by: Actor, period: Period) -> "QuerySet[Shift]":
    return _planned(by, period).filter(signed_on_at__lte=F("starts_at") + GRACE)


CREWS_ON_DUTY = Indicator(
    code="force.crews_on_duty",
    title=_("在岗班组数"),
    owner=OWNER,
    unit=_("个"),
    counts="shifts whose crew was signed on at any moment of the period",
    leaves_out="shifts that were planned and nobody signed on",
    rows=_on_duty,
    better=Better.HIGHER,
)
OFFICERS_ON_DUTY = Indicator(
    code="force.officers_on_duty",
    title=_("在岗警员数"),
    owner=OWNER,
    unit=_("人"),
    counts="people, each once, in a crew that was signed on at any moment of the period",
    leaves_out="those at a desk, who are in no crew",
    rows=_officers,
    better=Better.HIGHER,
)
PUNCTUAL_SHARE = Ratio(
    code="force.punctual_share",
    title=_("按时上岗率"),
    owner=OWNER,
    counts="of the shifts planned to begin in the period, those signed on at most 5 minutes late",
    leaves_out="cancelled shifts",
    numerator=_punctual,
    denominator=_planned,
    better=Better.HIGHER,
)

declare(CREWS_ON_DUTY, OFFICERS_ON_DUTY, PUNCTUAL_SHARE)
