"""Saturation flow and lost time: from a lane's form, or from headways at its stop line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from luchang.core.signals.junction import Turn

BASE_VPH = 1900.0
"""Base saturation flow of a lane [veh/h]; HCM 2000, chapter 16."""
FIRST_UNAFFECTED = 4
"""Vehicles of a queue whose headways still hold the start; HCM 2000 counts from the fifth."""
FEWEST_QUEUES = 5
SHORTEST_S, LONGEST_S = 0.8, 6.0
"""A headway outside is no queue discharge: two lanes seen as one, or a gap [s]."""


class Source(StrEnum):
    FORM = "form"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class Saturation:
    """How a lane discharges.

    Attributes
    ----------
    flow_vph, flow_sd_vph
        Saturation flow and its standard error [veh/h].
    lost_s
        Start-up lost time [s].
    """

    flow_vph: float
    flow_sd_vph: float
    lost_s: float
    source: Source
    queues: int = 0

    @property
    def headway_s(self) -> float:
        return 3600.0 / self.flow_vph


class TooFewQueues(ValueError):
    """Headways of too few queues to say anything."""


def from_form(
    *,
    width_m: float = 3.5,
    heavy_share: float = 0.0,
    grade_percent: float = 0.0,
    turn: Turn = Turn.THROUGH,
    turning_share: float = 1.0,
) -> Saturation:
    """Saturation flow of a lane from its form.

    Parameters
    ----------
    width_m
        Lane width [m].
    heavy_share
        Trucks and buses among vehicles [-], each worth two cars.
    grade_percent
        Uphill positive [%].
    turn, turning_share
        What leaves the lane beside through traffic, and its part [-].

    Notes
    -----
    s = 1900 f_w f_HV f_g f_turn: f_w = 1 + (W - 3.6)/9, f_HV = 1 / (1 + P_HV (2 - 1)),
    f_g = 1 - G/200, left 1 / (1 + 0.05 P), right 1 - 0.15 P; HCM 2000, exhibit 16-7. The error is
    taken as 8 % of the flow: what lanes of the same form differ by.
    """
    factors = {
        Turn.LEFT: 1.0 / (1.0 + 0.05 * turning_share),
        Turn.U_TURN: 1.0 / (1.0 + 0.25 * turning_share),
        Turn.RIGHT: 1.0 - 0.15 * turning_share,
    }
    flow = BASE_VPH * (1.0 + (width_m - 3.6) / 9.0) / (1.0 + heavy_share)
    flow *= (1.0 - grade_percent / 200.0) * factors.get(turn, 1.0)
    return Saturation(flow, 0.08 * flow, 2.0, Source.FORM)


def from_headways(queues: Sequence[Sequence[float]]) -> Saturation:
    """Saturation flow and start-up lost time from vehicles passing the stop line.

    Parameters
    ----------
    queues
        Of each green that began with a queue: the seconds after the begin of green at which the
        vehicles that had stood passed [s].

    Raises
    ------
    TooFewQueues
        Fewer than five queues are long enough.

    Notes
    -----
    h is the mean headway from the fifth vehicle on; the lost time is what the first four needed
    beyond 4 h: HCM 2000, chapter 16, appendix H.
    """
    usable = [np.asarray(queue, float) for queue in queues if len(queue) > FIRST_UNAFFECTED + 1]
    means, starts = [], []
    for passed in usable:
        headways = np.diff(passed)[FIRST_UNAFFECTED - 1 :]
        good = headways[(headways > SHORTEST_S) & (headways < LONGEST_S)]
        if len(good) >= len(headways) / 2:
            means.append(float(good.mean()))
            starts.append(float(passed[FIRST_UNAFFECTED - 1]))
    if len(means) < FEWEST_QUEUES:
        raise TooFewQueues(f"{len(means)} queues of {FIRST_UNAFFECTED + 2} vehicles or more")
    headway = float(np.mean(means))
    error = float(np.std(means, ddof=1) / np.sqrt(len(means)))
    lost = max(0.0, float(np.mean(starts)) - FIRST_UNAFFECTED * headway)
    flow = 3600.0 / headway
    return Saturation(flow, flow * error / headway, lost, Source.MEASURED, len(means))
