"""Cameras: where they are in their life, what they send, what is refused, what ails them."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.core.passages.passage import Direction
from luchang.kernel.states import TransitionTable


class CameraStatus(TextChoices):
    IN_USE = "IN_USE", _("启用")
    SUSPENDED = "SUSPENDED", _("停用")
    RETIRED = "RETIRED", _("已拆除")


CAMERA = TransitionTable(
    start=CameraStatus.IN_USE,
    moves={
        CameraStatus.IN_USE: frozenset({CameraStatus.SUSPENDED, CameraStatus.RETIRED}),
        CameraStatus.SUSPENDED: frozenset({CameraStatus.IN_USE, CameraStatus.RETIRED}),
        CameraStatus.RETIRED: frozenset(),
    },
)


class CameraDirection(IntegerChoices):
    """Where the vehicles drive to, by the numbers of `core.passages.passage.Direction`."""

    UNKNOWN = Direction.UNKNOWN, _("未知")
    EAST = Direction.EAST, _("由西向东")
    WEST = Direction.WEST, _("由东向西")
    SOUTH = Direction.SOUTH, _("由北向南")
    NORTH = Direction.NORTH, _("由南向北")
    NORTH_EAST = Direction.NORTH_EAST, _("由西南向东北")
    SOUTH_WEST = Direction.SOUTH_WEST, _("由东北向西南")
    SOUTH_EAST = Direction.SOUTH_EAST, _("由西北向东南")
    NORTH_WEST = Direction.NORTH_WEST, _("由东南向西北")
    OTHER = Direction.OTHER, _("其他")


class ColourDialect(TextChoices):
    """How a device writes the colour of a plate; the tables stand with the gateway."""

    GENERAL = "GENERAL", _("GA/T 1400 颜色代码")
    FROM_ZERO = "FROM_ZERO", _("0黑 1白 2黄 3蓝 4绿")
    TERMINAL = "TERMINAL", _("JT/T 808 号牌颜色")


class Contact(TextChoices):
    """Whether a camera is heard of."""

    ONLINE = "ONLINE", _("在线")
    SILENT = "SILENT", _("失联")
    NEVER = "NEVER", _("从未接入")


class RefusalReason(TextChoices):
    """Why the intake takes something not; one word a row of a batch or a whole request."""

    STRANGER = "STRANGER", _("设备未登记")
    SECRET = "SECRET", _("口令不对")
    SUSPENDED = "SUSPENDED", _("设备停用或已拆除")
    FOREIGN = "FOREIGN", _("冒用其他设备编码")
    BODY = "BODY", _("报文无法解析")
    PLATE = "PLATE", _("号牌不合规")
    TIME = "TIME", _("时间不合规")
    LANE = "LANE", _("车道不存在")
    CODE = "CODE", _("代码或数值超出范围")
    IMAGE = "IMAGE", _("图片不合规")
    FLOOD = "FLOOD", _("上传过频")
    FULL = "FULL", _("磁盘已满")
    ERASED = "ERASED", _("依法删除时段内的记录")


class Ailment(TextChoices):
    """What may be wrong with a camera."""

    SILENT = "SILENT", _("失联")
    CLOCK = "CLOCK", _("时钟偏差")
    UNREAD = "UNREAD", _("识别率低")
    SPEED = "SPEED", _("车速异常")


class ErasureStatus(TextChoices):
    PROPOSED = "PROPOSED", _("待审批")
    APPROVED = "APPROVED", _("删除中")
    DONE = "DONE", _("已删除")
    DENIED = "DENIED", _("未批准")
    WITHDRAWN = "WITHDRAWN", _("已撤回")


ERASURE = TransitionTable(
    start=ErasureStatus.PROPOSED,
    moves={
        ErasureStatus.PROPOSED: frozenset(
            {ErasureStatus.APPROVED, ErasureStatus.DENIED, ErasureStatus.WITHDRAWN}
        ),
        ErasureStatus.APPROVED: frozenset({ErasureStatus.DONE}),
        ErasureStatus.DONE: frozenset(),
        ErasureStatus.DENIED: frozenset(),
        ErasureStatus.WITHDRAWN: frozenset(),
    },
)
