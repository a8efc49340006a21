"""One thing reported twice becomes one incident, and two again when that was wrong."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.models import Dispatch, Incident
from luchang.apps.dispatch.services.incidents import (
    check_reason,
    locked,
    settle_standing,
    standing_of,
)
from luchang.apps.dispatch.services.limits import settle_todos
from luchang.apps.dispatch.services.refusals import CannotMerge
from luchang.apps.dispatch.services.telling import tell_incident
from luchang.apps.dispatch.states import LIVE, IncidentStatus
from luchang.kernel.identity.actors import Actor


@transaction.atomic
def merge(*, main_id: int, other_id: int, reason: str, by: Actor, at: datetime) -> Incident:
    """Make `other` part of `main`: its calls stay its own, its units go on for `main`.

    Nothing is deleted: every record keeps its number, its moves and where it came from.

    Raises:
        Forbidden: `by` does not hold both desks.
        CannotMerge: they are the same, one is over, or `other` has others merged into it.
    """
    main, other = _both(main_id, other_id)
    policies.check_can_close(by, main)
    policies.check_can_close(by, other)
    if other.merged.exists():
        raise CannotMerge(_("该警情已并入其他警情，请先解除合并。"))
    if main.status not in LIVE or other.status not in LIVE - {IncidentStatus.FEEDBACK}:
        raise CannotMerge(_("只能合并未办结的警情。"))
    for sent in other.dispatches.order_by("pk"):
        sent.follow(main)
    other.merge_into(main, by=by, at=at, reason=reason or str(main))
    settle_todos(other, by=by, at=at)
    settle_standing(main, by=by, at=at, reason=str(other))
    tell_incident(other, kind="merged", at=at)
    tell_incident(main, kind="changed", at=at)
    return main


@transaction.atomic
def unmerge(*, other_id: int, reason: str, by: Actor, at: datetime) -> Incident:
    """Take a merged incident out again with the dispatches that were sent for it.

    Both stand afterwards where their own dispatches put them.

    Raises:
        Forbidden, ReasonMissing.
        CannotMerge: it is not merged.
    """
    main_id = Incident.objects.values_list("merged_into_id", flat=True).get(pk=other_id)
    if main_id is None:
        raise CannotMerge(_("该警情没有被合并。"))
    main, other = _both(main_id, other_id)
    policies.check_can_close(by, main)
    check_reason(reason)
    if other.merged_into_id != main.pk:
        raise CannotMerge(_("该警情没有被合并。"))
    for sent in Dispatch.objects.filter(original_incident=other).order_by("pk"):
        sent.follow(other)
        for feedback in sent.feedbacks.all():
            feedback.follow(other)
    other.leave_merge(standing_of(other), by=by, at=at, reason=reason)
    if main.status in LIVE:
        settle_standing(main, by=by, at=at, reason=str(other))
    tell_incident(other, kind="unmerged", at=at)
    tell_incident(main, kind="changed", at=at)
    return other


def _both(main_id: int, other_id: int) -> tuple[Incident, Incident]:
    """Both rows locked, lower key first, so that two merges cannot wait for each other."""
    if main_id == other_id:
        raise CannotMerge(_("不能与自身合并。"))
    rows = {pk: locked(pk) for pk in sorted((main_id, other_id))}
    return rows[main_id], rows[other_id]
