"""What risk does by itself in the worker: the mayor's list, exposures whose period is over."""

from procrastinate.contrib.django import app

from luchang.apps.risk import services
from luchang.apps.risk.services import instruments
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


@app.periodic(cron="7 * * * *", periodic_id="risk exposures", queueing_lock="risk exposures")
@app.task(name="risk.end_exposures", queue=LONG)
def end_exposures(timestamp: int) -> None:
    """End the exposures whose period is over."""
    del timestamp
    instruments.end_due(by=SYSTEM, at=clock.now())
