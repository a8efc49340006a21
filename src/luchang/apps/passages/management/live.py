"""Roads of a demo city go on being counted while it runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from luchang.apps.passages.services.demo_counts import QUARTER, go_on_counting
from luchang.kernel.demo import live

LATER = timedelta(minutes=1)
"""After the end of a quarter hour, as real counting takes its time too."""


@dataclass
class Quarters:
    """Adds each quarter hour once, soon after it has ended."""

    due_at: datetime | None = None

    def __call__(self, at: datetime) -> None:
        if self.due_at is None or at >= self.due_at:
            go_on_counting(at=at)
            into = timedelta(minutes=at.minute % 15, seconds=at.second)
            self.due_at = at - into + QUARTER + LATER


live.register("passages", Quarters())
