"""Interviews, exposures, notices and transfers: kinds and states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.kernel.states import TransitionTable


class TargetKind(TextChoices):
    """Whom an instrument is turned to."""

    ENTERPRISE = "ENTERPRISE", _("企业")
    UNIT = "UNIT", _("单位")
    GOVERNMENT = "GOVERNMENT", _("政府")


class InterviewStatus(TextChoices):
    PLANNED = "PLANNED", _("待约谈")
    HELD = "HELD", _("待回访")
    FOLLOWED_UP = "FOLLOWED_UP", _("已回访")
    CLOSED = "CLOSED", _("已办结")
    CANCELLED = "CANCELLED", _("已取消")


I = InterviewStatus  # noqa: E741 - as the house's tables name their states
INTERVIEW = TransitionTable(
    start=I.PLANNED,
    moves={
        I.PLANNED: frozenset({I.HELD, I.CANCELLED}),
        I.HELD: frozenset({I.FOLLOWED_UP}),
        I.FOLLOWED_UP: frozenset({I.HELD, I.CLOSED}),
        I.CLOSED: frozenset(),
        I.CANCELLED: frozenset(),
    },
)


class CommitmentStatus(TextChoices):
    OPEN = "OPEN", _("待落实")
    KEPT = "KEPT", _("已落实")
    BROKEN = "BROKEN", _("未落实")


C = CommitmentStatus
COMMITMENT = TransitionTable(
    start=C.OPEN,
    moves={
        C.OPEN: frozenset({C.KEPT, C.BROKEN}),
        C.KEPT: frozenset(),
        C.BROKEN: frozenset({C.KEPT}),
    },
)


class ExposedKind(TextChoices):
    """What is exposed."""

    VEHICLE = "VEHICLE", _("车辆")
    CASE = "CASE", _("案例")
    ENTERPRISE = "ENTERPRISE", _("企业")


class Detail(TextChoices):
    """How much of the subject is published; plates and persons are masked at every level."""

    OUTLINE = "OUTLINE", _("只公开类别，不出现号牌、姓名和企业名称")
    MASKED = "MASKED", _("号牌、姓名和企业名称部分遮蔽")
    NAMED = "NAMED", _("公开企业名称，号牌和姓名遮蔽")


class Channel(TextChoices):
    OFFICIAL_ACCOUNT = "OFFICIAL_ACCOUNT", _("政务新媒体")
    WEBSITE = "WEBSITE", _("门户网站")
    TELEVISION = "TELEVISION", _("电视")
    NEWSPAPER = "NEWSPAPER", _("报纸")
    STREET_SCREEN = "STREET_SCREEN", _("户外屏幕")


class ExposureStatus(TextChoices):
    DRAFT = "DRAFT", _("拟稿")
    APPROVAL = "APPROVAL", _("待审批")
    PUBLISHED = "PUBLISHED", _("曝光中")
    ENDED = "ENDED", _("已到期")
    WITHDRAWN = "WITHDRAWN", _("已撤回")


E = ExposureStatus
EXPOSURE = TransitionTable(
    start=E.DRAFT,
    moves={
        E.DRAFT: frozenset({E.APPROVAL, E.WITHDRAWN}),
        E.APPROVAL: frozenset({E.DRAFT, E.PUBLISHED, E.WITHDRAWN}),
        E.PUBLISHED: frozenset({E.ENDED, E.WITHDRAWN}),
        E.ENDED: frozenset(),
        E.WITHDRAWN: frozenset(),
    },
)
MADE_PUBLIC = frozenset({E.PUBLISHED, E.ENDED})


class NoticeStatus(TextChoices):
    DRAFT = "DRAFT", _("待送达")
    SERVED = "SERVED", _("整改中")
    COMPLIED = "COMPLIED", _("已整改")
    NOT_COMPLIED = "NOT_COMPLIED", _("逾期未整改")
    CANCELLED = "CANCELLED", _("已撤销")


N = NoticeStatus
NOTICE = TransitionTable(
    start=N.DRAFT,
    moves={
        N.DRAFT: frozenset({N.SERVED, N.CANCELLED}),
        N.SERVED: frozenset({N.COMPLIED, N.NOT_COMPLIED, N.CANCELLED}),
        N.COMPLIED: frozenset(),
        N.NOT_COMPLIED: frozenset({N.COMPLIED}),
        N.CANCELLED: frozenset(),
    },
)


class ServiceMethod(TextChoices):
    """How a notice reached whom it is for."""

    IN_PERSON = "IN_PERSON", _("直接送达")
    LEFT = "LEFT", _("留置送达")
    POST = "POST", _("邮寄送达")
    ELECTRONIC = "ELECTRONIC", _("电子送达")
    ANNOUNCED = "ANNOUNCED", _("公告送达")


class TransferStatus(TextChoices):
    DRAFT = "DRAFT", _("待移送")
    SENT = "SENT", _("待签收")
    RECEIVED = "RECEIVED", _("已签收")
    CLOSED = "CLOSED", _("已反馈")
    CANCELLED = "CANCELLED", _("已撤销")


T = TransferStatus
TRANSFER = TransitionTable(
    start=T.DRAFT,
    moves={
        T.DRAFT: frozenset({T.SENT, T.CANCELLED}),
        T.SENT: frozenset({T.RECEIVED, T.CANCELLED}),
        T.RECEIVED: frozenset({T.CLOSED}),
        T.CLOSED: frozenset(),
        T.CANCELLED: frozenset(),
    },
)
