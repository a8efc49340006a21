"""Delay at one signalled lane in closed form: what textbooks give for steady traffic.

They start and check the search; the plans themselves are judged by the queues of `fixed.queues`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

MIN_CYCLE_S, MAX_CYCLE_S = 25.0, 180.0


class Oversaturated(ValueError):
    """Critical flows leave no time in the cycle."""


def webster_cycle(flow_ratios: Sequence[float], lost_time_s: float) -> float:
    """Cycle length that minimises mean delay under random arrivals.

    Parameters
    ----------
    flow_ratios
        Critical demand / saturation flow, one per stage [-].
    lost_time_s
        Start-up and clearance time lost per cycle [s].

    Returns
    -------
    float
        Cycle length [s], held within MIN_CYCLE_S and MAX_CYCLE_S.

    Raises
    ------
    Oversaturated
        The flow ratios sum to 1 or more.

    Notes
    -----
    C = (1.5 L + 5) / (1 - Y), where Y is the sum of the flow ratios [1]_.

    References
    ----------
    .. [1] Webster, F. V. (1958). Traffic Signal Settings. Road Research Technical Paper No. 39,
       HMSO, London.
    """
    total = sum(flow_ratios)
    if total >= 1.0:
        raise Oversaturated(f"flow ratios sum to {total:.2f}")
    return min(max((1.5 * lost_time_s + 5.0) / (1.0 - total), MIN_CYCLE_S), MAX_CYCLE_S)


def webster_delay(flow_vph: float, saturation_vph: float, green_s: float, cycle_s: float) -> float:
    """Mean delay under random arrivals and fixed times [s/veh].

    Parameters
    ----------
    flow_vph, saturation_vph
        Demand and saturation flow [veh/h].
    green_s
        Effective green [s].
    cycle_s
        Cycle [s].

    Raises
    ------
    Oversaturated
        Demand reaches capacity: delay grows with time, see `incremental_delay`.

    Notes
    -----
    d = C (1-l)^2 / (2 (1 - l x)) + x^2 / (2 q (1-x)) - 0.65 (C/q^2)^(1/3) x^(2+5l), with l = g/C,
    x = q/(l s), q in veh/s [1]_.

    References
    ----------
    .. [1] Webster, F. V. (1958), equation 2.
    """
    share, flow = green_s / cycle_s, flow_vph / 3600.0
    x = flow_vph / (share * saturation_vph)
    if x >= 1.0:
        raise Oversaturated(f"degree of saturation {x:.2f}")
    if flow_vph == 0.0:
        return uniform_delay(0.0, saturation_vph, green_s, cycle_s)
    random = x * x / (2.0 * flow * (1.0 - x))
    correction: float = 0.65 * (cycle_s / flow**2) ** (1.0 / 3.0) * x ** (2.0 + 5.0 * share)
    return uniform_delay(flow_vph, saturation_vph, green_s, cycle_s) + random - correction


def uniform_delay(flow_vph: float, saturation_vph: float, green_s: float, cycle_s: float) -> float:
    """Mean delay of vehicles that come evenly, the queue emptied every cycle [s/veh].

    Notes
    -----
    d1 = C (1-l)^2 / (2 (1 - min(1, x) l)): area of the triangle between arrivals and departures
    over the vehicles of a cycle; equation 16-11 of HCM 2000 [1]_.

    References
    ----------
    .. [1] Transportation Research Board (2000). Highway Capacity Manual, chapter 16.
    """
    share = green_s / cycle_s
    if share >= 1.0:
        return 0.0
    x = min(1.0, flow_vph / (share * saturation_vph))
    return cycle_s * (1.0 - share) ** 2 / (2.0 * (1.0 - x * share))


def incremental_delay(
    flow_vph: float, saturation_vph: float, green_s: float, cycle_s: float, hours: float
) -> float:
    """Delay by chance and by oversaturation within a period that begins without a queue [s/veh].

    Notes
    -----
    d2 = 900 T ((x-1) + sqrt((x-1)^2 + 8 k I x / (c T))), c = s g/C, k = 0.5 for fixed times,
    I = 1 for a junction on its own; equation 16-12 of HCM 2000.
    """
    capacity = saturation_vph * green_s / cycle_s
    x = flow_vph / capacity
    over = x - 1.0
    return 900.0 * hours * (over + math.sqrt(over * over + 4.0 * x / (capacity * hours)))


def control_delay(
    flow_vph: float, saturation_vph: float, green_s: float, cycle_s: float, hours: float = 0.25
) -> float:
    """Uniform and incremental delay together, oversaturation included [s/veh]."""
    lane = (flow_vph, saturation_vph, green_s, cycle_s)
    return uniform_delay(*lane) + incremental_delay(*lane, hours)


def dispersed(profile: Sequence[float], travel_s: float) -> list[float]:
    """Cyclic flow profile after a platoon has travelled, one value a second.

    Parameters
    ----------
    profile
        Departures in each second of the cycle [veh].
    travel_s
        Mean travel time [s].

    Notes
    -----
    q'(t + 0.8 T) = F q(t) + (1-F) q'(t + 0.8 T - 1), F = 1 / (1 + 0.35 * 0.8 T) [1]_.

    References
    ----------
    .. [1] Robertson, D. I. (1969). TRANSYT: a traffic network study tool. Road Research
       Laboratory Report LR 253, Crowthorne.
    """
    lag = round(0.8 * travel_s)
    factor = 1.0 / (1.0 + 0.35 * 0.8 * travel_s)
    size = len(profile)
    after = [0.0] * size
    value = sum(profile) / size if size else 0.0
    for second in range(20 * size):  # the cycle repeats until it no longer changes
        value = factor * profile[second % size] + (1.0 - factor) * value
        after[(second + lag) % size] = value
    return after
