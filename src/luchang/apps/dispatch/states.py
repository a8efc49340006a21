"""The words of 122 and the lives of its four records, as tables."""

from collections.abc import Iterable
from enum import IntEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.kernel.states import TransitionTable


class CallStatus(TextChoices):
    RINGING = "RINGING", _("振铃")
    ANSWERED = "ANSWERED", _("已接听")
    REGISTERED = "REGISTERED", _("已登记")
    LINKED = "LINKED", _("已关联")
    CONSULTATION = "CONSULTATION", _("咨询")
    NUISANCE = "NUISANCE", _("骚扰")
    MISSED = "MISSED", _("未接")


CALL = TransitionTable(
    start=CallStatus.RINGING,
    moves={
        CallStatus.RINGING: frozenset({CallStatus.ANSWERED, CallStatus.MISSED}),
        CallStatus.ANSWERED: frozenset(
            {
                CallStatus.REGISTERED,
                CallStatus.LINKED,
                CallStatus.CONSULTATION,
                CallStatus.NUISANCE,
            }
        ),
        # a call wrongly taken for a repeat becomes an incident of its own, and the reverse
        CallStatus.LINKED: frozenset({CallStatus.ANSWERED}),
        CallStatus.REGISTERED: frozenset(),
        CallStatus.CONSULTATION: frozenset(),
        CallStatus.NUISANCE: frozenset(),
        CallStatus.MISSED: frozenset(),
    },
)


class CallChannel(TextChoices):
    """How a report reached us; the channel field of real call records."""

    PHONE_122 = "PHONE_122", _("122电话")
    TRANSFER_110 = "TRANSFER_110", _("110转来")
    PATROL = "PATROL", _("巡逻发现")
    VIDEO = "VIDEO", _("视频巡查")
    INTERNET = "INTERNET", _("互联网")
    INTERFACE = "INTERFACE", _("系统接口")


class CallLink(TextChoices):
    """Why a call belongs to an incident that was there before it."""

    REPEAT = "REPEAT", _("重复报警")
    CHASING = "CHASING", _("催办")
    OFFICER = "OFFICER", _("民警反馈")


class IncidentStatus(TextChoices):
    OPEN = "OPEN", _("待派警")
    DISPATCHED = "DISPATCHED", _("已派警")
    ACCEPTED = "ACCEPTED", _("已签收")
    ARRIVED = "ARRIVED", _("已到场")
    HANDLING = "HANDLING", _("处置中")
    FEEDBACK = "FEEDBACK", _("已反馈")
    CLOSED = "CLOSED", _("已结案")
    RETURNED = "RETURNED", _("已退回")
    MERGED = "MERGED", _("已合并")
    CANCELLED = "CANCELLED", _("已撤销")


I = IncidentStatus  # noqa: E741 - the table below is read as one picture
UNDER_WAY = frozenset({I.DISPATCHED, I.ACCEPTED, I.ARRIVED, I.HANDLING})
"""Somebody has been sent and has not yet reported the end."""
WAITING = frozenset({I.OPEN, I.RETURNED})
"""Nobody is on the way."""
LIVE = WAITING | UNDER_WAY | {I.FEEDBACK}
"""What the board shows."""
OVER = frozenset({I.CLOSED, I.CANCELLED})
"""Ended, and may be opened again; a merged one goes on in another."""
_RESTORED = frozenset({I.OPEN, I.RETURNED, I.DISPATCHED, I.ACCEPTED, I.ARRIVED, I.HANDLING})

INCIDENT = TransitionTable(
    start=I.OPEN,
    moves={
        I.OPEN: UNDER_WAY | {I.RETURNED, I.FEEDBACK, I.MERGED, I.CANCELLED},
        # back again when units are cancelled, returned or given back by an unmerge
        I.DISPATCHED: _RESTORED - {I.DISPATCHED} | {I.FEEDBACK, I.MERGED, I.CANCELLED},
        I.ACCEPTED: _RESTORED - {I.ACCEPTED} | {I.FEEDBACK, I.MERGED, I.CANCELLED},
        I.ARRIVED: _RESTORED - {I.ARRIVED} | {I.FEEDBACK, I.MERGED, I.CANCELLED},
        I.HANDLING: _RESTORED - {I.HANDLING} | {I.FEEDBACK, I.MERGED, I.CANCELLED},
        I.RETURNED: UNDER_WAY | {I.OPEN, I.FEEDBACK, I.MERGED, I.CANCELLED},
        I.FEEDBACK: UNDER_WAY | WAITING | {I.CLOSED},
        I.CLOSED: frozenset({I.OPEN}),
        I.MERGED: _RESTORED | {I.FEEDBACK},
        I.CANCELLED: frozenset({I.OPEN}),
    },
)


class DispatchStatus(TextChoices):
    QUEUED = "QUEUED", _("排队")
    SENT = "SENT", _("已派出")
    SIGNED = "SIGNED", _("已签收")
    ARRIVED = "ARRIVED", _("已到场")
    FINISHED = "FINISHED", _("已完成")
    CANCELLED = "CANCELLED", _("已撤销")
    RETURNED = "RETURNED", _("已退回")


D = DispatchStatus
ACTIVE = frozenset({D.SENT, D.SIGNED, D.ARRIVED})
"""The unit is bound by it."""

DISPATCH = TransitionTable(
    start=D.SENT,
    moves={
        D.QUEUED: frozenset({D.SENT, D.CANCELLED}),
        D.SENT: frozenset({D.SIGNED, D.CANCELLED, D.RETURNED}),
        D.SIGNED: frozenset({D.ARRIVED, D.CANCELLED, D.RETURNED}),
        D.ARRIVED: frozenset({D.FINISHED, D.CANCELLED}),
        D.FINISHED: frozenset(),
        D.CANCELLED: frozenset(),
        D.RETURNED: frozenset(),
    },
)


class Stage(IntEnum):
    """How far one dispatch has come, as the incident counts it."""

    GONE = 0
    RETURNED = 1
    SENT = 2
    SIGNED = 3
    ARRIVED = 4
    HANDLING = 5
    FINISHED = 6


_STATUS_OF_STAGE = {
    Stage.SENT: I.DISPATCHED,
    Stage.SIGNED: I.ACCEPTED,
    Stage.ARRIVED: I.ARRIVED,
    Stage.HANDLING: I.HANDLING,
}


def stage_of(status: DispatchStatus, *, is_handling: bool) -> Stage:
    """One dispatch's stage; a queued one binds nobody yet."""
    if status == D.ARRIVED:
        return Stage.HANDLING if is_handling else Stage.ARRIVED
    return {
        D.QUEUED: Stage.GONE,
        D.CANCELLED: Stage.GONE,
        D.RETURNED: Stage.RETURNED,
        D.SENT: Stage.SENT,
        D.SIGNED: Stage.SIGNED,
        D.FINISHED: Stage.FINISHED,
    }[status]


def standing(stages: Iterable[Stage], *, has_feedback: bool) -> IncidentStatus:
    """Where an incident stands, from the stages of all its dispatches.

    The unit that has come furthest decides; when nobody is bound any more, a feedback ends the
    work, and without one the incident waits again: returned if a unit gave it back.
    """
    known = list(stages)
    furthest = max((stage for stage in known if stage in _STATUS_OF_STAGE), default=None)
    if furthest is not None:
        return _STATUS_OF_STAGE[furthest]
    if has_feedback:
        return I.FEEDBACK
    return I.RETURNED if known and known[-1] == Stage.RETURNED else I.OPEN


class Grade(TextChoices):
    """How urgent; four levels as in real call records, 1 the most urgent."""

    FIRST = "1", _("一级")
    SECOND = "2", _("二级")
    THIRD = "3", _("三级")
    FOURTH = "4", _("四级")


class AreaClass(TextChoices):
    """What kind of ground an incident lies on; arrival limits differ by it."""

    URBAN = "URBAN", _("城区")
    SUBURBAN = "SUBURBAN", _("城郊")
    RURAL = "RURAL", _("农村")


class CategoryGroup(TextChoices):
    """What a category counts as; all but the last three are effective incidents 有效警情."""

    ACCIDENT = "ACCIDENT", _("交通事故")
    TRAFFIC = "TRAFFIC", _("交通秩序")
    FACILITY = "FACILITY", _("道路设施")
    HELP = "HELP", _("群众求助")
    OTHER = "OTHER", _("其他")
    CONSULTATION = "CONSULTATION", _("咨询")
    REPORT = "REPORT", _("举报")
    COMPLAINT = "COMPLAINT", _("投诉监督")


NOT_EFFECTIVE = frozenset(
    {CategoryGroup.CONSULTATION, CategoryGroup.REPORT, CategoryGroup.COMPLAINT}
)


class TargetKind(TextChoices):
    """Whom a dispatch is addressed to: exactly the three of real dispatch records."""

    UNIT = "UNIT", _("单元")
    PERSON = "PERSON", _("人员")
    VEHICLE = "VEHICLE", _("车辆")


class DispatchReason(TextChoices):
    """Why one more unit goes."""

    FIRST = "FIRST", _("首派")
    REINFORCEMENT = "REINFORCEMENT", _("增援")


class ActionKind(TextChoices):
    """What counts as one action 接处警: each is a step somebody took and a record dates."""

    CALL = "CALL", _("接警")
    SEND = "SEND", _("派警")
    SIGN = "SIGN", _("签收")
    ARRIVE = "ARRIVE", _("到场")
    REPORT = "REPORT", _("反馈")
    CLOSE = "CLOSE", _("结案")


class Clock(TextChoices):
    """The four times an incident is measured by."""

    DISPATCH = "DISPATCH", _("派警")
    SIGN = "SIGN", _("签收")
    ARRIVE = "ARRIVE", _("到场")
    FEEDBACK = "FEEDBACK", _("反馈")


class EscalationLevel(TextChoices):
    DESK = "DESK", _("指挥席")
    LEADER = "LEADER", _("大队领导")


class FeedbackResult(TextChoices):
    """What became of it on the spot; our own list, not confirmed by a standard."""

    SETTLED = "SETTLED", _("现场处理完毕")
    SIMPLE_PROCEDURE = "SIMPLE_PROCEDURE", _("简易程序处理")
    GENERAL_PROCEDURE = "GENERAL_PROCEDURE", _("转一般程序")
    SELF_SETTLED = "SELF_SETTLED", _("当事人自行协商")
    HANDED_OVER = "HANDED_OVER", _("移交其他单位")
    NOT_FOUND = "NOT_FOUND", _("未发现警情")
    FALSE_REPORT = "FALSE_REPORT", _("虚假报警")


class Weather(TextChoices):
    """Codes of the accident code list 天气."""

    FINE = "1", _("晴")
    CLOUDY = "2", _("阴")
    RAIN = "3", _("雨")
    SNOW = "4", _("雪")
    FOG = "5", _("雾")
    WIND = "6", _("大风")
    DUST = "7", _("沙尘")
    HAIL = "8", _("冰雹")
    OTHER = "9", _("其他")


class Visibility(TextChoices):
    """Codes of the accident code list 能见度."""

    BELOW_50 = "1", _("50米以内")
    BELOW_100 = "2", _("50至100米")
    BELOW_200 = "3", _("100至200米")
    ABOVE_200 = "4", _("200米以上")


class RoadSurface(TextChoices):
    """Codes of the accident code list 路表情况."""

    DRY = "1", _("干燥")
    WET = "2", _("潮湿")
    STANDING_WATER = "3", _("积水")
    FLOODED = "4", _("漫水")
    ICE = "5", _("冰雪")
    MUD = "6", _("泥泞")
    OTHER = "9", _("其他")


class RoadKind(TextChoices):
    """Codes of the accident code list 道路类型."""

    EXPRESSWAY = "0", _("高速公路")
    NATIONAL = "1", _("国道")
    PROVINCIAL = "2", _("省道")
    COUNTY = "3", _("县道")
    TOWNSHIP = "4", _("乡村道路")
    URBAN_EXPRESSWAY = "5", _("城市快速路")
    MAIN = "6", _("主干道")
    SECONDARY = "7", _("次干道")
    BRANCH = "8", _("支路")
    OTHER = "9", _("其他")
    COMPOUND = "A", _("单位小区自建路")
    CAR_PARK = "B", _("公共停车场")
    SQUARE = "C", _("公共广场")
