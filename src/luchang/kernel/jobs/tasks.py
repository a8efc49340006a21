"""What runs in the worker: the postman, the sweeper, long jobs."""

from django.utils import translation
from procrastinate.contrib.django import app

from luchang.kernel import clock
from luchang.kernel.jobs import outbox, runs, services
from luchang.kernel.jobs.queues import LONG, QUICK
from luchang.kernel.live.services import trim


@app.task(name="jobs.deliver", queue=QUICK, priority=10)
def deliver() -> None:
    """Deliver what is due; called by each publisher."""
    outbox.deliver_due(at=clock.now())


@app.periodic(cron="* * * * * */3", periodic_id="round", queueing_lock="outbox round")
@app.task(name="jobs.deliver_round", queue=QUICK)
def deliver_round(timestamp: int) -> None:
    """Find what waits for a later try and what a killed publisher could not announce."""
    del timestamp
    outbox.deliver_due(at=clock.now())


@app.periodic(cron="* * * * * */10", periodic_id="sweep", queueing_lock="jobs sweep")
@app.task(name="jobs.sweep", queue=QUICK, priority=20)
def sweep(timestamp: int) -> None:
    """Settle what dead workers left behind."""
    del timestamp
    services.sweep(at=clock.now())


@app.task(name="jobs.run_long_job", queue=LONG)
def run_long_job(job_id: int) -> None:
    """Do one long job in the language of the house."""
    with translation.override("zh-hans"):
        try:
            runs.execute(job_id=job_id)
        except runs.Interrupted:
            services.resume_later(job_id=job_id, at=clock.now())


@app.periodic(cron="17 * * * *", periodic_id="trim", queueing_lock="live trim")
@app.task(name="live.trim", queue=QUICK)
def trim_stream(timestamp: int) -> None:
    """Forget changes nobody can resume from any more."""
    del timestamp
    trim(at=clock.now())
