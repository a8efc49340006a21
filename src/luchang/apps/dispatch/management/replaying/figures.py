"""What a replay came to."""

import json
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from luchang.apps.dispatch.management.replaying.rows import Refusal


@dataclass
class Tally:
    """Counts and times, added from many threads."""

    accepted: int = 0
    known: int = 0
    """Accepted before under the same key: nothing was stored again."""
    refusals: list[Refusal] = field(default_factory=list)
    intake_ms: list[float] = field(default_factory=list)
    advice_ms: list[float] = field(default_factory=list)
    sent_at: dict[int, float] = field(default_factory=dict)
    """Incident -> moment its call was posted, on the monotonic clock."""
    outcomes: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def refuse(self, row: int, why: str) -> None:
        with self.lock:
            self.refusals.append(Refusal(row, why))

    def note(self, outcome: str) -> None:
        with self.lock:
            self.outcomes[outcome] += 1


def percentiles(values: Sequence[float]) -> dict[str, float | int | None]:
    """Nearest-rank percentiles; None where nothing was measured."""
    ordered = sorted(values)
    if not ordered:
        return {"n": 0, "p50": None, "p95": None, "p99": None, "max": None}
    last = len(ordered) - 1

    def at(share: float) -> float:
        return round(ordered[min(int(share * len(ordered)), last)], 2)

    return {
        "n": len(ordered),
        "p50": at(0.50),
        "p95": at(0.95),
        "p99": at(0.99),
        "max": round(ordered[-1], 2),
    }


def by_reason(refusals: Sequence[Refusal]) -> dict[str, int]:
    return dict(Counter(each.why.partition(":")[0].split(" of row")[0] for each in refusals))


def write(result: Mapping[str, Any], place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
