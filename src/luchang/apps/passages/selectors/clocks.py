"""On which days the clock of a camera was found wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from luchang.apps.passages.models import Episode
from luchang.apps.passages.states import Ailment
from luchang.kernel.clock import SHANGHAI, local

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class WrongClock:
    """Spans of days, both ends included, and how wrong it was the last time."""

    spans: list[tuple[date, date]] = field(default_factory=list)
    detail: str = ""

    def was_wrong_on(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.spans)


def wrong_clocks(
    first: date, last: date, *, at: datetime, numbers: Iterable[int] | None = None
) -> dict[int, WrongClock]:
    """Cameras whose clock was wrong between two days, by the store's number; some, or all."""
    begins = datetime.combine(first, time.min, SHANGHAI)
    ends = datetime.combine(last + timedelta(days=1), time.min, SHANGHAI)
    rows = Episode.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=begins), ailment=Ailment.CLOCK, began_at__lt=ends
    ).select_related("camera")
    if numbers is not None:
        rows = rows.filter(camera__number__in=set(numbers))
    found = defaultdict[int, WrongClock](WrongClock)
    for row in rows.order_by("began_at"):
        own = found[row.camera.number]
        own.spans.append((local(row.began_at).date(), local(row.ended_at or at).date()))
        own.detail = row.detail
    return dict(found)
