"""Who may act on calls, incidents and dispatches. `check_*` raises Forbidden; `can_*` asks."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.models import Dispatch, Incident
from luchang.apps.dispatch.states import LIVE
from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.permissions import Permission, declare
from luchang.kernel.records import notices

SEE = "dispatch.see_incidents"
TAKE_CALLS = "dispatch.take_calls"
DISPATCH_UNITS = "dispatch.dispatch_units"
ANSWER = "dispatch.answer_dispatch"
CLOSE = "dispatch.close_incidents"
LEAD = "dispatch.lead_brigade"
REVEAL_CALLER = "dispatch.reveal_caller"
MANAGE_RULES = "dispatch.manage_rules"

declare(
    Permission(SEE, _("查看警情")),
    Permission(TAKE_CALLS, _("接警登记"), implies=(SEE,)),
    Permission(DISPATCH_UNITS, _("派警调度"), implies=(SEE,)),
    Permission(ANSWER, _("签收反馈派警")),
    Permission(CLOSE, _("警情结案与合并"), implies=(SEE,)),
    Permission(LEAD, _("接收超时升级"), implies=(SEE,)),
    Permission(REVEAL_CALLER, _("查看报警人信息"), implies=(SEE,)),
    Permission(MANAGE_RULES, _("维护接处警规则"), implies=(SEE,)),
)


TASK_NOTICE = "dispatch.task"
notices.declare(notices.NoticeKind(TASK_NOTICE, _("新任务"), must_reach=True))


def check_can_take_calls(actor: Actor) -> None:
    """Whoever holds a desk takes every call, wherever it leads."""
    actor.check(TAKE_CALLS)


def can_see(actor: Actor, incident: Incident) -> bool:
    return _covers(actor, SEE, incident.organisation) or _is_his(actor, incident, SEE)


def can_take_part(actor: Actor, incident: Incident) -> bool:
    """Amend facts and link calls: the desk, or the operator who took it."""
    return _covers(actor, TAKE_CALLS, incident.organisation) or _is_his(
        actor, incident, TAKE_CALLS
    )


def check_can_take_part(actor: Actor, incident: Incident) -> None:
    _refuse_unless(can_take_part(actor, incident), actor, incident)


def can_add_files(actor: Actor, incident: Incident, crews: Collection[int]) -> bool:
    """The desk or a crew that answers it, until it is over; then its files stay as they are."""
    if incident.status not in LIVE:
        return False
    return (
        is_of_crew(actor, incident, crews)
        or can_take_part(actor, incident)
        or can_dispatch(actor, incident)
    )


def can_withdraw_file(actor: Actor, incident: Incident, added_by: int | None) -> bool:
    """The desk, or whoever added it; the withdrawal stays in the incident's history."""
    if incident.status not in LIVE:
        return False
    is_own = actor.user_id is not None and actor.user_id == added_by
    return is_own or can_take_part(actor, incident) or can_dispatch(actor, incident)


def can_see_files(actor: Actor, incident: Incident, crews: Collection[int]) -> bool:
    """Whoever sees the incident, and its crews while it lasts."""
    return can_see(actor, incident) or is_of_crew(actor, incident, crews)


def is_of_crew(actor: Actor, incident: Incident, crews: Collection[int]) -> bool:
    """`crews` are the accounts that answer for the incident's orders."""
    return incident.status in LIVE and actor.user_id in crews and actor.may(ANSWER)


def can_dispatch(actor: Actor, incident: Incident) -> bool:
    return _covers(actor, DISPATCH_UNITS, incident.organisation)


def check_can_dispatch(actor: Actor, incident: Incident) -> None:
    _refuse_unless(can_dispatch(actor, incident), actor, incident)


def can_close(actor: Actor, incident: Incident) -> bool:
    return _covers(actor, CLOSE, incident.organisation)


def check_can_close(actor: Actor, incident: Incident) -> None:
    _refuse_unless(can_close(actor, incident), actor, incident)


def can_answer(actor: Actor, dispatch: Dispatch, crew: Collection[int]) -> bool:
    """The crew itself on its phone, or the desk for it after a word over the radio.

    `crew` are the accounts of the people on duty with the dispatched target.
    """
    if actor.user_id in crew and actor.may(ANSWER):
        return True
    return _covers(actor, DISPATCH_UNITS, dispatch.organisation) or can_dispatch(
        actor, dispatch.incident
    )


def check_can_answer(actor: Actor, dispatch: Dispatch, crew: Collection[int]) -> None:
    if not can_answer(actor, dispatch, crew):
        raise Forbidden(f"{actor.name} does not belong to the crew of {dispatch}")


def can_reveal_caller(actor: Actor, organisation: Organisation) -> bool:
    return _covers(actor, REVEAL_CALLER, organisation)


def check_can_reveal_caller(actor: Actor, organisation: Organisation) -> None:
    if not can_reveal_caller(actor, organisation):
        raise Forbidden(f"{actor.name} may not see callers of {organisation}")


def check_can_manage_rules(actor: Actor) -> None:
    actor.check(MANAGE_RULES)


def _covers(actor: Actor, permission: str, organisation: Organisation) -> bool:
    return actor.covers(permission, organisation_id=organisation.pk, path=organisation.path)


def _is_his(actor: Actor, incident: Incident, permission: str) -> bool:
    """Somebody whose post reaches his own records only still reaches those."""
    return (
        actor.reach(permission).own
        and actor.user_id is not None
        and actor.user_id == incident.taken_by_id
    )


def _refuse_unless(allowed: bool, actor: Actor, incident: Incident) -> None:  # noqa: FBT001
    if not allowed:
        raise Forbidden(f"{actor.name} does not hold the desk of {incident.organisation}")
