"""Risk lists and their instruments, joined to the shell."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor
from luchang.kernel.ui import help as help_pages
from luchang.kernel.ui import menu, search, tones, workbench
from luchang.kernel.ui.tones import Tone

SHOWN = 6


class RiskConfig(AppConfig):
    name = "luchang.apps.risk"
    label = "risk"
    verbose_name = _("隐患治理")

    def ready(self) -> None:
        """Declare permissions, indicators and papers; put pages and tones into the shell."""
        from luchang.apps.risk import kpis, policies  # noqa: F401, PLC0415 - once models are there
        from luchang.apps.risk.bridge import papers  # noqa: F401, PLC0415 - as above

        help_pages.register(help_pages.HelpPage("risk", _("隐患治理"), 40))
        _join_hazards()
        _register_instrument_tones()
        _register_instrument_pages()
        _put_cards_on_subjects()


def _put_cards_on_subjects() -> None:
    """What was done about a key subject, on its own page."""
    from luchang.apps.risk import selectors  # noqa: PLC0415 - as above
    from luchang.apps.risk.policies import SEE_RISK  # noqa: PLC0415 - as above
    from luchang.apps.risk.selectors import instruments  # noqa: PLC0415 - as above
    from luchang.kernel.ledgers.specs import Part, add_part  # noqa: PLC0415 - as above

    def hazards(key: str) -> Part[Any]:
        return Part(
            template="risk/_of_subject.html",
            values=lambda row, by, _at: selectors.of_subject(key, row, by),
            permission=SEE_RISK,
            order=65,
        )

    add_part("subjects.enterprise", hazards("enterprise"))
    add_part("subjects.source", hazards("freight_source"))
    add_part("subjects.vehicle", hazards("vehicle"))
    add_part("subjects.driver", hazards("driver"))

    def card(of: Callable[[int, Actor], dict[str, object] | None]) -> Part[Any]:
        return Part(
            template="risk/_about_subject.html",
            values=lambda row, by, _at: of(row.pk, by),
            permission=SEE_RISK,
            order=70,
        )

    add_part("subjects.enterprise", card(instruments.about_enterprise))
    add_part("subjects.vehicle", card(instruments.about_vehicle))


def _join_hazards() -> None:
    from luchang.apps.risk import selectors, states  # noqa: F401, PLC0415 - once models are there
    from luchang.apps.risk.policies import FIND, SEE_RISK  # noqa: PLC0415 - once models are there
    from luchang.apps.risk.states.hazards import (  # noqa: PLC0415 - beside them
        ExtensionStatus,
        HazardStatus,
        SupervisionStatus,
    )

    tones.register(
        "hazard",
        HazardStatus,
        {
            HazardStatus.FOUND: Tone.INFO,
            HazardStatus.HANDED_OVER: Tone.WARNING,
            HazardStatus.RETURNED: Tone.DANGER,
            HazardStatus.SIGNED: Tone.PRIMARY,
            HazardStatus.SUBMITTED: Tone.WARNING,
            HazardStatus.ACCEPTED: Tone.INFO,
            HazardStatus.STRUCK_OFF: Tone.SUCCESS,
            HazardStatus.REOPENED: Tone.DANGER,
            HazardStatus.CANCELLED: Tone.NEUTRAL,
        },
    )
    tones.register(
        "extension",
        ExtensionStatus,
        {
            ExtensionStatus.ASKED: Tone.WARNING,
            ExtensionStatus.GRANTED: Tone.SUCCESS,
            ExtensionStatus.DECLINED: Tone.DANGER,
            ExtensionStatus.WITHDRAWN: Tone.NEUTRAL,
        },
    )
    tones.register(
        "supervision",
        SupervisionStatus,
        {SupervisionStatus.LISTED: Tone.DANGER, SupervisionStatus.LIFTED: Tone.NEUTRAL},
    )
    roads, page = menu.Section.ROADS, menu.MenuItem
    menu.register(
        page(roads, _("隐患清单"), "risk.hazards", SEE_RISK, "alert-triangle", 70),
        page(roads, _("治理概况"), "risk.overview", SEE_RISK, "chart-bar", 71),
        page(roads, _("隐患地图"), "risk.hazards.map", SEE_RISK, "map", 72),
        page(roads, _("上报隐患"), "risk.phone", FIND, "camera", 73),
        page(roads, _("挂牌督办"), "risk.supervised", SEE_RISK, "pin", 74),
        page(roads, _("市长月度清单"), "risk.mayors_list", SEE_RISK, "list-check", 75),
        page(roads, _("风险隐患清单设置"), "risk.lists", SEE_RISK, "list", 79),
    )
    search.register(search.Source(_("隐患"), selectors.find_hazards, SEE_RISK, order=45))
    workbench.register(
        workbench.Panel(
            workbench.Place.INCIDENTS, "risk/workbench.html", _overdue, SEE_RISK, order=200
        )
    )


def _overdue(actor: Actor, at: datetime) -> Mapping[str, object]:
    """Those that are late longest."""
    from luchang.apps.risk import selectors  # noqa: PLC0415 - once models are there

    rows = list(selectors.overdue(actor, at=at)[: SHOWN + 1])
    return {"rows": rows[:SHOWN], "count": f"{SHOWN}+" if len(rows) > SHOWN else len(rows)}


def _register_instrument_tones() -> None:
    from luchang.apps.risk.states import instruments as s  # noqa: PLC0415 - as above

    tones.register(
        "interview",
        s.InterviewStatus,
        {
            s.InterviewStatus.PLANNED: Tone.INFO,
            s.InterviewStatus.HELD: Tone.WARNING,
            s.InterviewStatus.FOLLOWED_UP: Tone.PRIMARY,
            s.InterviewStatus.CLOSED: Tone.SUCCESS,
            s.InterviewStatus.CANCELLED: Tone.NEUTRAL,
        },
    )
    tones.register(
        "commitment",
        s.CommitmentStatus,
        {
            s.CommitmentStatus.OPEN: Tone.WARNING,
            s.CommitmentStatus.KEPT: Tone.SUCCESS,
            s.CommitmentStatus.BROKEN: Tone.DANGER,
        },
    )
    tones.register(
        "exposure",
        s.ExposureStatus,
        {
            s.ExposureStatus.DRAFT: Tone.INFO,
            s.ExposureStatus.APPROVAL: Tone.WARNING,
            s.ExposureStatus.PUBLISHED: Tone.PRIMARY,
            s.ExposureStatus.ENDED: Tone.NEUTRAL,
            s.ExposureStatus.WITHDRAWN: Tone.NEUTRAL,
        },
    )
    tones.register(
        "rectification_notice",
        s.NoticeStatus,
        {
            s.NoticeStatus.DRAFT: Tone.INFO,
            s.NoticeStatus.SERVED: Tone.PRIMARY,
            s.NoticeStatus.COMPLIED: Tone.SUCCESS,
            s.NoticeStatus.NOT_COMPLIED: Tone.DANGER,
            s.NoticeStatus.CANCELLED: Tone.NEUTRAL,
        },
    )
    tones.register(
        "transfer",
        s.TransferStatus,
        {
            s.TransferStatus.DRAFT: Tone.INFO,
            s.TransferStatus.SENT: Tone.WARNING,
            s.TransferStatus.RECEIVED: Tone.PRIMARY,
            s.TransferStatus.CLOSED: Tone.SUCCESS,
            s.TransferStatus.CANCELLED: Tone.NEUTRAL,
        },
    )


def _register_instrument_pages() -> None:
    from luchang.apps.risk.policies import SEE_RISK  # noqa: PLC0415 - as above
    from luchang.apps.risk.selectors import instruments  # noqa: PLC0415 - as above

    roads, page = menu.Section.ROADS, menu.MenuItem
    menu.register(
        page(roads, _("约谈"), "risk.interviews", SEE_RISK, "message", 80),
        page(roads, _("约谈承诺"), "risk.commitments", SEE_RISK, "list-check", 81),
        page(roads, _("曝光"), "risk.exposures", SEE_RISK, "eye", 82),
        page(roads, _("限期整改通知书"), "risk.notices", SEE_RISK, "file-text", 83),
        page(roads, _("移送"), "risk.transfers", SEE_RISK, "send", 84),
    )
    search.register(
        search.Source(_("约谈与整改"), instruments.find_instruments, SEE_RISK, order=45)
    )
