"""What is due is put before people without anybody asking."""

from procrastinate.contrib.django import app

from luchang.apps.subjects import services
from luchang.kernel import clock
from luchang.kernel.jobs.queues import QUICK


@app.periodic(cron="*/5 * * * *", periodic_id="urge", queueing_lock="subjects urge")
@app.task(name="subjects.urge_due", queue=QUICK)
def urge_due(timestamp: int) -> None:
    """Start the clocks and to-dos of what is due soon."""
    del timestamp
    services.urge_due(at=clock.now())
