"""Who looks after the queue."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.permissions import SYSTEM, Permission, declare

MANAGE_JOBS = "jobs.manage_jobs"

declare(Permission(MANAGE_JOBS, _("管理后台任务和投递"), administrator=SYSTEM))
