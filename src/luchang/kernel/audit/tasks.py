"""Sealing every few seconds, verifying every night."""

import time

from procrastinate.contrib.django import app

from luchang.kernel import clock
from luchang.kernel.audit import sealing, sinks
from luchang.kernel.audit.verification import verify, verify_and_keep

QUEUE = "quick"
"""The jobs package lies above this one; the name is its `queues.QUICK`."""


@app.periodic(cron="* * * * * */5", periodic_id="seal", queueing_lock="audit seal")
@app.task(name="audit.seal", queue=QUEUE)
def seal(timestamp: int) -> None:
    """Close what is waiting and write the heads outside."""
    del timestamp
    sealing.seal_all(at=clock.now())
    sinks.publish()


@app.periodic(cron="41 18 * * *", periodic_id="verify", queueing_lock="audit verify")
@app.task(name="audit.verify", queue="long")
def verify_nightly(timestamp: int) -> None:
    """Check the whole log; 02:41 in Zhuzhou. The status page shows what it found."""
    del timestamp
    started = time.monotonic()
    report = verify()
    verify_and_keep(at=clock.now(), took_s=time.monotonic() - started, report=report)
