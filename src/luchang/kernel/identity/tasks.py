"""What identity does by the clock."""

from datetime import timedelta

from procrastinate.contrib.django import app

from luchang.kernel import clock
from luchang.kernel.identity import allowances, attendance, services

QUICK = "quick"
"""The queue of short work, as `luchang.kernel.jobs` names it."""

ANNOUNCE_BACK = timedelta(minutes=3)
"""Longer than the pause between two runs: telling twice is harmless, missing one is not."""


@app.periodic(cron="* * * * *")
@app.task(name="identity.keep_sessions", queue=QUICK, queueing_lock="identity sessions")
def keep_sessions(timestamp: int) -> None:
    """End idle sessions, and tell whose appointments began or ended."""
    del timestamp
    at = clock.now()
    services.expire_sessions(idle=attendance.idle_limit(), longest=attendance.longest(), at=at)
    services.announce_appointments(since=at - ANNOUNCE_BACK, at=at)


@app.periodic(cron="20 3 * * *")
@app.task(name="identity.keep_accounts", queue=QUICK, queueing_lock="identity accounts")
def keep_accounts(timestamp: int) -> None:
    """Lock dormant accounts and forget counters nobody needs."""
    del timestamp
    at = clock.now()
    services.disable_dormant(at=at)
    allowances.forget(at=at)
