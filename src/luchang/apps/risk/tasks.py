"""What risk does by itself in the worker: the mayor's list once a month is over."""

from procrastinate.contrib.django import app

from luchang.apps.risk import services
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.jobs.queues import LONG


@app.periodic(cron="17 * * * *", periodic_id="mayors list", queueing_lock="risk mayors list")
@app.task(name="risk.close_month", queue=LONG)
def close_month(timestamp: int) -> None:
    """Every hour, so that a worker that slept through the first night makes up for it."""
    del timestamp
    at = clock.now()
    month = services.month_before(at)
    if not services.is_month_closed(month):
        services.close_month(month=month, by=SYSTEM, at=at)
