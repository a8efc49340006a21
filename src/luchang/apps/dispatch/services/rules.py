"""Changing the limits; a past incident keeps the version it was judged by."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.models import ServiceLevel
from luchang.apps.dispatch.services.refusals import BadFacts, Refused
from luchang.apps.dispatch.states import AreaClass, CategoryGroup, Grade
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor

UNCONFIRMED = "本地值，未经确认"
LONGEST_LIMIT_S = 7 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Limits:
    """One rule: for what, and how many seconds for each step."""

    grade: str
    area_class: str = ""
    category_group: str = ""
    dispatch_s: int | None = None
    sign_s: int | None = None
    arrive_s: int | None = None
    feedback_s: int | None = None
    source: str = UNCONFIRMED
    is_confirmed: bool = False


@transaction.atomic
def introduce_service_level(
    *, limits: Limits, valid_from: datetime, by: Actor, at: datetime
) -> ServiceLevel:
    """Put a rule into force; the one it replaces ends where it begins.

    Raises:
        Forbidden: `by` does not keep the rules.
        BadFacts: unknown grade, area or kind, or a limit out of range.
        Refused: a rule beginning at that time or later is there already.
    """
    policies.check_can_manage_rules(by)
    _check(limits)
    same = ServiceLevel.objects.select_for_update().filter(
        grade=limits.grade, area_class=limits.area_class, category_group=limits.category_group
    )
    for before in same.filter(valid_until__isnull=True, valid_from__lt=valid_from):
        before.end(at=valid_from)
    made = ServiceLevel(**asdict(limits), valid_from=valid_from)
    try:
        with transaction.atomic():
            made.introduce()
    except IntegrityError as clash:
        raise Refused(_("该时段已有同类规则。")) from clash
    audit.record(
        by=by,
        action=Action.CREATE,
        subject="dispatch.servicelevel",
        subject_id=made.pk,
        at=at,
        detail=asdict(limits),
    )
    return made


def load_default_service_levels(*, by: Actor, valid_from: datetime, at: datetime) -> int:
    """Give a new installation something to measure by; how many rules were added.

    The values follow the one municipal document and the one press report we know of (city five
    minutes, suburb ten, countryside as soon as possible; one, three, five minutes to act by
    urgency) and are marked unconfirmed: no national rule gives minutes.
    """
    if ServiceLevel.objects.exists():
        return 0
    rows = [
        Limits(
            grade=grade,
            area_class=area,
            dispatch_s=dispatch_s,
            sign_s=60,
            arrive_s=_ARRIVE_S[area],
            feedback_s=7_200,
        )
        for grade, dispatch_s in _DISPATCH_S.items()
        for area in AreaClass.values
    ]
    for limits in rows:
        introduce_service_level(limits=limits, valid_from=valid_from, by=by, at=at)
    return len(rows)


_DISPATCH_S = {Grade.FIRST.value: 60, Grade.SECOND.value: 60, Grade.THIRD.value: 180, "4": 300}
_ARRIVE_S: dict[str, int | None] = {
    AreaClass.URBAN.value: 300,
    AreaClass.SUBURBAN.value: 600,
    AreaClass.RURAL.value: None,
}


def _check(limits: Limits) -> None:
    if limits.grade not in Grade.values:
        raise BadFacts(_("警情级别为1至4。"))
    if limits.area_class not in ["", *AreaClass.values]:
        raise BadFacts(_("区域类别不存在。"))
    if limits.category_group not in ["", *CategoryGroup.values]:
        raise BadFacts(_("警情大类不存在。"))
    for seconds in (limits.dispatch_s, limits.sign_s, limits.arrive_s, limits.feedback_s):
        if seconds is not None and not 0 < seconds <= LONGEST_LIMIT_S:
            raise BadFacts(_("时限应在1秒至7天之间。"))
    if not limits.source.strip():
        raise BadFacts(_("请填写依据。"))
