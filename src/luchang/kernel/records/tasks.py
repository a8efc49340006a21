"""The clock that needs no browser."""

from procrastinate.contrib.django import app

from luchang.kernel import clock
from luchang.kernel.jobs.queues import QUICK
from luchang.kernel.records import deadlines


@app.periodic(cron="* * * * * */3", periodic_id="evaluate", queueing_lock="deadlines evaluate")
@app.task(name="records.evaluate_deadlines", queue=QUICK, priority=15)
def evaluate_deadlines(timestamp: int) -> None:
    """Warn, mark as overdue, escalate."""
    del timestamp
    deadlines.evaluate(at=clock.now())
