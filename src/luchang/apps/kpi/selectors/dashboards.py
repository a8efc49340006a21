"""Dashboards somebody may open, and what their tiles show him."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from luchang.apps.kpi import policies
from luchang.apps.kpi.models import Dashboard, Tile
from luchang.apps.kpi.selectors.breaking_down import UnitValue, by_unit
from luchang.apps.kpi.selectors.comparing import Comparison, Trend, compared, trend
from luchang.apps.kpi.selectors.spans import period_of
from luchang.apps.kpi.selectors.targets import Goal, goals_of, is_reached
from luchang.apps.kpi.selectors.values import Value, values
from luchang.apps.kpi.states import Drawing, Span
from luchang.kernel.identity.actors import Actor
from luchang.kernel.metrics import Kind, Period, UnknownIndicator, find

BUILT_IN: tuple[tuple[str, Span, Drawing], ...] = (
    ("dispatch.waiting", Span.TODAY, Drawing.NUMBER),
    ("dispatch.under_way", Span.TODAY, Drawing.NUMBER),
    ("force.officers_now", Span.TODAY, Drawing.NUMBER),
    ("force.crews_ready_now", Span.TODAY, Drawing.NUMBER),
    ("dispatch.calls", Span.TODAY, Drawing.NUMBER),
    ("dispatch.incidents", Span.MONTH, Drawing.NUMBER),
    ("dispatch.arrive_median", Span.MONTH, Drawing.NUMBER),
    ("dispatch.arrived_in_time", Span.MONTH, Drawing.NUMBER),
    ("dispatch.incidents", Span.MONTH, Drawing.TREND),
    ("dispatch.incidents", Span.MONTH, Drawing.UNITS),
    ("dispatch.arrived_in_time", Span.MONTH, Drawing.TREND),
    ("force.punctual_share", Span.MONTH, Drawing.TREND),
)
"""The cockpit of those who made none of their own."""


@dataclass(frozen=True)
class DrawnTile:
    """One tile with its numbers, as far as the looker reaches."""

    span: Span
    drawing: Drawing
    period: Period
    value: Value
    comparison: Comparison | None = None
    trend: Trend | None = None
    units: Sequence[UnitValue] = ()
    goal: Goal | None = None
    is_reached: bool | None = None

    @property
    def tone(self) -> str:
        if self.is_reached is None:
            return ""
        return "success" if self.is_reached else "danger"


def dashboards(actor: Actor) -> "QuerySet[Dashboard]":
    return Dashboard.objects.visible_to(actor).select_related("owner", "organisation")


def cockpit_of(actor: Actor) -> Dashboard | None:
    """One's own choice, else the one the nearest unit above shares as its cockpit."""
    own = Dashboard.objects.filter(owner=actor.user_id or 0, is_cockpit=True).first()
    if own is not None:
        return own
    shared = dashboards(actor).filter(organisation__isnull=False, is_cockpit=True)
    return shared.order_by("-organisation__path", "-changed_at").first()


def drawn(tiles: Sequence[Tile], by: Actor, *, at: datetime) -> list[DrawnTile]:
    """What may be seen of these tiles; one that may not, or that no app declares, is left out."""
    shown = [tile for tile in tiles if _may_see(tile.code, by)]
    numbers = _numbers(shown, by, at=at)
    goals = goals_of([each for each in numbers if each.code], by)
    found = [_drawn(tile, each, by, at=at) for tile, each in zip(shown, numbers, strict=True)]
    return [_beside(each, goals.get(each.value.code), at=at) for each in found]


def _beside(tile: DrawnTile, goal: Goal | None, *, at: datetime) -> DrawnTile:
    """With what it should come to."""
    if goal is None:
        return tile
    return replace(tile, goal=goal, is_reached=is_reached(goal, tile.value, at=at))


def built_in() -> list[Tile]:
    return [Tile(code=code, span=span, drawing=drawing) for code, span, drawing in BUILT_IN]


def _may_see(code: str, by: Actor) -> bool:
    try:
        return policies.can_see(by, find(code))
    except UnknownIndicator:
        return False


def _numbers(tiles: Sequence[Tile], by: Actor, *, at: datetime) -> list[Value]:
    """All values of one span in one asking."""
    found: dict[tuple[str, str], Value] = {}
    for span in {tile.span for tile in tiles}:
        codes = list(dict.fromkeys(tile.code for tile in tiles if tile.span == span))
        for each in values(codes, period_of(Span(span), at), by=by):
            found[span, each.code] = each
    return [found[tile.span, tile.code] for tile in tiles]


def _drawn(tile: Tile, number: Value, by: Actor, *, at: datetime) -> DrawnTile:
    span, drawing, period = Span(tile.span), Drawing(tile.drawing), number.period
    if drawing == Drawing.TREND and not find(tile.code).is_stock:
        return DrawnTile(
            span, drawing, period, number, trend=trend(tile.code, period, by=by, at=at)
        )
    if drawing == Drawing.UNITS:
        return DrawnTile(span, drawing, period, number, units=by_unit(tile.code, period, by=by))
    comparison = None
    if find(tile.code).kind != Kind.RANK:
        comparison = compared(tile.code, period, period.before(), by=by, at=at)
    return DrawnTile(span, Drawing.NUMBER, period, number, comparison=comparison)
