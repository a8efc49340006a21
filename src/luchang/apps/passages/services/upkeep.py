"""The store's own work: sealing what came in, putting days in order, dropping old ones."""

import shutil
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import Min

from luchang.apps.passages.models import CameraVolume, CountedHour, LinkTime, TurnCount
from luchang.apps.passages.services.tallies import RefusedSome, keep_tallies
from luchang.apps.passages.states import RefusalReason
from luchang.kernel.clock import SHANGHAI, local
from luchang.kernel.identity.actors import SYSTEM

if TYPE_CHECKING:
    from django.db.models import Manager

    from luchang.kernel.segments import Sealed, Store


def seal_passages(*, store: "Store", at: datetime) -> "Sealed":
    """Turn the log into segments; what is barred by an erasure is counted as refused.

    Raises:
        Busy: another process works on the store's files.
        StoreFull: the disk is full; the log stands as it was.
    """
    sealed = store.seal()
    if sealed.barred:
        refused = RefusedSome(None, RefusalReason.ERASED, sealed.barred, at, "")
        keep_tallies(heard=[], refused=[refused], by=SYSTEM, at=at)
    return sealed


def arrange_passages(*, store: "Store", at: datetime) -> list[date]:
    """Put days that are over, and those with late rows, in order; the days.

    Raises:
        Busy: another process works on the store's files.
    """
    today = local(at).date()
    days = [day for day in store.unarranged() if day < today]
    for day in days:
        store.arrange(day)
    return days


def drop_old_passages(
    *, store: "Store", pictures: Path, keep: timedelta, keep_pictures: timedelta, at: datetime
) -> tuple[int, int]:
    """Remove days past their time; days of passages, days of pictures.

    Raises:
        Busy: another process works on the store's files.
    """
    today = local(at).date()
    dropped = store.drop_before(today - keep)
    old = [
        folder
        for folder in (pictures.iterdir() if pictures.exists() else ())
        if folder.is_dir() and _is_before(folder.name, today - keep_pictures)
    ]
    for folder in old:
        shutil.rmtree(folder)
    return dropped, len(old)


def drop_old_counts(*, keep: timedelta, at: datetime) -> int:
    """Remove counts of days past their time, a day of one table at a time; rows.

    Figures of reports and assessments that are issued stay: they are kept with those.
    """
    oldest = datetime.combine(local(at).date() - keep, time(), SHANGHAI)
    gone = sum(_drop_days(model.objects, oldest) for model in (CameraVolume, LinkTime, TurnCount))
    gone += CountedHour.objects.filter(day__lt=oldest.date()).delete()[0]
    return gone


def _drop_days(rows: "Manager[Any]", oldest: datetime) -> int:
    gone = 0
    while first := rows.filter(begins_at__lt=oldest).aggregate(first=Min("begins_at"))["first"]:
        until = min(oldest, first + timedelta(days=1))
        gone += rows.filter(begins_at__lt=until).delete()[0]
    return gone


def _is_before(name: str, day: date) -> bool:
    """Whether a folder is of an earlier day; one that is of no day is left alone."""
    try:
        return date.fromisoformat(name) < day
    except ValueError:
        return False
