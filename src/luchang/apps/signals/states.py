"""Kinds and lives of what signals are about, as tables."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.kernel.states import TransitionTable


class Grade(TextChoices):
    """Which roads meet, as the controllers' interface numbers it (GA/T 1049)."""

    MAIN_MAIN = "11", _("主干路与主干路")
    MAIN_SECONDARY = "12", _("主干路与次干路")
    MAIN_BRANCH = "13", _("主干路与支路")
    SECONDARY_SECONDARY = "21", _("次干路与次干路")
    SECONDARY_BRANCH = "22", _("次干路与支路")
    BRANCH_BRANCH = "31", _("支路与支路")
    OTHER = "99", _("其他")


class ControllerKind(TextChoices):
    """How the controller is spoken to."""

    NONE = "NONE", _("未联网")
    GA1049 = "GA1049", _("GA/T 1049 平台")
    GB20999 = "GB20999", _("GB/T 20999 信号机")
    SIMULATED = "SIMULATED", _("模拟信号机（演示）")


class LayoutOrigin(TextChoices):
    FORM = "FORM", _("人工编辑")
    NET = "NET", _("SUMO路网导入")
    ROADS = "ROADS", _("按路网生成")


class CountSource(TextChoices):
    PASSAGES = "PASSAGES", _("过车数据")
    DETECTOR = "DETECTOR", _("检测器文件")
    MANUAL = "MANUAL", _("人工调查表")


class Quality(TextChoices):
    GOOD = "GOOD", _("可用")
    ESTIMATED = "ESTIMATED", _("估算")
    DOUBTFUL = "DOUBTFUL", _("存疑")
    MISSING = "MISSING", _("缺失")


class Days(TextChoices):
    DAILY = "DAILY", _("每天")
    WORKDAYS = "WORKDAYS", _("工作日")
    REST_DAYS = "REST_DAYS", _("休息日")


class StudySource(TextChoices):
    COMPLAINT = "COMPLAINT", _("群众反映")
    CONGESTION = "CONGESTION", _("拥堵报告")
    PATROL = "PATROL", _("民警巡查")
    ROUND = "ROUND", _("定期优化")


class StudyStatus(TextChoices):
    OPEN = "OPEN", _("待采集流量")
    COUNTED = "COUNTED", _("待计算方案")
    COMPUTED = "COMPUTED", _("待仿真验证")
    PROVEN = "PROVEN", _("待审批")
    APPROVED = "APPROVED", _("待安排执行")
    SCHEDULED = "SCHEDULED", _("待执行")
    IN_FORCE = "IN_FORCE", _("执行中，待评估")
    COMPARED = "COMPARED", _("待验收")
    ACCEPTED = "ACCEPTED", _("已验收")
    REJECTED = "REJECTED", _("不予采用")
    CANCELLED = "CANCELLED", _("已取消")


S = StudyStatus
STUDY = TransitionTable(
    start=S.OPEN,
    moves={
        S.OPEN: frozenset({S.COUNTED, S.CANCELLED}),
        S.COUNTED: frozenset({S.COMPUTED, S.OPEN, S.CANCELLED}),
        S.COMPUTED: frozenset({S.PROVEN, S.COUNTED, S.CANCELLED}),
        S.PROVEN: frozenset({S.APPROVED, S.COMPUTED, S.REJECTED, S.CANCELLED}),
        S.APPROVED: frozenset({S.SCHEDULED, S.COMPUTED, S.CANCELLED}),
        S.SCHEDULED: frozenset({S.IN_FORCE, S.APPROVED}),
        S.IN_FORCE: frozenset({S.COMPARED, S.REJECTED}),
        S.COMPARED: frozenset({S.ACCEPTED, S.IN_FORCE, S.REJECTED}),
        S.ACCEPTED: frozenset(),
        S.REJECTED: frozenset(),
        S.CANCELLED: frozenset(),
    },
)
STUDY_WAY = (
    S.OPEN, S.COUNTED, S.COMPUTED, S.PROVEN, S.APPROVED, S.SCHEDULED, S.IN_FORCE, S.COMPARED,
    S.ACCEPTED,
)  # fmt: skip
"""The straight way through."""

BOUND = (S.APPROVED, S.SCHEDULED, S.IN_FORCE, S.COMPARED, S.ACCEPTED)
"""States of a study whose plan somebody answers for."""


class Side(TextChoices):
    BEFORE = "BEFORE", _("实施前")
    AFTER = "AFTER", _("实施后")


class Measure(TextChoices):
    TRAVEL_S = "TRAVEL_S", _("行程时间（秒）")
    DELAY_S = "DELAY_S", _("车均延误（秒）")
    QUEUE_M = "QUEUE_M", _("排队长度（米）")


class WorkKind(TextChoices):
    CHANNELS = "CHANNELS", _("渠化改造")
    LANES = "LANES", _("车道功能调整")
    WAITING_AREA = "WAITING_AREA", _("增设待行区")
    TURN_BAN = "TURN_BAN", _("禁限转向")
    SIGNALS = "SIGNALS", _("信号灯调整")
    OTHER = "OTHER", _("其他")


class WorkStatus(TextChoices):
    PLANNED = "PLANNED", _("待实施")
    BUILT = "BUILT", _("待验收")
    ACCEPTED = "ACCEPTED", _("已验收")
    CANCELLED = "CANCELLED", _("已取消")


WORK = TransitionTable(
    start=WorkStatus.PLANNED,
    moves={
        WorkStatus.PLANNED: frozenset({WorkStatus.BUILT, WorkStatus.CANCELLED}),
        WorkStatus.BUILT: frozenset({WorkStatus.ACCEPTED, WorkStatus.PLANNED}),
        WorkStatus.ACCEPTED: frozenset(),
        WorkStatus.CANCELLED: frozenset(),
    },
)


class PlanOrigin(TextChoices):
    FIELD = "FIELD", _("现场抄录")
    NET = "NET", _("SUMO路网导入")
    STUDY = "STUDY", _("配时工单")
    SCHEME = "SCHEME", _("方案集")
    UTDF = "UTDF", _("UTDF 导入")


class Channel(TextChoices):
    """How a plan left this system."""

    GA1049_FILE = "GA1049_FILE", _("GA/T 1049 文件")
    UTDF_FILE = "UTDF_FILE", _("UTDF 文件")
    SENT = "SENT", _("下发信号机")


class SchemeKind(TextChoices):
    CORRIDOR = "CORRIDOR", _("干线协调")
    DAY = "DAY", _("多时段方案")


class LengthOrigin(TextChoices):
    """How the length of a road between two junctions was come by."""

    ROADS = "ROADS", _("路网")
    STRAIGHT = "STRAIGHT", _("按直线估算")
    ENTERED = "ENTERED", _("人工填写")


class NumberedBy(TextChoices):
    """Who numbers junctions beside us; codes of the systems as GA/T 1049 names them."""

    UTCS = "UTCS", _("信号控制系统（GA/T 1049 CrossID）")
    VMKS = "VMKS", _("卡口与布控系统")
    TICS = "TICS", _("交通信息采集系统")
    TVMS = "TVMS", _("视频监视系统")
    UTDF = "UTDF", _("UTDF 文件（INTID）")
    SUMO = "SUMO", _("SUMO 路网")


class InterventionKind(TextChoices):
    STAGE = "STAGE", _("锁定相位")
    PLAN = "PLAN", _("立即执行方案")


class InterventionStatus(TextChoices):
    ASKED = "ASKED", _("待签发")
    SIGNED = "SIGNED", _("正在下发")
    RUNNING = "RUNNING", _("干预中")
    ENDED = "ENDED", _("已交还")
    FAILED = "FAILED", _("未能执行")
    REFUSED = "REFUSED", _("不予签发")
    WITHDRAWN = "WITHDRAWN", _("已撤回")


I = InterventionStatus  # noqa: E741 - the table below reads like the others
INTERVENTION = TransitionTable(
    start=I.ASKED,
    moves={
        I.ASKED: frozenset({I.SIGNED, I.REFUSED, I.WITHDRAWN}),
        I.SIGNED: frozenset({I.RUNNING, I.FAILED}),
        I.RUNNING: frozenset({I.ENDED}),
        I.ENDED: frozenset(),
        I.FAILED: frozenset(),
        I.REFUSED: frozenset(),
        I.WITHDRAWN: frozenset(),
    },
)
INTERVENTION_WAY = (I.ASKED, I.SIGNED, I.RUNNING, I.ENDED)
