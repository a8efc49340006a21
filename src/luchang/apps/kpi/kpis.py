"""What is counted of the assessments themselves."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from luchang.apps.kpi.policies import MANAGE_ASSESSMENTS
from luchang.apps.kpi.selectors.assessments import schemes
from luchang.apps.kpi.states import SchemeStatus
from luchang.kernel.identity.actors import Actor
from luchang.kernel.metrics import Indicator, Period, Unit, declare

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from luchang.apps.kpi.models import Scheme


def _kept(by: Actor, period: Period) -> "QuerySet[Scheme]":
    by.check(MANAGE_ASSESSMENTS)
    rows = schemes(by).select_related(None).exclude(status=SchemeStatus.RETIRED)
    return rows.filter(made_at__lt=period.end)


SCHEMES = Indicator(
    code="kpi.schemes_kept",
    title=_("考核方案数"),
    permission=MANAGE_ASSESSMENTS,
    owner=_("指挥中心"),
    unit=Unit.UNDERTAKING,
    counts=_("期末以前制定、未停用的考核方案"),
    leaves_out=_("已停用的方案"),
    rows=_kept,
    organisation="organisation",
)
declare(SCHEMES)
