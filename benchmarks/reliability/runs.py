"""One run: writers at work, one part killed again and again, then the verdict."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.reliability.kills import Kill
from benchmarks.reliability.verdict import Verdict, judge
from benchmarks.reliability.world import World
from benchmarks.reliability.writers import Answer, Ledger, writing

BETWEEN = 8
"""Records accepted between two kills: each kill meets a platform that works."""

STUCK_S = 240.0
SETTLE_S = 120.0
SEED = 122


@dataclass(frozen=True)
class Outcome:
    """What one run found."""

    kills: int
    accepted: Mapping[str, Answer]
    waits_s: list[float]
    tries: int
    refused: list[str]
    verdict: Verdict
    unfinished: int
    """Deliveries and jobs of the platform's own queue that nobody finished."""

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {len(self.accepted)} accepted in {self.tries} requests, "
            f"longest wait {max(self.waits_s):.1f} s: {len(self.verdict.lost)} lost, "
            f"{len(self.verdict.doubled)} doubled, {len(self.verdict.misnumbered)} misnumbered, "
            f"{len(self.refused)} refused, {self.unfinished} jobs unfinished"
        )


def under_kills(
    world: World, kill: Kill, *, times: int, name: str, keeps_key: bool = True
) -> Outcome:
    """Kill so often while writers write; everything the writers began is settled at the end."""
    dice, run = random.Random(SEED), f"{name} {time.monotonic_ns()}"
    with writing(world.url, world.token, run, keeps_key=keeps_key) as ledger:
        for _ in range(times):
            _until_more(ledger)
            time.sleep(dice.uniform(0, 0.3))
            _until(lambda: kill(world, dice), f"there is a {name} to kill")
        _until_more(ledger)
    _until(world.platform.answers, "the platform answers")
    return Outcome(
        kills=times,
        accepted=ledger.accepted,
        waits_s=ledger.waits_s,
        tries=ledger.tries,
        refused=ledger.refused,
        verdict=judge(world, run, ledger.accepted),
        unfinished=_unfinished(world),
    )


def _until_more(ledger: Ledger) -> None:
    before = len(ledger.accepted)
    _until(lambda: len(ledger.accepted) >= before + BETWEEN, "more is accepted")


def _until(happened: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + STUCK_S
    while not happened():
        if time.monotonic() > limit:
            raise TimeoutError(f"within {STUCK_S:.0f} s it did not happen: {what}")
        time.sleep(0.02)


def _unfinished(world: World) -> int:
    """Give the job worker the time its sweeper needs, then count what is left."""
    limit = time.monotonic() + SETTLE_S
    while (left := _left(world)) and time.monotonic() < limit:
        time.sleep(0.5)
    return left


def _left(world: World) -> int:
    ((deliveries, jobs),) = world.rows(
        "SELECT (SELECT count(*) FROM jobs_delivery WHERE status <> 'DONE'),"
        " (SELECT count(*) FROM jobs_job WHERE status IN ('WAITING', 'RUNNING'))"
    )
    return int(deliveries) + int(jobs)
