"""What passages have done by the worker: sealing, order, counts, health, erasing, watches."""

import logging
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
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
from luchang.apps.passages.services import comparing, counting, links, upkeep, watching
from luchang.apps.passages.services.refusals import Refused
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.jobs.queues import LONG, QUICK
from luchang.kernel.jobs.runs import JobRefused, Run, long_job

PATIENCE_S = 120.0
"""How long an erasure waits for whoever works on the files."""

COUNT_FOR_S = 300.0
"""One round counts as long as this: after a long absence the next rounds go on."""

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


@app.periodic(cron="50 3 * * *", periodic_id="drop counts", queueing_lock="passages drop counts")
@app.task(name="passages.drop_old_counts", queue=LONG)
def drop_old_counts(timestamp: int) -> None:
    """Remove counts past their time."""
    del timestamp
    upkeep.drop_old_counts(keep=timedelta(days=settings.COUNT_DAYS), at=clock.now())


@app.periodic(cron="*/5 * * * *", periodic_id="health", queueing_lock="passages health")
@app.task(name="passages.look_after_cameras", queue=LONG)
def look_after_cameras(timestamp: int) -> None:
    """Report cameras that are out of order, and those that are well again."""
    del timestamp
    with translation.override("zh-hans"):
        services.look_after_cameras(by=SYSTEM, at=clock.now())


@app.periodic(cron="* * * * * */20", periodic_id="watches", queueing_lock="passages watches")
@app.task(name="passages.keep_watch_time", queue=QUICK)
def keep_watch_time(timestamp: int) -> None:
    """Watches begin, end and lapse when it is time."""
    del timestamp
    watching.keep_time(at=clock.now())


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


@app.periodic(cron="3-59/5 * * * *", periodic_id="counts", queueing_lock="passages counts")
@app.task(name="passages.count_quarters", queue=LONG)
def count_quarters(timestamp: int) -> None:
    """Every five minutes: quarters that are over, and those that late rows came for."""
    del timestamp
    begun = time.monotonic()
    counting.count_stale(at=clock.now(), is_enough=lambda: time.monotonic() - begun > COUNT_FOR_S)


@app.periodic(cron="50 4 * * *", periodic_id="clones", queueing_lock="passages clones")
@app.task(name="passages.compare_plates", queue=LONG)
def compare_plates(timestamp: int) -> None:
    """Once a day, when yesterday stands in order: plates that were at two places at once."""
    del timestamp
    try:
        comparing.compare_plates(store=the_store(), by=SYSTEM, at=clock.now())
    except Refused as refusal:  # no roads or no passages yet: there is nothing to compare
        logger.info("not compared: %s", refusal)


@long_job(links.SUGGEST, title=gettext_lazy("按过车建议路段"), attempts=2)
def suggest_links(run: Run, *, day: str, user_id: int | None) -> None:
    """Begun again it proposes only what is not there yet."""
    at = clock.now()
    by = SYSTEM if user_id is None else actor_for(User.objects.get(pk=user_id), at=at)
    try:
        made = links.suggest_links(
            day=date.fromisoformat(day), by=by, at=at, ticking=partial(_tell, run)
        )
    except Refused as refusal:
        raise JobRefused(str(refusal)) from refusal
    run.result(name=f"{len(made)}", url=reverse("passages.links") + "?status=SUGGESTED")


def _tell(run: Run, done: int, total: int) -> None:
    run.progress(done, of=total)


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
