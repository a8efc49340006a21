"""What units should come to in a year: set, changed, withdrawn by who judges them."""

import math
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from luchang.apps.kpi import policies
from luchang.apps.kpi.models import Target
from luchang.apps.kpi.policies import SET_TARGETS
from luchang.apps.kpi.selectors.targets import set_targets
from luchang.apps.kpi.services.refusals import Refused
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Unreached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.metrics import (
    ARTICLE,
    AnyIndicator,
    PenaltyRanking,
    Unit,
    UnknownIndicator,
    check_may_score,
    find,
)
from luchang.kernel.metrics.definitions import Better

SUBJECT = "kpi.target"
WHOLE = 100.0


@transaction.atomic
def set_target(
    *,
    code: str,
    organisation: Organisation,
    year: int,
    number: float,
    basis: str,
    by: Actor,
    at: datetime,
) -> Target:
    """What an indicator of a unit should come to in a year.

    Raises:
        Forbidden: `by` sets no targets there.
        Refused: there is one already, or such a figure can have none.
    """
    policies.check_covers(by, SET_TARGETS, organisation)
    _check(_indicator(code), number)
    row = Target(code=code, organisation=organisation, year=year)
    try:
        with transaction.atomic():
            row.set(number, basis.strip(), name=by.name, at=at)
    except ValidationError as wrong:
        raise Refused("malformed", why="；".join(wrong.messages)) from wrong
    except IntegrityError as clash:
        raise Refused("target_there") from clash
    _note(row, Action.CREATE, by=by, at=at)
    return row


@transaction.atomic
def change_target(*, target_id: int, number: float, basis: str, by: Actor, at: datetime) -> Target:
    """Another number for the same unit and year; the one before stays in its history.

    Raises:
        Unreached: there is none that holds, or it is not his to change.
        Refused: such a figure cannot have that target.
    """
    row = _locked(target_id, by)
    _check(_indicator(row.code), number)
    try:
        row.set(number, basis.strip(), name=by.name, at=at)
    except ValidationError as wrong:
        raise Refused("malformed", why="；".join(wrong.messages)) from wrong
    _note(row, Action.CHANGE, by=by, at=at)
    return row


@transaction.atomic
def withdraw_target(*, target_id: int, reason: str, by: Actor, at: datetime) -> Target:
    """It holds no more; what came with the indicator, or was set above, holds again."""
    row = _locked(target_id, by)
    row.withdraw(at=at)
    _note(row, Action.CHANGE, by=by, at=at, withdrawn=reason.strip()[:300])
    return row


def _locked(target_id: int, by: Actor) -> Target:
    row = set_targets(by).select_for_update(of=("self",)).filter(pk=target_id).first()
    if row is None:
        by.check(SET_TARGETS)
        raise Unreached(f"target {target_id}")
    return row


def _indicator(code: str) -> AnyIndicator:
    try:
        return find(code)
    except UnknownIndicator as unknown:
        raise Refused("unknown_indicator", code=code) from unknown


def _check(indicator: AnyIndicator, number: float) -> None:
    try:
        check_may_score(indicator)
    except PenaltyRanking as unlawful:
        raise Refused("penalties", article=ARTICLE, title=indicator.title) from unlawful
    if not indicator.organisation:
        raise Refused("no_units", code=indicator.code)
    if indicator.better == Better.NEITHER:
        raise Refused("no_better", title=indicator.title)
    is_percent = indicator.unit == Unit.PERCENT
    if not math.isfinite(number) or number < 0 or (is_percent and number > WHOLE):
        raise Refused("number_out_of_range", title=indicator.title)


def _note(row: Target, action: Action, *, by: Actor, at: datetime, **more: object) -> None:
    detail = {"code": row.code, "year": row.year, "number": row.number, **more}
    record(by=by, action=action, subject=SUBJECT, subject_id=row.pk, at=at, detail=detail)
