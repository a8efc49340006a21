"""The life of a hazard and of what goes with it, as tables."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects import states as subjects
from luchang.kernel.states import TransitionTable


class SubjectKind(TextChoices):
    """What the entries of a risk list are about."""

    PERSON = "PERSON", _("人员")
    VEHICLE = "VEHICLE", _("车辆")
    ROAD = "ROAD", _("道路")
    ENTERPRISE = "ENTERPRISE", _("企业")
    DUTY = "DUTY", _("政府职责")


REGISTERED: Mapping[SubjectKind, Mapping[str, subjects.SubjectKind]] = {
    SubjectKind.PERSON: {"driver": subjects.SubjectKind.DRIVER},
    SubjectKind.VEHICLE: {"vehicle": subjects.SubjectKind.VEHICLE},
    SubjectKind.ROAD: {},
    SubjectKind.ENTERPRISE: {
        "enterprise": subjects.SubjectKind.ENTERPRISE,
        "freight_source": subjects.SubjectKind.SOURCE,
    },
    SubjectKind.DUTY: {},
}
"""Which key subjects entries may be about: the keys that lead to them, with their registers."""

KEYS = tuple(key for keys in REGISTERED.values() for key in keys)


class HazardStatus(TextChoices):
    FOUND = "FOUND", _("待交办")
    HANDED_OVER = "HANDED_OVER", _("待签收")
    RETURNED = "RETURNED", _("已退回")
    SIGNED = "SIGNED", _("整改中")
    SUBMITTED = "SUBMITTED", _("待验收")
    ACCEPTED = "ACCEPTED", _("待销号")
    STRUCK_OFF = "STRUCK_OFF", _("已销号")
    REOPENED = "REOPENED", _("重新列入")
    CANCELLED = "CANCELLED", _("已撤销")


H = HazardStatus
HAZARD = TransitionTable(
    start=H.FOUND,
    moves={
        H.FOUND: frozenset({H.HANDED_OVER, H.CANCELLED}),
        H.HANDED_OVER: frozenset({H.SIGNED, H.RETURNED}),
        H.RETURNED: frozenset({H.HANDED_OVER, H.CANCELLED}),
        H.SIGNED: frozenset({H.SUBMITTED}),
        H.SUBMITTED: frozenset({H.ACCEPTED, H.SIGNED}),
        H.ACCEPTED: frozenset({H.STRUCK_OFF}),
        H.STRUCK_OFF: frozenset({H.REOPENED}),
        H.REOPENED: frozenset({H.HANDED_OVER}),
        H.CANCELLED: frozenset(),
    },
)
CLOSED = (H.STRUCK_OFF, H.CANCELLED)
"""Nobody has to do anything; a new accident opens what was struck off again."""
OPEN = tuple(each for each in H if each not in CLOSED)
HANDED = (H.HANDED_OVER, H.SIGNED, H.SUBMITTED, H.ACCEPTED, H.STRUCK_OFF, H.REOPENED)
"""There is a receiver, a document and a due time."""
WITH_RECEIVER = (H.HANDED_OVER, H.SIGNED)
"""What the receiver still has to do: only these can be late."""


class ExtensionStatus(TextChoices):
    ASKED = "ASKED", _("待审批")
    GRANTED = "GRANTED", _("已同意")
    DECLINED = "DECLINED", _("未同意")
    WITHDRAWN = "WITHDRAWN", _("已失效")


EXTENSION = TransitionTable(
    start=ExtensionStatus.ASKED,
    moves={
        ExtensionStatus.ASKED: frozenset(
            {ExtensionStatus.GRANTED, ExtensionStatus.DECLINED, ExtensionStatus.WITHDRAWN}
        ),
        ExtensionStatus.GRANTED: frozenset(),
        ExtensionStatus.DECLINED: frozenset(),
        ExtensionStatus.WITHDRAWN: frozenset(),
    },
)


class SupervisionStatus(TextChoices):
    LISTED = "LISTED", _("挂牌督办中")
    LIFTED = "LIFTED", _("已摘牌")


SUPERVISION = TransitionTable(
    start=SupervisionStatus.LISTED,
    moves={
        SupervisionStatus.LISTED: frozenset({SupervisionStatus.LIFTED}),
        SupervisionStatus.LIFTED: frozenset(),
    },
)


class LinkKind(TextChoices):
    ACCIDENT = "ACCIDENT", _("事故")
    BLACK_SPOT = "BLACK_SPOT", _("事故多发点段")


class Evidence(TextChoices):
    """What a file shows; the value is what its card says."""

    BEFORE = "整改前", _("整改前")
    AFTER = "整改后", _("整改后")
