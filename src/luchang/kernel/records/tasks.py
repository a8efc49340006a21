"""The clock that needs no browser."""

from procrastinate.contrib.django import app

from luchang.kernel import clock
from luchang.kernel.jobs.queues import QUICK
from luchang.kernel.records import deadlines, messages


@app.periodic(cron="* * * * * */3", periodic_id="evaluate", queueing_lock="deadlines evaluate")
@app.task(name="records.evaluate_deadlines", queue=QUICK, priority=15)
def evaluate_deadlines(timestamp: int) -> None:
    """Warn, mark as overdue, escalate."""
    del timestamp
    deadlines.evaluate(at=clock.now())


@app.periodic(cron="* * * * * */5", periodic_id="send", queueing_lock="messages send")
@app.task(name="records.send_messages", queue=QUICK)
def send_messages(timestamp: int) -> None:
    """Hand short messages to the gateway."""
    del timestamp
    messages.send_due(at=clock.now())
