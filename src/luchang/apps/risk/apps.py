"""Risk lists and their instruments, joined to the shell."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.ui import menu, search, tones
from luchang.kernel.ui.tones import Tone

if TYPE_CHECKING:
    from luchang.kernel.identity.actors import Actor


class RiskConfig(AppConfig):
    name = "luchang.apps.risk"
    label = "risk"
    verbose_name = _("隐患治理")

    def ready(self) -> None:
        """Declare permissions, indicators and papers; put pages and tones into the shell."""
        from luchang.apps.risk import kpis, policies  # noqa: F401, PLC0415 - once models are there
        from luchang.apps.risk.bridge import papers  # noqa: F401, PLC0415 - as above

        _register_instrument_tones()
        _register_instrument_pages()
        _put_cards_on_subjects()


def _put_cards_on_subjects() -> None:
    """What was done about a key subject, on its own page."""
    from luchang.apps.risk.policies import SEE_RISK  # noqa: PLC0415 - as above
    from luchang.apps.risk.selectors import instruments  # noqa: PLC0415 - as above
    from luchang.kernel.ledgers.specs import Part, add_part  # noqa: PLC0415 - as above

    def card(of: "Callable[[int, Actor], dict[str, object] | None]") -> Part[Any]:
        return Part(
            template="risk/_about_subject.html",
            values=lambda row, by, _at: of(row.pk, by),
            permission=SEE_RISK,
            order=70,
        )

    add_part("subjects.enterprise", card(instruments.about_enterprise))
    add_part("subjects.vehicle", card(instruments.about_vehicle))


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
