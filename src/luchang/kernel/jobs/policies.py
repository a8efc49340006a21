"""Who looks after the queue."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.permissions import SYSTEM, Permission, declare
from luchang.kernel.jobs.models import Job

MANAGE_JOBS = "jobs.manage_jobs"

declare(Permission(MANAGE_JOBS, _("管理后台任务和投递"), administrator=SYSTEM))


def can_manage(actor: Actor, job: Job) -> bool:
    """Stop or repeat what somebody ordered; what nobody's unit ordered is the whole force's."""
    ordered_at = job.organisation
    if ordered_at is None:
        return actor.reach(MANAGE_JOBS).everything
    return actor.covers(MANAGE_JOBS, organisation_id=ordered_at.pk, path=ordered_at.path)
