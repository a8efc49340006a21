"""Who can be sent, joined to the shell: menu, palette, tones, workbench."""

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


class ForceConfig(AppConfig):
    name = "luchang.apps.force"
    label = "force"
    verbose_name = _("警力勤务")

    def ready(self) -> None:
        """Declare permissions and indicators; put pages, tones and panels into the shell."""
        from luchang.apps.force import kpis  # noqa: F401, PLC0415 - once models are there

        help_pages.register(help_pages.HelpPage("force", _("勤务队伍"), 60))
        _register_tones()
        _register_pages()
        _register_finds()
        workbench.register(
            workbench.Panel(workbench.Place.SHIFT, "force/workbench_shift.html", _own_shift)
        )


def _register_tones() -> None:
    from luchang.apps.force.states import Readiness, ShiftStatus  # noqa: PLC0415 - as above

    tones.register(
        "shift",
        ShiftStatus,
        {
            ShiftStatus.PLANNED: Tone.INFO,
            ShiftStatus.ON_DUTY: Tone.SUCCESS,
            ShiftStatus.ENDED: Tone.NEUTRAL,
            ShiftStatus.CANCELLED: Tone.NEUTRAL,
        },
    )
    tones.register(
        "readiness",
        Readiness,
        {
            Readiness.READY: Tone.SUCCESS,
            Readiness.RESTING: Tone.WARNING,
            Readiness.REFUELLING: Tone.WARNING,
            Readiness.BROKEN_DOWN: Tone.DANGER,
            Readiness.OTHER_TASK: Tone.PRIMARY,
        },
    )


def _register_pages() -> None:
    from luchang.apps.force.policies import SEE_FORCE  # noqa: PLC0415 - as above

    people, page = menu.Section.PEOPLE, menu.MenuItem
    menu.register(
        page(people, _("在岗警力"), "force.duty", SEE_FORCE, icon="shield", order=10, key="f"),
        page(people, _("班次"), "force.shifts", SEE_FORCE, icon="calendar-time", order=20),
        page(people, _("巡逻单元"), "force.units", SEE_FORCE, icon="users-group", order=30),
        page(people, _("警员"), "force.officers", SEE_FORCE, icon="user-shield", order=40),
        page(people, _("车辆"), "force.vehicles", SEE_FORCE, icon="car", order=50),
    )


def _register_finds() -> None:
    from luchang.apps.force import selectors  # noqa: PLC0415 - as above
    from luchang.apps.force.policies import SEE_FORCE  # noqa: PLC0415 - as above

    for order, (title, find) in enumerate(
        (
            (_("警员"), selectors.find_officers),
            (_("巡逻单元"), selectors.find_units),
            (_("车辆"), selectors.find_vehicles),
        ),
        start=20,
    ):
        search.register(search.Source(title, find, SEE_FORCE, order=order))


def _own_shift(actor: "Actor", at: datetime) -> Mapping[str, object]:
    from luchang.apps.force.selectors import shift_of_user  # noqa: PLC0415 - as above

    shift = shift_of_user(user_id=actor.user_id, at=at) if actor.user_id else None
    return {"shift": shift, "members": shift.members.select_related("officer") if shift else ()}
