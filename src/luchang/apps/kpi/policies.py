"""Who may see figures, put them on walls and judge by them.

Whether a single indicator may be seen is said by the indicator: it names the permission of the
records it counts, and its number never reaches beyond them.
"""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.permissions import Permission, declare
from luchang.kernel.metrics import AnyIndicator

SEE_FIGURES = "kpi.see_figures"
SHARE_DASHBOARDS = "kpi.share_dashboards"
MANAGE_KIOSKS = "kpi.manage_kiosks"
MANAGE_ASSESSMENTS = "kpi.manage_assessments"
SET_TARGETS = "kpi.set_targets"

declare(
    Permission(SEE_FIGURES, _("查看指标")),
    Permission(SHARE_DASHBOARDS, _("共享指标看板")),
    Permission(MANAGE_KIOSKS, _("签发大屏令牌")),
    Permission(MANAGE_ASSESSMENTS, _("组织业务考核")),
    Permission(SET_TARGETS, _("设定指标目标"), implies=(SEE_FIGURES,)),
)


def can_see(actor: Actor, indicator: AnyIndicator) -> bool:
    return actor.may(indicator.permission)


def check_can_see(actor: Actor, indicator: AnyIndicator) -> None:
    actor.check(indicator.permission)


def check_covers(actor: Actor, permission: str, organisation: Organisation) -> None:
    """Raise Forbidden unless the permission reaches that unit."""
    if not actor.covers(permission, organisation_id=organisation.pk, path=organisation.path):
        raise Forbidden(f"{actor.name} lacks {permission} at {organisation}")
