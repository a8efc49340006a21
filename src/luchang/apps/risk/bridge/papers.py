"""The papers of instruments: their fields and the texts they ship with."""

from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.models import Interview, RectificationNotice, Transfer
from luchang.apps.risk.policies import INTERVIEW, SERVE_NOTICES
from luchang.kernel import clock
from luchang.kernel.papers.kinds import PaperField, PaperKind, declare

FOLDER = Path(__file__).resolve().parents[1] / "templates" / "risk" / "papers"


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = clock.local(at)
    return f"{local.year}年{local.month}月{local.day}日{local.hour}时{local.minute:02d}分"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _called(row: Interview) -> str:
    """Each with who came for it."""
    return "\n".join(
        f"{each.name}（{each.represented_by}）" if each.represented_by else each.name
        for each in row.interviewees.all()
    )


def _promised(row: Interview) -> str:
    rows = row.commitments.select_related("interviewee")
    return "\n".join(
        f"{each.interviewee.name}：{each.text}（{_day(each.due_on)}前完成）" for each in rows
    )


INTERVIEW_FIELDS = (
    PaperField("title", _("约谈事由"), lambda row: row.title),
    PaperField("reason", _("具体情况"), lambda row: row.reason),
    PaperField("called", _("被约谈对象，每行一个"), _called),
    PaperField("planned_at", _("计划约谈时间"), lambda row: _moment(row.planned_at)),
    PaperField("held_at", _("约谈时间"), lambda row: _moment(row.held_at)),
    PaperField("place", _("地点"), lambda row: row.place),
    PaperField("chaired_by", _("主谈人"), lambda row: row.chaired_by),
    PaperField("attendants", _("参加人员"), lambda row: row.attendants),
    PaperField("minutes", _("约谈记录"), lambda row: row.minutes),
    PaperField("promises", _("承诺事项，每行一项"), _promised),
)
SUMMONS = declare(
    PaperKind(
        code="risk.interview_summons",
        title=_("约谈通知书"),
        subject="risk.interview",
        permission=INTERVIEW,
        fields=INTERVIEW_FIELDS,
        shipped=FOLDER / "interview_summons.txt",
    )
)
MINUTES = declare(
    PaperKind(
        code="risk.interview_minutes",
        title=_("约谈纪要"),
        subject="risk.interview",
        permission=INTERVIEW,
        fields=INTERVIEW_FIELDS,
        shipped=FOLDER / "interview_minutes.txt",
    )
)


def _target(row: RectificationNotice) -> str:
    return str(row.get_target_kind_display())


NOTICE = declare(
    PaperKind(
        code="risk.rectification_notice",
        title=_("限期整改通知书"),
        subject="risk.rectificationnotice",
        permission=SERVE_NOTICES,
        fields=(
            PaperField("target", _("被通知单位"), lambda row: row.target_name),
            PaperField("target_kind", _("对象类别"), _target),
            PaperField("problem", _("存在问题"), lambda row: row.problem),
            PaperField("demands", _("整改要求"), lambda row: row.demands),
            PaperField("legal_basis", _("法律依据"), lambda row: row.legal_basis),
            PaperField("due_at", _("整改期限"), lambda row: _moment(row.due_at)),
        ),
        shipped=FOLDER / "rectification_notice.txt",
    )
)


def _sent(row: Transfer) -> str:
    return _moment(row.sent_at)


LETTER = declare(
    PaperKind(
        code="risk.transfer_letter",
        title=_("移送函"),
        subject="risk.transfer",
        permission=SERVE_NOTICES,
        fields=(
            PaperField("authority", _("受移送机关"), lambda row: row.authority),
            PaperField("title", _("移送事项"), lambda row: row.title),
            PaperField("facts", _("基本情况"), lambda row: row.facts),
            PaperField("legal_basis", _("移送依据"), lambda row: row.legal_basis),
            PaperField("materials", _("移送材料"), lambda row: row.materials),
            PaperField("sent_at", _("移送时间"), _sent),
        ),
        shipped=FOLDER / "transfer_letter.txt",
    )
)
