"""What is due is put before people without anybody asking."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from luchang.apps.subjects import services
from luchang.kernel import clock
from luchang.kernel.history import attributed
from luchang.kernel.identity.actors import Forbidden
from luchang.kernel.identity.models import User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.jobs.queues import QUICK
from luchang.kernel.jobs.runs import JobRefused, Run, long_job


@app.periodic(cron="*/5 * * * *", periodic_id="urge", queueing_lock="subjects urge")
@app.task(name="subjects.urge_due", queue=QUICK)
def urge_due(timestamp: int) -> None:
    """Start the clocks and to-dos of what is due soon."""
    del timestamp
    services.urge_due(at=clock.now())


@long_job(services.REGROUPING, title=_("重点车辆重新归类"), beside=True)
def regroup(run: Run, *, user_id: int) -> None:
    """Judge all vehicles by the rules of today, within what the person may do now."""
    at = clock.now()
    by = actor_for(User.objects.get(pk=user_id), at=at)
    try:
        with attributed(by):
            changed = services.regroup_all(
                by=by, at=at, told=lambda done, whole: run.progress(done, of=whole)
            )
    except Forbidden as refused:
        raise JobRefused(str(_("您已不再管理全市重点对象"))) from refused
    run.result(
        name=str(_("类别有变化的车辆：%(count)d辆") % {"count": changed}),
        url=reverse("subjects.vehicles"),
    )
