"""What the kernel's own records put on the menu and on the workbench."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from luchang.apps.kpi import selectors as kpi
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs.policies import MANAGE_JOBS
from luchang.kernel.jobs.states import JobStatus
from luchang.kernel.metrics import Period, find
from luchang.kernel.records import notices, policies
from luchang.kernel.records.models import Notification, Todo
from luchang.kernel.ui import menu, tones, workbench
from luchang.screens.inbox import TONES

SHOWN = 8
NOW = {
    "dispatch.waiting": ("urgent", "danger"),
    "dispatch.under_way": ("car", "primary"),
    "force.officers_now": ("shield", "success"),
    "force.crews_ready_now": ("shield-check", "success"),
}
"""The indicators on the workbench, with their icons and tones."""

MENU = (
    menu.MenuItem(
        menu.Section.WORK,
        _("我的待办"),
        "todos",
        icon="checklist",
        order=20,
        key="t",
        count=lambda actor: Todo.objects.waiting_for(actor).count(),
    ),
    menu.MenuItem(
        menu.Section.WORK, _("通知"), "notices", icon="bell", order=30, count=notices.unread
    ),
    menu.MenuItem(menu.Section.WORK, _("我的后台任务"), "jobs", icon="clock", order=40),
    menu.MenuItem(
        menu.Section.PLATFORM, _("字典"), "records.codes", policies.MANAGE_CODES, order=40
    ),
    menu.MenuItem(
        menu.Section.PLATFORM,
        _("节假日调整"),
        "records.holidays",
        policies.MANAGE_CALENDAR,
        order=50,
    ),
    menu.MenuItem(
        menu.Section.PLATFORM, _("时限规则"), "records.rules", policies.MANAGE_RULES, order=55
    ),
    menu.MenuItem(
        menu.Section.PLATFORM, _("投递失败"), "jobs.dead_letters", MANAGE_JOBS, order=60
    ),
    menu.MenuItem(
        menu.Section.PLATFORM,
        _("短信发送记录"),
        "records.messages",
        policies.SEE_MESSAGES,
        order=65,
    ),
)


def register() -> None:
    """Called once the apps are ready."""
    menu.register(*MENU)
    tones.register(
        "job",
        JobStatus,
        {
            JobStatus.WAITING: tones.Tone.INFO,
            JobStatus.RUNNING: tones.Tone.PRIMARY,
            JobStatus.DONE: tones.Tone.SUCCESS,
            JobStatus.FAILED: tones.Tone.DANGER,
            JobStatus.CANCELLED: tones.Tone.NEUTRAL,
        },
    )
    workbench.register(
        workbench.Panel(workbench.Place.FIGURES, "screens/workbench_figures.html", _figures)
    )
    workbench.register(
        workbench.Panel(workbench.Place.TODOS, "inbox/workbench_todos.html", _todos)
    )
    workbench.register(
        workbench.Panel(workbench.Place.NOTICES, "inbox/workbench_notices.html", _notices)
    )


def _figures(actor: Actor, at: datetime) -> Mapping[str, object]:
    """What goes on now; a figure somebody may not see is left out, not shown as zero."""
    seen = [code for code in NOW if actor.may(find(code).permission)]
    found = kpi.values(seen, Period.day_of(at), by=actor)
    return {
        "figures": [(each, *NOW[each.code]) for each in found],
        "todos": Todo.objects.waiting_for(actor).count(),
    }


def _todos(actor: Actor, at: datetime) -> Mapping[str, object]:
    rows = list(Todo.objects.waiting_for(actor).order_by("due_at", "pk")[: SHOWN + 1])
    looks = [(each, each.colour(at=at)) for each in rows[:SHOWN]]
    return {
        "rows": [(each, str(colour.label), TONES[colour]) for each, colour in looks],
        "count": f"{SHOWN}+" if len(rows) > SHOWN else len(rows),
    }


def _notices(actor: Actor, at: datetime) -> Mapping[str, object]:
    del at
    return {
        "rows": list(Notification.objects.of(actor)[:SHOWN]),
        "unread": notices.unread(actor),
    }
