"""The nightly sweep."""

import logging

from procrastinate.contrib.django import app

from luchang.kernel import clock
from luchang.kernel.jobs.queues import LONG
from luchang.kernel.records.attachments import services

logger = logging.getLogger(__name__)


@app.periodic(cron="23 19 * * *", periodic_id="attachments", queueing_lock="attachments sweep")
@app.task(name="attachments.sweep", queue=LONG)
def sweep(timestamp: int) -> None:
    """Delete orphans and tell of lost files; 03:23 in Zhuzhou."""
    del timestamp
    _swept, lost = services.sweep(at=clock.now())
    if lost:
        logger.error("%d attachments are missing on the disk, first %s", len(lost), lost[0])
