"""The months a demo is about, and how a total is dealt out over them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

FIRST, LAST = date(2021, 1, 1), date(2021, 8, 31)
HALF_ENDS = date(2021, 6, 30)


@dataclass(frozen=True)
class Season:
    """How much is invented, and from which seed; the same seed invents the same."""

    scale: float = 1.0
    """1.0: as much as the city reports; smaller for quick starts."""
    seed: int = 2021

    def dice(self, *names: object) -> random.Random:
        """Chance of its own for each thing named, so that one more draw changes nothing else."""
        return random.Random("/".join(map(str, (self.seed, *names))))  # noqa: S311 - no secret

    def scaled(self, number: float) -> int:
        return round(number * self.scale)

    @staticmethod
    def days(first: date = FIRST, last: date = LAST) -> list[date]:
        return [first + timedelta(days=each) for each in range((last - first).days + 1)]


def portions(total: int, weights: Sequence[float]) -> list[int]:
    """`total` dealt out in proportion to the weights, in whole numbers that add up to it."""
    whole = sum(weights)
    reached = [round(total * part / whole) for part in accumulate(weights)]
    return [after - before for before, after in zip([0, *reached], reached, strict=False)]
