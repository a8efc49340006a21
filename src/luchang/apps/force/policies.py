"""Who may see and change the force."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.permissions import Permission, declare

SEE_FORCE = "force.see_force"
MANAGE_FORCE = "force.manage_force"
REPORT_POSITION = "force.report_position"

declare(
    Permission(SEE_FORCE, _("查看警力")),
    Permission(MANAGE_FORCE, _("管理警力与排班"), implies=(SEE_FORCE,)),
    Permission(REPORT_POSITION, _("上报位置")),
)


def can_manage(actor: Actor, organisation: Organisation) -> bool:
    return actor.covers(MANAGE_FORCE, organisation_id=organisation.pk, path=organisation.path)


def check_can_manage(actor: Actor, organisation: Organisation) -> None:
    if not can_manage(actor, organisation):
        raise Forbidden(f"{actor.name} does not manage the force of {organisation}")


def can_report_for(actor: Actor, organisation: Organisation, crew: frozenset[int]) -> bool:
    """A crew reports its own position; a gateway those of the units it reaches."""
    return actor.user_id in crew or actor.covers(
        REPORT_POSITION, organisation_id=organisation.pk, path=organisation.path
    )
