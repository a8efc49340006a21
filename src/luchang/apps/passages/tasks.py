"""What passages have done by the worker."""

import time
from datetime import date
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from luchang.apps.passages.services import counting, links
from luchang.apps.passages.services.refusals import Refused
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.jobs.queues import LONG
from luchang.kernel.jobs.runs import JobRefused, Run, long_job

# Counts

COUNT_FOR_S = 300.0
"""One round counts as long as this: after a long absence the next rounds go on."""


@app.periodic(cron="3-59/5 * * * *", periodic_id="counts", queueing_lock="passages counts")
@app.task(name="passages.count_quarters", queue=LONG)
def count_quarters(timestamp: int) -> None:
    """Every five minutes: quarters that are over, and those that late rows came for."""
    del timestamp
    begun = time.monotonic()
    counting.seal_what_came()
    counting.count_stale(at=clock.now(), is_enough=lambda: time.monotonic() - begun > COUNT_FOR_S)


@long_job(links.SUGGEST, title=_("按过车建议路段"), attempts=2)
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
