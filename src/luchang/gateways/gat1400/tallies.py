"""What was heard and refused since the last time it was written down.

Counts live in memory for a few seconds: a process that is killed forgets those, and with them no
passage. With the database away they wait.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from luchang.apps.passages.services.tallies import Heard, RefusedSome

if TYPE_CHECKING:
    from luchang.apps.passages.states import RefusalReason

SKEW_SLICE_S = 300
SKEW_SLICES = 3
"""A clock is judged by the quickest passage of a quarter of an hour, not by a backlog."""


@dataclass
class _Clock:
    """The quickest passages of one camera: the difference between its clock and ours."""

    slices: deque[tuple[int, float]] = field(
        default_factory=lambda: deque[tuple[int, float]](maxlen=SKEW_SLICES)
    )

    def take(self, delay_s: float, *, now_s: float) -> float:
        number = int(now_s // SKEW_SLICE_S)
        if self.slices and self.slices[-1][0] == number:
            self.slices[-1] = (number, min(delay_s, self.slices[-1][1]))
        else:
            self.slices.append((number, delay_s))
        recent = [s for slice_, s in self.slices if slice_ > number - SKEW_SLICES]
        return -min(recent)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request brought of one camera."""

    passages: int
    unread: int
    fast: int
    uncoloured: int
    newest_ms: int


@dataclass
class Tallies:
    """Sums by camera, and by camera and reason."""

    _heard: dict[int, Heard] = field(default_factory=dict)
    _refused: dict[tuple[int | None, RefusalReason], RefusedSome] = field(default_factory=dict)
    _clocks: dict[int, _Clock] = field(default_factory=dict)

    def hear(self, camera_id: int, *, at: datetime, registered: bool = False) -> None:
        """A camera gave a sign of life."""
        before = self._heard.get(camera_id) or Heard(camera_id, at)
        self._heard[camera_id] = replace(
            before, heard_at=at, registered_at=at if registered else before.registered_at
        )

    def keep(self, camera_id: int, batch: Batch, *, at: datetime) -> None:
        """Passages of a camera are on disk."""
        self.hear(camera_id, at=at)
        before = self._heard[camera_id]
        clock = self._clocks.setdefault(camera_id, _Clock())
        newest = datetime.fromtimestamp(batch.newest_ms / 1000, UTC)
        self._heard[camera_id] = replace(
            before,
            received_at=at,
            passage_at=max(newest, before.passage_at or newest),
            passages=before.passages + batch.passages,
            unread=before.unread + batch.unread,
            fast=before.fast + batch.fast,
            uncoloured=before.uncoloured + batch.uncoloured,
            skew_s=clock.take((at - newest).total_seconds(), now_s=at.timestamp()),
        )

    def refuse(
        self,
        camera_id: int | None,
        reason: RefusalReason,
        detail: str = "",
        *,
        count: int = 1,
        at: datetime,
    ) -> None:
        """Something was not taken."""
        before = self._refused.get((camera_id, reason))
        total = count + (before.count if before else 0)
        self._refused[camera_id, reason] = RefusedSome(camera_id, reason, total, at, detail)
        if camera_id is not None:
            heard = self._heard.get(camera_id) or Heard(camera_id, at)
            self._heard[camera_id] = replace(heard, heard_at=at, refused=heard.refused + count)

    def take(self) -> tuple[list[Heard], list[RefusedSome]]:
        """Hand out what there is, and begin anew."""
        heard, refused = self._heard, self._refused
        self._heard, self._refused = {}, {}
        return list(heard.values()), list(refused.values())

    def give_back(self, heard: list[Heard], refused: list[RefusedSome]) -> None:
        """The database did not take it: it waits with what came meanwhile."""
        for one in heard:
            late = self._heard.get(one.camera_id)
            self._heard[one.camera_id] = one if late is None else _sum(one, late)
        for some in refused:
            key = (some.camera_id, some.reason)
            later = self._refused.get(key)
            self._refused[key] = (
                some if later is None else replace(later, count=later.count + some.count)
            )


def _sum(first: Heard, then: Heard) -> Heard:
    return replace(
        then,
        registered_at=then.registered_at or first.registered_at,
        passage_at=max(filter(None, (first.passage_at, then.passage_at)), default=None),
        received_at=then.received_at or first.received_at,
        passages=first.passages + then.passages,
        unread=first.unread + then.unread,
        fast=first.fast + then.fast,
        uncoloured=first.uncoloured + then.uncoloured,
        refused=first.refused + then.refused,
        skew_s=first.skew_s if then.skew_s is None else then.skew_s,
    )
