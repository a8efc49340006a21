"""Who may see figures, put them on walls and judge by them.

Whether a single indicator may be seen is said by the indicator: it names the permission of the
records it counts, and its number never reaches beyond them.
"""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.permissions import Permission, declare
from luchang.kernel.metrics import AnyIndicator

SEE_FIGURES = "kpi.see_figures"

declare(
    Permission(SEE_FIGURES, _("查看指标")),
)


def can_see(actor: Actor, indicator: AnyIndicator) -> bool:
    return actor.may(indicator.permission)


def check_can_see(actor: Actor, indicator: AnyIndicator) -> None:
    actor.check(indicator.permission)
