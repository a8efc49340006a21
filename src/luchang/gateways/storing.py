"""An approved plan in the whole seconds that controllers store, and whether they stored it."""

from itertools import zip_longest

from django.utils.translation import gettext as _

from luchang.apps.signals.ports import StoredPlan, StoredStage
from luchang.core.signals.approval import ApprovedPlan
from luchang.core.signals.checks import change_parts


def stored(plan: ApprovedPlan) -> StoredPlan:
    """What a controller must hold for a plan; `check_plan` has seen to whole seconds."""
    stages = []
    for place, step in enumerate(plan.plan.steps):
        amber, _all_red = change_parts(plan.junction, plan.plan, place)
        amber_s = _up(amber)
        stages.append(
            StoredStage(
                stage=step.stage,
                green_s=round(step.green_s),
                amber_s=amber_s,
                all_red_s=max(0, round(step.change_s) - amber_s),
            )
        )
    return StoredPlan(
        plan_no=plan.plan_no,
        name=plan.name,
        cycle_s=round(plan.plan.cycle_s),
        offset_s=round(plan.plan.offset_s),
        stages=tuple(stages),
    )


def _up(seconds: float) -> int:
    """Amber is never shortened: what is over a whole second becomes the next."""
    return -int(-seconds // 1)


def differences(wanted: StoredPlan, held: StoredPlan) -> list[str]:
    """Where a stored plan is not the wanted one; its name is of no matter."""
    found = []
    if wanted.plan_no != held.plan_no:
        found.append(_("方案序号"))
    if wanted.cycle_s != held.cycle_s:
        found.append(_("周期"))
    if wanted.offset_s != held.offset_s:
        found.append(_("相位差"))
    found += [
        _("第%(step)s步") % {"step": place}
        for place, (one, other) in enumerate(zip_longest(wanted.stages, held.stages), start=1)
        if one != other
    ]
    return found
