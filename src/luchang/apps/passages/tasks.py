"""What runs in the worker; each part of the app has a block of its own."""

from procrastinate.contrib.django import app

from luchang.apps.passages.services import watching
from luchang.kernel import clock
from luchang.kernel.jobs.queues import QUICK

# Watch


@app.periodic(cron="* * * * * */20", periodic_id="watches", queueing_lock="passages watches")
@app.task(name="passages.keep_watch_time", queue=QUICK)
def keep_watch_time(timestamp: int) -> None:
    """Watches begin, end and lapse when it is time."""
    del timestamp
    watching.keep_time(at=clock.now())
