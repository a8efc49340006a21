"""综合业务考核: schemes put in force, rounds scored, proposed, frozen.

Units are judged, never single officers; and no item may be a number of penalties (公安部令157
第66条). What an item's indicator says is computed for the branch of each unit by the system
itself: a score must not depend on who pressed the button.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from luchang.apps.kpi import policies
from luchang.apps.kpi.models import Item, Result, Round, Scheme, Score
from luchang.apps.kpi.policies import MANAGE_ASSESSMENTS
from luchang.apps.kpi.selectors.assessments import judged_units
from luchang.apps.kpi.selectors.targets import goal_of
from luchang.apps.kpi.selectors.values import value
from luchang.apps.kpi.services.refusals import Refused
from luchang.apps.kpi.states import RoundStatus, SchemeStatus
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM, Actor, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.metrics import (
    ARTICLE,
    Better,
    PenaltyRanking,
    Period,
    UnknownIndicator,
    check_may_score,
    find,
)
from luchang.kernel.records.moves import begin
from luchang.kernel.states import IllegalTransition

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Wanted:
    """One item of a scheme as somebody wants it."""

    title: str
    weight: Decimal = Decimal(0)
    code: str = ""
    """Empty: points are given by hand, on evidence."""
    target: float | None = None
    is_veto: bool = False


@transaction.atomic
def draft_scheme(
    *,
    title: str,
    organisation_id: int,
    basis: str,
    items: Sequence[Wanted],
    by: Actor,
    at: datetime,
) -> Scheme:
    """A scheme by which the units directly below an organisation are to be judged.

    Raises:
        Forbidden: `by` organises no assessments there.
        Refused: no item gives points, or one counts penalties, cannot be told by unit, or
            has no target.
    """
    organisation = Organisation.objects.get(pk=organisation_id)
    policies.check_covers(by, MANAGE_ASSESSMENTS, organisation)
    if not any(item.weight > 0 for item in items):
        raise Refused("no_items")
    for item in items:
        _check_item(item)
    year = local(at).year
    items = [_with_target(each, organisation, year) for each in items]
    scheme = Scheme(title=title, organisation=organisation, basis=basis, made_at=at)
    scheme.store()
    for order, item in enumerate(items):
        Item(
            scheme=scheme,
            order=order,
            title=item.title,
            code=item.code,
            weight=item.weight,
            target=item.target,
            is_veto=item.is_veto,
        ).store()
    begin(scheme, by=by, at=at)
    _note(by, "kpi.scheme", scheme.pk, at, title=title)
    return scheme


def _with_target(item: Wanted, organisation: Organisation, year: int) -> Wanted:
    """What the indicator's own target of the year is, where none was written."""
    if not item.code or item.target is not None:
        return item
    goal = goal_of(item.code, path=organisation.path, year=year)
    if goal is None:
        raise Refused("no_target", title=item.title)
    return replace(item, target=goal.number)


def _check_item(item: Wanted) -> None:
    if not item.code:
        return
    try:
        indicator = find(item.code)
    except UnknownIndicator as unknown:
        raise Refused("unknown_indicator", code=item.code) from unknown
    try:
        check_may_score(indicator)
    except PenaltyRanking as unlawful:
        raise Refused("penalties", article=ARTICLE, title=item.title) from unlawful
    if not indicator.organisation:
        raise Refused("no_units", code=item.code)


@transaction.atomic
def put_in_force(*, scheme_id: int, by: Actor, at: datetime) -> Scheme:
    """From now on the scheme judges; its items do not change any more."""
    scheme = fetch(
        Scheme.objects.select_for_update(of=("self",)), by, MANAGE_ASSESSMENTS, pk=scheme_id
    )
    try:
        scheme.move_to(SchemeStatus.IN_FORCE, by=by, at=at)
    except IllegalTransition as illegal:
        raise Refused("not_a_draft") from illegal
    return scheme


@transaction.atomic
def retire_scheme(*, scheme_id: int, by: Actor, at: datetime) -> Scheme:
    """Nothing is judged by it any more; what was stays."""
    scheme = fetch(
        Scheme.objects.select_for_update(of=("self",)), by, MANAGE_ASSESSMENTS, pk=scheme_id
    )
    try:
        scheme.move_to(SchemeStatus.RETIRED, by=by, at=at)
    except IllegalTransition as illegal:
        raise Refused("moved_on") from illegal
    return scheme


@transaction.atomic
def begin_round(*, scheme_id: int, period: Period, by: Actor, at: datetime) -> Round:
    """Start judging one period by a scheme in force.

    Raises:
        Refused: the scheme is not in force, or there is nobody to judge.
    """
    scheme = fetch(
        Scheme.objects.select_related("organisation"), by, MANAGE_ASSESSMENTS, pk=scheme_id
    )
    if scheme.status != SchemeStatus.IN_FORCE:
        raise Refused("not_in_force")
    if not judged_units(scheme.organisation):
        raise Refused("no_peers")
    made = Round(
        scheme=scheme,
        organisation=scheme.organisation,
        starts_at=period.start,
        ends_at=period.end,
        opened_at=at,
    )
    made.open()
    begin(made, by=by, at=at)
    return made


@transaction.atomic
def give_points(
    *,
    round_id: int,
    item_id: int,
    organisation_id: int,
    points: Decimal,
    evidence: str,
    by: Actor,
    at: datetime,
) -> None:
    """Points for what no indicator measures, with what proves them.

    Raises:
        Refused: no evidence, more points than the item has, or the item has an indicator.
    """
    judged = _round(round_id, by, RoundStatus.OPEN)
    item = judged.scheme.items.get(pk=item_id)
    unit = next(
        (each for each in judged_units(judged.organisation) if each.pk == organisation_id), None
    )
    if unit is None:
        raise Refused("no_peers")
    if item.code:
        raise Refused("not_by_hand")
    if not evidence.strip():
        raise Refused("no_evidence")
    if not 0 <= points <= item.weight:
        raise Refused("too_many_points")
    Score.put(
        Score(
            round=judged,
            organisation=unit,
            item=item,
            points=points.quantize(CENT),
            evidence=evidence.strip(),
            given_by_id=by.user_id,
            given_at=at,
        )
    )


@transaction.atomic
def propose_round(*, round_id: int, by: Actor, at: datetime) -> Round:
    """Compute every item, add up, rank; the outcome can still be sent back.

    Raises:
        Refused: the period is not over, or a unit lacks points that are given by hand.
    """
    judged = _round(round_id, by, RoundStatus.OPEN)
    if judged.ends_at > at:
        raise Refused("not_over")
    units, items = judged_units(judged.organisation), list(judged.scheme.items.all())
    for item in items:
        if item.code:
            _measure(judged, item, units, at=at)
        elif not item.is_veto and judged.scores.filter(item=item).count() < len(units):
            raise Refused("missing_scores", title=item.title)
    Result.replace(judged, _results(judged, units))
    judged.move_to(RoundStatus.PROPOSED, by=by, at=at)
    return judged


def _measure(judged: Round, item: Item, units: Sequence[Organisation], *, at: datetime) -> None:
    period = Period(judged.starts_at, judged.ends_at)
    for unit in units:
        number = value(item.code, period, by=SYSTEM, branch=unit.code).number
        Score.put(
            Score(
                round=judged,
                organisation=unit,
                item=item,
                number=number,
                points=points_of(item, number),
                misses_target=_misses(item, number),
                given_at=at,
            )
        )


def points_of(item: Item, number: float | None) -> Decimal:
    """All points at the target or better, in proportion short of it, none where nothing counts.

    Where lower is better the proportion is target over number; a target of zero is met or not.
    """
    if number is None or item.target is None or item.is_veto:
        return Decimal(0)
    if not _misses(item, number):
        return item.weight
    is_lower = find(item.code).better == Better.LOWER
    share = item.target / number if is_lower else number / item.target
    return (item.weight * Decimal(repr(max(share, 0.0)))).quantize(CENT, rounding=ROUND_HALF_UP)


def _misses(item: Item, number: float | None) -> bool:
    if number is None or item.target is None:
        return False
    is_lower = find(item.code).better == Better.LOWER
    return number > item.target if is_lower else number < item.target


def _results(judged: Round, units: Sequence[Organisation]) -> list[Result]:
    scores = list(judged.scores.select_related("item"))
    rows = []
    for unit in units:
        own = [each for each in scores if each.organisation_id == unit.pk]
        total = sum((each.points for each in own), Decimal(0))
        vetoes = [each.item.title for each in own if each.item.is_veto and each.misses_target]
        rows.append(Result(round=judged, organisation=unit, total=total, veto="；".join(vetoes)))
    ranked = [row for row in rows if not row.veto]
    for row in ranked:
        row.place = 1 + sum(other.total > row.total for other in ranked)
    return rows


@transaction.atomic
def reopen_round(*, round_id: int, reason: str, by: Actor, at: datetime) -> Round:
    """The proposed outcome is not approved; it is scored again."""
    judged = _round(round_id, by, RoundStatus.PROPOSED)
    judged.move_to(RoundStatus.OPEN, by=by, at=at, reason=reason)
    return judged


@transaction.atomic
def drop_round(*, round_id: int, reason: str, by: Actor, at: datetime) -> Round:
    """The round is given up; what was scored stays to be seen."""
    judged = _round(round_id, by, RoundStatus.OPEN)
    judged.move_to(RoundStatus.DROPPED, by=by, at=at, reason=reason)
    return judged


@transaction.atomic
def freeze_round(*, round_id: int, by: Actor, at: datetime) -> Round:
    """Settle the outcome: from now on the database refuses to change any of it."""
    judged = _round(round_id, by, RoundStatus.PROPOSED)
    judged.freeze(by=by, at=at)
    _note(by, "kpi.round", judged.pk, at, digest=judged.digest)
    return judged


def _round(round_id: int, by: Actor, status: RoundStatus) -> Round:
    rows = Round.objects.select_for_update(of=("self",)).select_related("scheme", "organisation")
    judged = fetch(rows, by, MANAGE_ASSESSMENTS, pk=round_id)
    if judged.status != status:
        raise Refused("moved_on")
    return judged


def _note(by: Actor, subject: str, key: int, at: datetime, **detail: str) -> None:
    record(by=by, action=Action.ADMINISTER, subject=subject, subject_id=key, at=at, detail=detail)
