"""Amber, all-red and pedestrian minima from speed, distance and how people walk."""

from __future__ import annotations

import math

GRAVITY_MPS2 = 9.81


def amber_s(
    speed_mps: float,
    *,
    grade: float = 0.0,
    reaction_s: float = 1.0,
    braking_mps2: float = 3.05,
    least_s: float = 3.0,
) -> float:
    """Time in which a driver who can no longer stop reaches the stop line [s].

    Parameters
    ----------
    speed_mps
        Speed of approach [m/s].
    grade
        Rise over run, negative downhill [-].
    reaction_s, braking_mps2
        Of the driver [s], and what all brake with in the wet [m/s^2].
    least_s
        Shortest amber the rules allow [s].

    Returns
    -------
    float
        Whole seconds, rounded up, at least `least_s`.

    Notes
    -----
    y = t + v / (2 (a + g G)); reaction 1 s and braking of 10 ft/s^2 are the usual values [1]_.

    References
    ----------
    .. [1] Institute of Transportation Engineers, kinematic change interval; after Gazis, D.,
       Herman, R., Maradudin, A. (1960). The problem of the amber signal light in traffic flow.
       Operations Research 8 (1), 112-132.
    """
    braking = 2.0 * (braking_mps2 + GRAVITY_MPS2 * grade)
    if braking <= 0.0:
        raise ValueError(f"no braking on a grade of {grade}")
    return float(math.ceil(max(least_s, reaction_s + speed_mps / braking) - 1e-9))


def all_red_s(
    clear_m: float, clear_speed_mps: float, *, length_m: float = 6.0, enter_s: float = 0.0
) -> float:
    """Time for the last vehicle to leave a conflict before the other side enters it [s].

    Parameters
    ----------
    clear_m
        From the stop line to the end of the conflict area [m].
    clear_speed_mps
        At which it leaves [m/s].
    length_m
        Of the vehicle [m].
    enter_s
        Time the other side needs from its stop line to the conflict [s].

    Notes
    -----
    r = (w + L) / v - e, not below 0; the clearance of the ITE change interval with the entering
    time of European practice taken off.
    """
    if clear_speed_mps <= 0.0:
        raise ValueError(f"speed {clear_speed_mps} m/s")
    return float(math.ceil(max(0.0, (clear_m + length_m) / clear_speed_mps - enter_s) - 1e-9))


def walking_green_s(crossing_m: float, *, walk_mps: float = 1.0, start_s: float = 5.0) -> float:
    """Shortest green of a crossing: time to begin, and to walk across [s].

    Notes
    -----
    g = s + w / v. One metre a second lets nearly everybody across; the flashing part, where a
    controller has one, counts as green here.
    """
    if crossing_m <= 0.0 or walk_mps <= 0.0:
        raise ValueError(f"crossing {crossing_m} m at {walk_mps} m/s")
    return float(math.ceil(start_s + crossing_m / walk_mps - 1e-9))
