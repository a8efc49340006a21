"""More time for a watch: asked for by one, granted by another, before it ends."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import VehicleWatch
from luchang.apps.passages.policies import APPROVE_WATCH, PROPOSE_WATCH, is_not_own_prolonging
from luchang.apps.passages.services.watch_refusals import WatchRefused
from luchang.apps.passages.services.watching import (
    approving_place,
    check_not_too_long,
    locked_watch,
    moved_watch,
)
from luchang.apps.passages.states import WATCH, WatchStatus
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor


@transaction.atomic
def ask_for_more_time(
    *, watch_id: int, until: datetime, reason: str, by: Actor, at: datetime
) -> VehicleWatch:
    """Ask that a watch lasts longer; it goes on as it was approved until then.

    Raises:
        Unreached.
        WatchRefused: it is over, or the new end is none that may be asked for.
        IllegalTransition: it is not acting, or somebody asked already.
    """
    row = locked_watch(watch_id, by, PROPOSE_WATCH)
    WATCH.check(WatchStatus(row.status), WatchStatus.PROLONGING)
    if row.ends_at <= at:
        raise WatchRefused("over")
    if until <= row.ends_at:
        raise WatchRefused("not_longer", ends_at=f"{local(row.ends_at):%Y-%m-%d %H:%M}")
    check_not_too_long(until, start=at, at=at)
    row.approving = approving_place(row.organisation, but={by.user_id, row.proposed_by_id}, at=at)
    row.ask_for_more(until, by=by, at=at, reason=reason.strip())
    return moved_watch(row, by=by, at=at)


@transaction.atomic
def grant_more_time(*, watch_id: int, by: Actor, at: datetime) -> VehicleWatch:
    """Let it last as long as was asked for; the move says until when.

    Raises:
        Unreached.
        WatchRefused: `own_prolonging`, nobody asks for more time, or it ended meanwhile.
    """
    row = _asked(watch_id, by)
    if row.ends_at <= at:
        raise WatchRefused("over")
    asked_by, until = row.prolong_by_id, row.prolong_to
    row.prolong(by=by, at=at, reason=f"延期至{local(until or row.ends_at):%Y-%m-%d %H:%M}")
    return moved_watch(row, by=by, at=at, news=_("已批准延期"), asked_by=asked_by)


@transaction.atomic
def deny_more_time(*, watch_id: int, reason: str, by: Actor, at: datetime) -> VehicleWatch:
    """Let it end when it was to end.

    Raises:
        Unreached.
        WatchRefused: `own_prolonging`, or nobody asks for more time.
    """
    row = _asked(watch_id, by)
    asked_by = row.prolong_by_id
    row.go(WatchStatus.ACTIVE, by=by, at=at, reason=reason.strip())
    return moved_watch(row, by=by, at=at, news=_("延期未批准"), asked_by=asked_by)


def _asked(watch_id: int, by: Actor) -> VehicleWatch:
    """The watch, while somebody else asks for more time."""
    row = locked_watch(watch_id, by, APPROVE_WATCH)
    if row.status != WatchStatus.PROLONGING:
        raise WatchRefused("nothing_asked")
    if not is_not_own_prolonging(by, row):
        raise WatchRefused("own_prolonging")
    return row
