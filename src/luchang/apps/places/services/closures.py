"""Closing roads and opening them again."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from luchang.apps.places import policies
from luchang.apps.places.models import RoadClosure
from luchang.apps.places.selectors.closures import sections_between
from luchang.apps.places.selectors.networks import active_network
from luchang.apps.places.states import ClosureReason
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor


class NoRoadThere(Exception):
    """Neither end lies on a road, or no road joins them."""


class ClosureOver(Exception):
    """The closure was lifted or ended before."""


@dataclass(frozen=True, kw_only=True)
class ClosureDraft:
    """A stretch to close: both its ends on the map, the period and why."""

    start: tuple[float, float]
    end: tuple[float, float]
    description: str
    reason: ClosureReason
    starts_at: datetime
    ends_at: datetime | None = None


@transaction.atomic
def close_road(*, draft: ClosureDraft, by: Actor, at: datetime) -> RoadClosure:
    """Close the sections from one end to the other, in both directions.

    Raises:
        Forbidden: `by` may not close roads.
        NoRoadNetwork: no road network is active.
        NoRoadThere: an end is on no road, or no short way joins them.
    """
    policies.check_can_close_roads(by)
    network = active_network()
    stretch = sections_between(network, draft.start, draft.end)
    if not stretch.sections:
        raise NoRoadThere
    closure = RoadClosure(
        network=network,
        sections=list(stretch.sections),
        street_name=stretch.street[:60],
        description=draft.description,
        reason=draft.reason,
        lon=stretch.lon,
        lat=stretch.lat,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        declared_by_id=by.user_id,
        declared_at=at,
    )
    closure.declare()
    record(
        by=by,
        action=Action.CREATE,
        subject="places.roadclosure",
        subject_id=closure.pk,
        at=at,
        detail={"description": draft.description, "sections": len(stretch.sections)},
    )
    return closure


@transaction.atomic
def lift_closure(*, closure_id: int, by: Actor, at: datetime) -> RoadClosure:
    """Open the road again before its time.

    Raises:
        Forbidden: `by` may not close roads.
        RoadClosure.DoesNotExist: there is none.
        ClosureOver: it is open already.
    """
    policies.check_can_close_roads(by)
    closure = RoadClosure.objects.select_for_update().get(pk=closure_id)
    if closure.is_over(at):
        raise ClosureOver(closure.description)
    closure.lift(by_id=by.user_id, at=at)
    record(by=by, action=Action.CHANGE, subject="places.roadclosure", subject_id=closure.pk, at=at)
    return closure
