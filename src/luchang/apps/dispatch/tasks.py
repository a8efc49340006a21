"""What 122 does by itself in the worker: clocks, arrivals, queued orders."""

from procrastinate.contrib.django import app

from luchang.apps.dispatch.services import arrivals, clocks, queues
from luchang.kernel import clock
from luchang.kernel.jobs.queues import QUICK


@app.periodic(cron="* * * * * */3", periodic_id="clocks", queueing_lock="dispatch clocks")
@app.task(name="dispatch.watch_clocks", queue=QUICK, priority=15)
def watch_clocks(timestamp: int) -> None:
    """Escalate what ran out; no browser has to be open for it."""
    del timestamp
    clocks.escalate_overdue(at=clock.now())


@app.periodic(cron="* * * * * */5", periodic_id="arrivals", queueing_lock="dispatch arrivals")
@app.task(name="dispatch.watch_arrivals", queue=QUICK, priority=15)
def watch_arrivals(timestamp: int) -> None:
    """See who has arrived, and send those whose queued order's turn has come."""
    del timestamp
    at = clock.now()
    arrivals.detect_arrivals(at=at)
    queues.send_waiting(at=at)
