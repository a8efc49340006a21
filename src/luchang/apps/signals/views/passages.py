"""What counts and studies take from the cameras."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.forms.passages import MeasurePassagesForm, TakePassagesForm
from luchang.apps.signals.models import CountSet, Retiming
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.services.deciding import MEASURABLE
from luchang.apps.signals.services.passages import measure_passages, take_passages
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.specs import Deed, Opening, Said


def _take(said: Said, by: Actor, at: datetime) -> CountSet:
    names = ("day", "interval_min", "begins_min", "ends_min")
    return take_passages(
        junction_id=said["junction"].pk, **{name: said[name] for name in names}, by=by, at=at
    )


def _measure(row: Retiming, said: Said, by: Actor, at: datetime) -> None:
    measure_passages(
        of=row,
        link_ids=[link.pk for link in said["links"]],
        measure_of=said["measure_of"],
        first_day=said["first_day"],
        last_day=said["last_day"],
        by=by,
        at=at,
    )


def _days(row: Retiming, at: datetime) -> Mapping[str, object]:
    """Four weeks up to yesterday."""
    del row
    yesterday = local(at).date() - timedelta(days=1)
    return {"first_day": yesterday - timedelta(days=27), "last_day": yesterday}


TAKE_PASSAGES = Opening(
    key="take-passages",
    title=_("取过车转向流量"),
    permission=MANAGE,
    form=TakePassagesForm,
    act=_take,
    done=_("已取得，扩样和估计的数值已标记为估算"),
    initial=lambda asked, at: {
        "junction": asked.get("junction", ""),
        "day": local(at).date() - timedelta(days=1),
    },
    icon="route",
    note=_("按同一路口编号取流量路口的转向流量；设备没有过车的时段按常态估计，并逐项标明。"),
)

MEASURE_PASSAGES = Deed[Any](
    key="measure-passages",
    title=_("取过车行程时间"),
    permission=MANAGE,
    form=MeasurePassagesForm,
    initial=_days,
    act=_measure,
    done=_("已按日取得，方案执行前后自动分开"),
    states=MEASURABLE,
    icon="route",
    note=_(
        "每天一个数值：方案时段内所选路段的平均行程时间，多个路段相加。执行当日不计；前后各至少5天才能对比。"
    ),
)
