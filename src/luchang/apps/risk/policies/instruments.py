"""Who may interview, expose, serve notices and hand matters over."""

from datetime import timedelta
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.policies.seeing import SEE_RISK
from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.permissions import Permission, declare
from luchang.kernel.records import deadlines
from luchang.kernel.records.calendar import Unit
from luchang.kernel.records.deadlines import Rule, Step

INTERVIEW = "risk.interview"
EXPOSE = "risk.expose"
APPROVE_EXPOSURE = "risk.approve_exposure"
SERVE_NOTICES = "risk.serve_notices"

declare(
    Permission(INTERVIEW, _("约谈"), implies=(SEE_RISK,)),
    Permission(EXPOSE, _("拟定曝光"), implies=(SEE_RISK,)),
    Permission(APPROVE_EXPOSURE, _("审批曝光"), implies=(SEE_RISK,)),
    Permission(SERVE_NOTICES, _("下达整改通知与移送"), implies=(SEE_RISK,)),
)

DAY_S = int(timedelta(days=1).total_seconds())

deadlines.declare(
    Rule("risk.interview", "约谈", 10, Unit.WORKING_DAYS, warn_before_s=DAY_S),
    Rule(
        "risk.commitment", "约谈承诺", 30, Unit.NATURAL_DAYS,
        warn_before_s=3 * DAY_S, steps=(Step(3 * DAY_S, INTERVIEW, 1),),
    ),
    Rule("risk.approve_exposure", "曝光审批", 3, Unit.WORKING_DAYS, warn_before_s=DAY_S),
    Rule(
        "risk.notice", "限期整改", 15, Unit.NATURAL_DAYS,
        warn_before_s=3 * DAY_S, steps=(Step(2 * DAY_S, SERVE_NOTICES, 1),),
    ),
    Rule(
        "risk.receipt", "移送签收", 10, Unit.WORKING_DAYS,
        warn_before_s=2 * DAY_S, steps=(Step(2 * DAY_S, SERVE_NOTICES, 1),),
    ),
)  # fmt: skip
"""Terms of the force's own where no document sets one; none of them is confirmed."""


class Drafted(Protocol):
    """What the rules ask of an exposure."""

    author_id: int | None
    organisation: Organisation


def holds(actor: Actor, permission: str, organisation: Organisation) -> bool:
    return actor.covers(permission, organisation_id=organisation.pk, path=organisation.path)


def check_holds(actor: Actor, permission: str, organisation: Organisation) -> None:
    if not holds(actor, permission, organisation):
        raise Forbidden(f"{actor.name} lacks {permission} at {organisation}")


def can_approve(actor: Actor, exposure: Drafted) -> bool:
    """Four eyes: whoever drafted it does not approve it."""
    mine = actor.user_id is not None and actor.user_id == exposure.author_id
    return not mine and holds(actor, APPROVE_EXPOSURE, exposure.organisation)
