"""Clearing away kept values every night."""

from procrastinate.contrib.django import app

from luchang.apps.kpi.services import keeping
from luchang.kernel import clock


@app.periodic(cron="23 19 * * *", periodic_id="sweep", queueing_lock="kpi sweep")
@app.task(name="kpi.sweep", queue="long")
def sweep(timestamp: int) -> None:
    """At 03:23 in Zhuzhou, when nobody asks for a half-year."""
    del timestamp
    keeping.sweep(at=clock.now())
