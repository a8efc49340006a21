from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.ui import menu, tones
from luchang.kernel.ui.tones import Tone


class DispatchConfig(AppConfig):
    name = "luchang.apps.dispatch"
    label = "dispatch"

    def ready(self) -> None:
        """Permissions, indicators, pages and tones are known once their modules are read."""
        from luchang.apps.dispatch import kpis, policies, states  # noqa: F401, PLC0415 - once models are there

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
