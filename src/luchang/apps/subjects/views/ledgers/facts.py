"""What the pages of all key subjects share."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from luchang.apps.places import selectors as places
from luchang.apps.subjects import forms, services
from luchang.apps.subjects.models import (
    Subject,
)
from luchang.apps.subjects.policies import MANAGE
from luchang.apps.subjects.states import (
    SubjectKind,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.specs import Deed, Said
from luchang.kernel.lists.columns import Column, Moment

OWNER = Column("organisation", _("监管单位"), "organisation.short_name")
NUMBER = Column("pk", _("记录编号"), lambda row: f"#{row.pk}")
NOTE = Column("note", _("备注"), width=40)
REGISTERED = Column("registered_at", _("登记时间"), format=Moment())


def merged(route: str) -> Column:
    return Column(
        "merged_into",
        _("合并到"),
        link=lambda row: reverse(route, args=[row.merged_into_id]) if row.merged_into_id else "",
    )


def notice_of(row: Subject) -> tuple[str, str] | None:
    """What stands above everything: a double that only points on, or an invented record."""
    if row.merged_into is not None:
        told = _now("本条为重复记录，内容已并入%(name)s") % {"name": row.merged_into}
        return told, "warning"
    if row.is_demo:
        return _now("演示数据，内容均为虚构"), "info"
    return None


def written(said: Said, *personal: str) -> dict[str, Any]:
    """What a form of corrections says; persons stay where nothing was written."""
    return {name: value for name, value in said.items() if value or name not in personal}


def as_it_is(*names: str) -> Any:
    def proposed(row: Any, at: datetime) -> dict[str, object]:
        del at
        return {name: getattr(row, name) for name in names}

    return proposed


def merging(kind: SubjectKind, states: tuple[str, ...]) -> Deed[Any]:
    return Deed(
        key="merge",
        title=_("合并重复记录"),
        permission=MANAGE,
        form=forms.MergeForm,
        act=lambda row, said, by, at: services.merge(
            kind=kind,
            survivor_id=row.pk,
            double_id=said["double"].pk,
            reason=said["reason"],
            by=by,
            at=at,
        ),
        done=_("已合并，本条保留"),
        states=states,
        icon="arrows-join",
        note=_("保留本条；另一条的关联、到期事项、附件和备注移到本条，另一条只作指引。不可撤销。"),
        kind="danger",
    )


def place_of(row: Any, by: Actor, at: datetime) -> Any:
    del by, at
    return places.spot_map(row.longitude, row.latitude, name=str(row))
