"""Pages of chosen indicators: made, changed, shared, taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from luchang.apps.kpi import policies
from luchang.apps.kpi.models import Dashboard, Tile
from luchang.apps.kpi.policies import SEE_FIGURES, SHARE_DASHBOARDS
from luchang.apps.kpi.services.refusals import Refused
from luchang.apps.kpi.states import Drawing, Span
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Forbidden, Unreached
from luchang.kernel.metrics import UnknownIndicator, find

MOST_TILES = 24


@dataclass(frozen=True)
class Chosen:
    """One tile as somebody wants it."""

    code: str
    span: Span
    drawing: Drawing


@transaction.atomic
def save_dashboard(
    *,
    dashboard_id: int | None,
    title: str,
    tiles: Sequence[Chosen],
    is_shared: bool,
    is_cockpit: bool,
    by: Actor,
    at: datetime,
) -> Dashboard:
    """Keep a dashboard with these tiles in this order; a new one without an id.

    Shared, everybody of one's own unit and below sees it, each with the numbers of his own reach.

    Raises:
        Forbidden: `by` sees no figures, or shares without the permission to.
        Unreached: the dashboard is somebody else's.
        Refused: nothing was chosen, too much, or something he may not see.
    """
    by.check(SEE_FIGURES)
    if is_shared:
        by.check(SHARE_DASHBOARDS)
    _check(title, tiles, by)
    dashboard = _own(dashboard_id, by) if dashboard_id else Dashboard(owner_id=_person(by))
    was_shared = dashboard.organisation_id is not None
    dashboard.title = title
    dashboard.organisation_id = by.organisation_id if is_shared else None
    dashboard.store(at=at)
    dashboard.put([Tile(code=one.code, span=one.span, drawing=one.drawing) for one in tiles])
    if is_cockpit:
        dashboard.make_cockpit()
    if is_shared or was_shared:
        detail = {"title": title, "shared": is_shared, "tiles": [one.code for one in tiles]}
        record(
            by=by,
            action=Action.CHANGE,
            subject="kpi.dashboard",
            subject_id=dashboard.pk,
            at=at,
            detail=detail,
        )
    return dashboard


@transaction.atomic
def delete_dashboard(*, dashboard_id: int, by: Actor) -> None:
    """Take away a dashboard of one's own.

    Raises:
        Unreached: there is none, or it is somebody else's.
    """
    _own(dashboard_id, by).delete()


def _check(title: str, tiles: Sequence[Chosen], by: Actor) -> None:
    if not title:
        raise Refused("no_title")
    if not tiles:
        raise Refused("no_tiles")
    if len(tiles) > MOST_TILES:
        raise Refused("too_many_tiles")
    for one in tiles:
        try:
            policies.check_can_see(by, find(one.code))
        except (UnknownIndicator, Forbidden) as unknown:
            raise Refused("unknown_indicator", code=one.code) from unknown


def _own(dashboard_id: int, by: Actor) -> Dashboard:
    rows = Dashboard.objects.select_for_update().filter(owner=_person(by))
    found = rows.filter(pk=dashboard_id).first()
    if found is None:
        raise Unreached(f"dashboard {dashboard_id}")
    return found


def _person(by: Actor) -> int:
    if by.user_id is None:
        raise Forbidden("only a person has dashboards")
    return by.user_id
