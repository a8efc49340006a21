"""What risk does by itself in the worker."""

from procrastinate.contrib.django import app

from luchang.apps.risk.services import instruments
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.jobs.queues import LONG


@app.periodic(cron="7 * * * *", periodic_id="risk exposures", queueing_lock="risk exposures")
@app.task(name="risk.end_exposures", queue=LONG)
def end_exposures(timestamp: int) -> None:
    """End the exposures whose period is over."""
    del timestamp
    instruments.end_due(by=SYSTEM, at=clock.now())
