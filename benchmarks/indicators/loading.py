"""How long the season takes to load, and whether it says what was reported."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.clocks import timed
from benchmarks.figures import Figure
from luchang.apps.dispatch.models import Action
from luchang.apps.kpi.selectors import value
from luchang.kernel import clock
from luchang.kernel.demo import Season, contributions
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics import Period

LIMIT_S = 300.0


def measure(*, scale: float, seed: int) -> Iterator[Figure]:
    season = Season(scale, seed)
    data = f"demo half-year, scale {scale:g}"
    missing = [each for each in contributions() if not each.is_loaded()]
    if missing:
        spent = timed(lambda: [each.load(season, by=SYSTEM, at=clock.now()) for each in missing])
        goal = LIMIT_S if scale == 1.0 else None
        yield Figure(
            "loading January to August 2021", spent.wall_s, "s", goal,
            data=data, seed=seed, n=Action.objects.count(), note=f"n: actions; {spent.note}",
        )  # fmt: skip
    off = [
        each.figure
        for contribution in contributions()
        for each in contribution.intended
        if abs(_found(each.indicator, each.scope, Period.of_days(each.first, each.last))
               - each.at(season)) > 0.51
    ]  # fmt: skip
    known = sum(len(each.intended) for each in contributions())
    yield Figure(
        "reported figures the indicators do not give", len(off), "figures", 0.0,
        data=data, seed=seed, n=known, note=", ".join(off),
    )  # fmt: skip


def _found(code: str, scope: str, period: Period) -> float:
    return value(code, period, by=SYSTEM, scope=scope).number or 0.0
