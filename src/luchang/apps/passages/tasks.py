"""What passages have done by the worker: sealing, order, retention, health, erasing."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from luchang.apps.passages import services
from luchang.apps.passages.models import Erasure
from luchang.apps.passages.selectors import the_store
from luchang.apps.passages.services import upkeep
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.jobs.queues import LONG
from luchang.kernel.jobs.runs import JobRefused, Run, long_job

PATIENCE_S = 120.0
"""How long an erasure waits for whoever works on the files."""

logger = logging.getLogger(__name__)
Found = TypeVar("Found")


@app.periodic(cron="*/5 * * * *", periodic_id="seal", queueing_lock="passages seal")
@app.task(name="passages.seal", queue=LONG)
def seal(timestamp: int) -> None:
    """Turn what came in into segments."""
    del timestamp
    _unless_busy(lambda: upkeep.seal_passages(store=the_store(), at=clock.now()))


@app.periodic(cron="25 * * * *", periodic_id="arrange", queueing_lock="passages arrange")
@app.task(name="passages.arrange", queue=LONG)
def arrange(timestamp: int) -> None:
    """Put days that are over in order, those with late rows again."""
    del timestamp
    _unless_busy(lambda: upkeep.arrange_passages(store=the_store(), at=clock.now()))


@app.periodic(cron="40 3 * * *", periodic_id="retention", queueing_lock="passages retention")
@app.task(name="passages.drop_old", queue=LONG)
def drop_old(timestamp: int) -> None:
    """Remove passages and pictures past their time."""
    del timestamp
    _unless_busy(
        lambda: upkeep.drop_old_passages(
            store=the_store(),
            pictures=Path(settings.PASSAGE_PICTURES),
            keep=timedelta(days=settings.PASSAGE_DAYS),
            keep_pictures=timedelta(days=settings.PICTURE_DAYS),
            at=clock.now(),
        )
    )


@app.periodic(cron="*/5 * * * *", periodic_id="health", queueing_lock="passages health")
@app.task(name="passages.look_after_cameras", queue=LONG)
def look_after_cameras(timestamp: int) -> None:
    """Report cameras that are out of order, and those that are well again."""
    del timestamp
    with translation.override("zh-hans"):
        services.look_after_cameras(by=SYSTEM, at=clock.now())


@long_job(services.ERASING, title=gettext_lazy("删除过车记录"), attempts=3)
def erase(run: Run, *, erasure_id: int) -> None:
    """Erase what two persons agreed on; waits for whoever works on the files."""
    try:
        rows = _patiently(
            lambda: services.carry_out_erasure(
                erasure_id=erasure_id, store=the_store(), by=SYSTEM, at=clock.now()
            )
        )
    except Erasure.DoesNotExist:  # done by the run before this one
        return
    run.result(
        name=_("删除过车记录%(rows)d条") % {"rows": rows},
        url=reverse("passages.erasure", args=[erasure_id]),
    )


def _patiently(work: Callable[[], Found]) -> Found:
    """Wait for another process that is at the files, but not for ever."""
    from luchang.kernel.segments import Busy  # noqa: PLC0415 - its kernels take a second to load

    limit = time.monotonic() + PATIENCE_S
    while True:
        try:
            return work()
        except Busy as busy:
            if time.monotonic() > limit:
                raise JobRefused(_("过车存储正忙，请重做此任务")) from busy
            time.sleep(1)


def _unless_busy(work: Callable[[], Found]) -> Found | None:
    """Leave the work to the next time where another process is at the files."""
    from luchang.kernel.segments import Busy  # noqa: PLC0415 - its kernels take a second to load

    try:
        return work()
    except Busy as busy:
        logger.info("busy: %s", busy)
        return None
