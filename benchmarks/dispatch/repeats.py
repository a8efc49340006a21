"""Repeated calls: real accident calls of one county, found again after their place is blurred.

Labels. Services log one crash under their own titles (EMS, Fire, Traffic) with the very same
geocode. Two vehicle-accident calls with equal coordinates, to all printed digits, at most ten
minutes apart are labelled as one event; every later call of such a chain is a repeat. The
labels use the exact coordinates, the detector never sees them: every call's place is blurred by
its own normal error, as callers describe places, and the detector is told the size of such
errors, as a telephone tells it. Errors of the labels count against the detector: one crash
geocoded at two addresses is a "false merge" here.
No plates, phones or words are in the file; they can only help.
"""

from __future__ import annotations

import csv
import gzip
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from luchang.core.common.coordinates import degrees_from
from luchang.core.dispatch.duplicates import MatchParameters, MatchProblem, Report, find_matches
from tools.shared_data import data_set

WITHIN_S = 600.0
SEED = 911
IN_COUNTY = ((-75.8, -74.9), (39.9, 40.5))
TUNED_UNTIL = "2016-04-01"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A call, blurred, and the call that first told of its event (None: it is the first)."""

    report: Report
    repeats: int | None
    event: int
    day: str


def labelled_calls(blur_m: float) -> list[Labelled]:
    """Vehicle-accident calls in order of time; rows far outside the county are left out."""
    path = data_set("montco_911") / "calls_2015-12-10_2016-06-30.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if "VEHICLE ACCIDENT" in row["title"]]
    rng = np.random.default_rng(SEED)
    found: list[Labelled] = []
    last_of: dict[tuple[str, str], tuple[float, int, int]] = {}
    for number, row in enumerate(sorted(rows, key=lambda row: row["time_stamp"])):
        lon, lat = float(row["lng"]), float(row["lat"])
        if not all(low < x < high for x, (low, high) in zip((lon, lat), IN_COUNTY, strict=True)):
            continue
        stamp = datetime.fromisoformat(row["time_stamp"] + "+00:00")
        at_s, key = stamp.timestamp(), (row["lng"], row["lat"])
        before = last_of.get(key)
        repeats = before[1] if before and at_s - before[0] <= WITHIN_S else None
        event = before[2] if before and repeats is not None else number
        last_of[key] = (at_s, number, event)
        x, y = degrees_from(lon, lat, *(rng.normal(0.0, blur_m, 2) if blur_m else (0.0, 0.0)))
        # the title names the service that answered, not what happened: it is no category
        report = Report(number, float(x), float(y), at_s, accuracy_m=blur_m)
        found.append(Labelled(report, repeats, event, row["time_stamp"][:10]))
    return found


@dataclass(frozen=True, slots=True)
class Detection:
    """Counts of one run; a call is merged with the best match proposed for it."""

    repeats: int
    found: int
    firsts: int
    false: int

    @property
    def recall(self) -> float:
        """Share of the repeats merged with a call of their event [-]."""
        return self.found / self.repeats

    @property
    def false_share(self) -> float:
        """Share of all calls merged with a call of another event [-]."""
        return self.false / (self.repeats + self.firsts)


def detect(calls: list[Labelled], parameters: MatchParameters) -> Detection:
    """Play the calls in order, each against the calls of the last half hour."""
    times = [call.report.at_s for call in calls]
    event_of = {call.report.report_id: call.event for call in calls}
    repeats = found = firsts = false = 0
    for place, call in enumerate(calls):
        start = bisect_left(times, call.report.at_s - parameters.within_s)
        earlier = tuple(other.report for other in calls[start:place])
        matches = find_matches(MatchProblem(call.report, earlier, parameters))
        is_right = bool(matches) and event_of[matches[0].report_id] == call.event
        repeats += call.repeats is not None
        firsts += call.repeats is None
        found += call.repeats is not None and is_right
        false += bool(matches) and not is_right
    return Detection(repeats, found, firsts, false)


def chance_merges(calls: list[Labelled], parameters: MatchParameters) -> float:
    """Share of the calls that would be merged with calls of another week: all of them wrong.

    Calls of one event never stand a week apart, so what is found here is found by chance.
    """
    week_s = 7 * 86_400.0
    times = [call.report.at_s for call in calls]
    merged = 0
    for call in calls:
        report = replace(call.report, at_s=call.report.at_s + week_s)
        start = bisect_left(times, report.at_s - parameters.within_s)
        end = bisect_left(times, report.at_s)
        earlier = tuple(other.report for other in calls[start:end])
        merged += bool(find_matches(MatchProblem(report, earlier, parameters)))
    return merged / len(calls)
