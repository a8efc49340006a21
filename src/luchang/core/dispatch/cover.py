"""Keep the city covered: whom to send to a lesser call, and where a freed unit should stand.

Closest unit for urgent classes, always. For the others a unit that is in time and whose
leaving hurts least; for a freed unit the post where it adds most. Pure coverage rules cost the
urgent calls dearly, so cover never decides who goes to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from luchang.core.common.roads import Floats


@dataclass(frozen=True, slots=True)
class CoverParameters:
    """How cover is weighed against driving.

    Attributes
    ----------
    busy_share
        Share of the time a unit is busy [-]: the chance that a covering unit cannot come.
    loss_worth_s
        Extra driving to a lesser call that saving all cover would be worth [s].
    gain_worth_s
        Driving to a post that winning all cover would be worth [s].
    margin_s
        A lesser call must be reached this long before its target [s].
    """

    busy_share: float = 0.4
    loss_worth_s: float = 3_000.0
    gain_worth_s: float = 1_000_000.0
    margin_s: float = 120.0


@dataclass(frozen=True, slots=True)
class CoverMap:
    """Who could reach what in time.

    Attributes
    ----------
    weight
        Expected calls at each demand point, any unit; made to sum to 1.
    reached
        Post x demand point: 1 where the post's driving time is within the target.
    """

    weight: Floats
    reached: Floats

    @classmethod
    def within(cls, weight: ArrayLike, drive_s: ArrayLike, target_s: float) -> CoverMap:
        """Cover map of posts with driving times `drive_s` [s] (post x demand point)."""
        weights = np.asarray(weight, dtype=np.float64)
        near = np.asarray(drive_s, dtype=np.float64) <= target_s
        return cls(weights / weights.sum(), near.astype(np.float64))

    def expected(self, at_posts: ArrayLike, busy_share: float) -> float:
        """Share of the demand that some free unit can reach in time [-].

        Notes
        -----
        Sum over points of w (1 - q^n), n units in reach, each busy with chance q [1]_.

        References
        ----------
        .. [1] Daskin, M. S. (1983). A maximum expected covering location model.
           Transportation Science 17 (1), 48-70.
        """
        in_reach = np.asarray(at_posts, dtype=np.float64) @ self.reached
        return float(self.weight @ (1.0 - busy_share**in_reach))

    def gains(self, at_posts: ArrayLike, busy_share: float) -> Floats:
        """Cover won by one more unit at each post [-]."""
        in_reach = np.asarray(at_posts, dtype=np.float64) @ self.reached
        return np.asarray(self.reached @ (self.weight * (1 - busy_share) * busy_share**in_reach))

    def losses(self, at_posts: ArrayLike, busy_share: float) -> Floats:
        """Cover lost when one unit leaves each post [-]; 0 where none stands."""
        standing = np.asarray(at_posts, dtype=np.float64)
        in_reach = standing @ self.reached
        fewer = np.maximum(in_reach - 1.0, 0.0)
        lost = self.reached @ (self.weight * (1 - busy_share) * busy_share**fewer)
        return np.where(standing > 0, lost, 0.0)


def choose_unit(
    eta_s: ArrayLike,
    loss: ArrayLike,
    *,
    is_urgent: bool,
    target_s: float,
    parameters: CoverParameters,
) -> int | None:
    """Index of the unit to send; None when no unit can get there.

    Urgent: the closest. Otherwise, of the units that are there `margin_s` before the target,
    the one with the least driving plus worth of lost cover; with none in time, the closest.
    """
    eta, lost = np.asarray(eta_s, dtype=np.float64), np.asarray(loss, dtype=np.float64)
    if not np.isfinite(eta).any():
        return None
    in_time = eta <= target_s - parameters.margin_s
    if is_urgent or not in_time.any():
        return int(np.argmin(eta))
    cost = np.where(in_time, eta + parameters.loss_worth_s * lost, np.inf)
    return int(np.argmin(cost))


def choose_post(
    cover: CoverMap, at_posts: ArrayLike, drive_s: ArrayLike, parameters: CoverParameters
) -> int:
    """Post for a freed unit: the most cover won for the driving [1]_.

    Parameters
    ----------
    cover, parameters
        What cover is, and what it is worth.
    at_posts
        Idle units that stand at, or are on the way to, each post.
    drive_s
        Driving time of the freed unit to each post [s].

    References
    ----------
    .. [1] Jagtenberg, C. J., Bhulai, S. and van der Mei, R. D. (2015). An efficient heuristic
       for real-time ambulance redeployment. Operations Research for Health Care 4, 27-35.
    """
    gains = cover.gains(at_posts, parameters.busy_share)
    return int(np.argmax(parameters.gain_worth_s * gains - np.asarray(drive_s)))
