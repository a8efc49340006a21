"""Who may see key subjects, change them, decide on licences and see persons in full."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.permissions import Permission, declare
from luchang.kernel.records import deadlines
from luchang.kernel.records.calendar import Unit

SEE = "subjects.see_subjects"
MANAGE = "subjects.manage_subjects"
DECIDE = "subjects.decide_licences"
REVEAL = "subjects.reveal_persons"

declare(
    Permission(SEE, _("查看重点对象")),
    Permission(MANAGE, _("管理重点对象"), implies=(SEE,)),
    Permission(DECIDE, _("决定注销收回驾驶证"), implies=(SEE,)),
    Permission(REVEAL, _("查看重点对象个人信息"), implies=(SEE,)),
)

DAY_S = 24 * 3600
URGING = "subjects.duty"
"""The rule that says how long before its day a duty is urged, and who hears when it is late."""

deadlines.declare(
    deadlines.Rule(
        code=URGING,
        title="重点对象到期事项",
        amount=30,
        unit=Unit.NATURAL_DAYS,
        warn_before_s=10 * DAY_S,
        steps=(
            deadlines.Step(after_s=0, permission=MANAGE),
            deadlines.Step(after_s=7 * DAY_S, permission=MANAGE, levels_up=1),
        ),
    )
)


def can_see(actor: Actor, organisation: Organisation) -> bool:
    return _covers(actor, SEE, organisation)


def can_manage(actor: Actor, organisation: Organisation) -> bool:
    return _covers(actor, MANAGE, organisation)


def check_can_manage(actor: Actor, organisation: Organisation) -> None:
    _check(actor, MANAGE, organisation)


def can_decide(actor: Actor, organisation: Organisation) -> bool:
    return _covers(actor, DECIDE, organisation)


def check_can_decide(actor: Actor, organisation: Organisation) -> None:
    _check(actor, DECIDE, organisation)


def can_reveal(actor: Actor, organisation: Organisation) -> bool:
    return _covers(actor, REVEAL, organisation)


def check_can_reveal(actor: Actor, organisation: Organisation) -> None:
    _check(actor, REVEAL, organisation)


def can_rule(actor: Actor) -> bool:
    """Groups hold for the whole city: whoever revises their rules reaches all of it."""
    reach = actor.reach(MANAGE)
    return reach.everything or any(path.count("/") == 1 for path in reach.below)


def check_can_rule(actor: Actor) -> None:
    if not can_rule(actor):
        raise Forbidden(f"{actor.name} does not manage the subjects of the whole city")


def _covers(actor: Actor, permission: str, organisation: Organisation) -> bool:
    return actor.covers(permission, organisation_id=organisation.pk, path=organisation.path)


def _check(actor: Actor, permission: str, organisation: Organisation) -> None:
    if not _covers(actor, permission, organisation):
        raise Forbidden(f"{actor.name} lacks {permission} at {organisation}")
