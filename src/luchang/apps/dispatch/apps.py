from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.ui import help as help_pages
from luchang.kernel.ui import menu, search, tones, workbench
from luchang.kernel.ui.tones import Tone

if TYPE_CHECKING:
    from luchang.kernel.identity.actors import Actor

SHOWN = 10
"""Incidents on the workbench; the board has all of them."""


class DispatchConfig(AppConfig):
    name = "luchang.apps.dispatch"
    label = "dispatch"

    def ready(self) -> None:
        """Permissions, indicators, pages and tones are known once their modules are read."""
        from luchang.apps.dispatch import kpis  # noqa: F401, PLC0415 - declares them

        help_pages.register(help_pages.HelpPage("dispatch", _("指挥调度"), 10))
        _register_tones()
        _register_pages()
        _register_finds()
        _register_files()


def _register_tones() -> None:
    from luchang.apps.dispatch import states  # noqa: PLC0415 - after the registry

    status, order = states.IncidentStatus, states.DispatchStatus
    tones.register(
        "incident",
        status,
        {
            status.OPEN: Tone.DANGER,
            status.RETURNED: Tone.DANGER,
            status.DISPATCHED: Tone.WARNING,
            status.ACCEPTED: Tone.PRIMARY,
            status.ARRIVED: Tone.PRIMARY,
            status.HANDLING: Tone.PRIMARY,
            status.FEEDBACK: Tone.INFO,
            status.CLOSED: Tone.SUCCESS,
            status.MERGED: Tone.NEUTRAL,
            status.CANCELLED: Tone.NEUTRAL,
        },
    )
    tones.register(
        "dispatch",
        order,
        {
            order.QUEUED: Tone.NEUTRAL,
            order.SENT: Tone.WARNING,
            order.SIGNED: Tone.PRIMARY,
            order.ARRIVED: Tone.PRIMARY,
            order.FINISHED: Tone.SUCCESS,
            order.CANCELLED: Tone.NEUTRAL,
            order.RETURNED: Tone.DANGER,
        },
    )
    tones.register(
        "grade",
        states.Grade,
        {
            states.Grade.FIRST: Tone.DANGER,
            states.Grade.SECOND: Tone.WARNING,
            states.Grade.THIRD: Tone.PRIMARY,
            states.Grade.FOURTH: Tone.NEUTRAL,
        },
    )


def _register_pages() -> None:
    from luchang.apps.dispatch import policies  # noqa: PLC0415 - after the registry

    menu.register(
        *(
            menu.MenuItem(
                section=menu.Section.COMMAND,
                title=title,
                url_name=f"dispatch.{name}",
                permission=permission,
                icon=icon,
                order=order_,
                key=key,
            )
            for name, title, permission, icon, order_, key in (
                ("desk", _("接警台"), policies.TAKE_CALLS, "headset", 10, "d"),
                ("board", _("指挥看板"), policies.SEE, "layout-kanban", 20, "b"),
                ("map", _("警情地图"), policies.SEE, "map-2", 30, "m"),
                ("incidents", _("警情台账"), policies.SEE, "urgent", 40, "i"),
                ("calls", _("接警单"), policies.SEE, "phone-call", 50, ""),
                ("dispatches", _("派警单"), policies.SEE, "car", 60, ""),
                ("feedbacks", _("反馈单"), policies.SEE, "message-report", 70, ""),
                ("patrol", _("我的任务"), policies.ANSWER, "device-mobile", 80, "p"),
                ("rules", _("时限规则"), policies.SEE, "clock-hour-4", 90, ""),
            )
        )
    )


def _register_finds() -> None:
    from luchang.apps.dispatch import policies  # noqa: PLC0415 - after the registry
    from luchang.apps.dispatch.selectors.palette import find_incidents  # noqa: PLC0415 - as above

    search.register(search.Source(_("警情"), find_incidents, policies.SEE, order=10))
    workbench.register(
        workbench.Panel(
            workbench.Place.INCIDENTS,
            "dispatch/workbench_incidents.html",
            _live_incidents,
            policies.SEE,
        )
    )
    workbench.register(
        workbench.Panel(
            workbench.Place.FIGURES,
            "dispatch/workbench_tasks.html",
            _own_tasks,
            policies.ANSWER,
            order=10,
        )
    )


def _register_files() -> None:
    from luchang.apps.dispatch.selectors import files  # noqa: PLC0415 - after the registry
    from luchang.apps.dispatch.services.files import files_changed  # noqa: PLC0415 - as above
    from luchang.kernel.records.attachments import registry  # noqa: PLC0415 - as above

    registry.register(
        files.SUBJECT, may_see=files.may_see, may_attach=files.may_add, changed=files_changed
    )


def _live_incidents(actor: "Actor", at: datetime) -> Mapping[str, object]:
    """The most urgent of the board, and how many there are."""
    from luchang.apps.dispatch import selectors  # noqa: PLC0415 - after the registry
    from luchang.apps.dispatch.selectors.cards import incident_card  # noqa: PLC0415 - as above
    from luchang.apps.dispatch.selectors.labels import category_labels  # noqa: PLC0415 - as above
    from luchang.kernel.live.selectors import latest  # noqa: PLC0415 - as above

    del at
    since, names = latest(), category_labels()
    rows = selectors.live_incidents(actor)
    cards = [incident_card(row) for row in rows[:SHOWN]]
    return {
        "since": since,
        "rows": [(card, names.get(card.category, card.category)) for card in cards],
        "count": len(cards) if len(cards) < SHOWN else selectors.incidents(actor).live().count(),  # type: ignore[attr-defined]
    }


def _own_tasks(actor: "Actor", at: datetime) -> Mapping[str, object]:
    """What this crew was sent to and has not finished."""
    from luchang.apps.dispatch.selectors.reached import tasks_of  # noqa: PLC0415 - as above

    return {"count": len(tasks_of(actor, at=at))}
