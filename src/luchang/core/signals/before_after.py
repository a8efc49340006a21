"""Whether it got better: the difference of two samples with what chance alone could do to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
DRAWS, LEVEL = 5_000, 0.95
FEWEST = 5
"""Values of each side below which nothing is said about the difference."""


class TooFew(ValueError):
    """A side has fewer values than anything could be said about."""

    def __init__(self, side: str, count: int) -> None:
        super().__init__(f"{side}: {count} < {FEWEST}")
        self.side, self.count = side, count


@dataclass(frozen=True)
class Difference:
    """After minus before.

    Attributes
    ----------
    change
        Difference of the means, in the unit of the values; negative where it became less.
    low, high
        Ends of the interval that holds the true difference with probability `level`.
    share, share_low, share_high
        The same in parts of the mean before.
    """

    before_mean: float
    after_mean: float
    before_count: int
    after_count: int
    change: float
    low: float
    high: float
    share: float
    share_low: float
    share_high: float
    level: float
    seed: int

    @property
    def is_clear(self) -> bool:
        """Chance alone would hardly show such a difference."""
        return self.low > 0 or self.high < 0


def compare(
    before: Sequence[float] | Floats,
    after: Sequence[float] | Floats,
    *,
    seed: int,
    level: float = LEVEL,
) -> Difference:
    """Difference of means with a percentile bootstrap interval [1]_.

    Parameters
    ----------
    before, after
        Independent measurements, such as seconds of travel; days or runs, not vehicles, where
        vehicles of one run depend on each other.
    seed
        Of the draws: the same seed gives the same interval.
    level
        Probability with which the interval holds the truth [-].

    Raises
    ------
    TooFew
        A side has fewer than `FEWEST` values.

    References
    ----------
    .. [1] Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapman &
       Hall, chapters 13 and 16.
    """
    for side, values in (("before", before), ("after", after)):
        if len(values) < FEWEST:
            raise TooFew(side, len(values))
    old, new = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    generator = np.random.default_rng(seed)
    old_means, new_means = _means(old, generator), _means(new, generator)
    tail = 100.0 * (1.0 - level) / 2.0
    low, high = np.percentile(new_means - old_means, [tail, 100.0 - tail])
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.nan_to_num(new_means / old_means - 1.0, posinf=np.inf)
    share_low, share_high = np.percentile(shares, [tail, 100.0 - tail])
    base = float(old.mean())
    return Difference(
        base,
        float(new.mean()),
        len(old),
        len(new),
        float(new.mean() - base),
        float(low),
        float(high),
        float(new.mean() / base - 1.0) if base else 0.0,
        float(share_low),
        float(share_high),
        level,
        seed,
    )


def _means(values: Floats, generator: np.random.Generator) -> Floats:
    drawn = generator.integers(0, len(values), size=(DRAWS, len(values)))
    means: Floats = values[drawn].mean(axis=1)
    return means
