"""What may be done with a risk list."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from luchang.apps.risk import selectors, services
from luchang.apps.risk.forms.lists import (
    DropFieldForm,
    FieldForm,
    NewListForm,
    RenameForm,
    ShipForm,
    VersionForm,
)
from luchang.apps.risk.models import RiskList
from luchang.apps.risk.policies import MANAGE_LISTS
from luchang.apps.risk.services import HazardRefused
from luchang.apps.risk.states.fields import ExtraField, FieldKind
from luchang.apps.risk.states.hazards import SubjectKind
from luchang.apps.risk.views.hazard_lists import LISTS
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said, calling
from luchang.kernel.lists.columns import Coded, Column, Flag


def _add(said: Said, by: Actor, at: datetime) -> RiskList:
    subject = SubjectKind(said["subject"])
    return services.make_list(**{**said, "subject": subject}, by=by, at=at)


def _ship(said: Said, by: Actor, at: datetime) -> RiskList:
    """The first of those that came; the first there is where all were there already."""
    made = services.ship_lists(organisation=said["organisation"], by=by, at=at)
    return made[0] if made else selectors.risk_lists(by)[0]


def _add_field(row: RiskList, said: Said, by: Actor, at: datetime) -> None:
    services.add_field(list_id=row.pk, field=_field(said), by=by, at=at)


def _field(said: Said) -> ExtraField:
    return ExtraField(**said)


def _fields(row: RiskList, by: Actor, at: datetime) -> Mapping[str, object]:
    del by, at
    return {"rows": [(each, FieldKind(each.kind).label) for each in row.extra]}


def _versions(row: RiskList, by: Actor, at: datetime) -> Mapping[str, object]:
    del at
    return {"rows": selectors.versions(by).filter(risk_list=row)}


def _unconfirmed(row: RiskList) -> tuple[object, str] | None:
    if row.is_confirmed:
        return None
    return _("清单名称尚未确认，各处以星号标明；可在此改名并确认"), "warning"


def _has_open(row: RiskList) -> bool:
    return row.versions.filter(closed_at=None).exists()


LIST_LEDGER = Ledger[RiskList](
    model=RiskList,
    listed=LISTS,
    name="risk.list",
    rows=selectors.risk_lists,
    notice=_unconfirmed,  # type: ignore[arg-type]  # a lazy text is a label
    facts=(
        Column("name", _("名称")),
        Column("name_en", _("英文名称")),
        Column("code", _("代码")),
        Column("subject", _("对象"), format=Coded(SubjectKind)),
        Column("is_confirmed", _("名称已确认"), format=Flag(no=_("未确认"))),
        Column("organisation", _("管理单位"), "organisation.name"),
    ),
    parts=(
        Part(template="risk/_fields.html", values=_fields, order=10),
        Part(template="risk/_versions.html", values=_versions, order=20),
    ),
    openings=(
        Opening(
            key="add",
            title=_("新增清单"),
            permission=MANAGE_LISTS,
            form=NewListForm,
            act=_add,
            done=_("已新增清单"),
        ),
        Opening(
            key="ship",
            title=_("载入默认五张清单"),
            permission=MANAGE_LISTS,
            form=ShipForm,
            act=_ship,
            done=_("已载入"),
            icon="download",
            note=_("人、车、路、企、政五张清单的名称未经确认，载入后可改名；已有的不变"),
        ),
    ),
    deeds=(
        Deed(
            key="open-version",
            title=_("启用新版本"),
            permission=MANAGE_LISTS,
            form=VersionForm,
            act=calling(services.open_version, "list_id"),
            done=_("已启用新版本，未销号的隐患已转入"),
            icon="calendar-plus",
            kind="primary",
            note=_("原版本随即截止，未销号的隐患转入新版本"),
        ),
        Deed(
            key="close-version",
            title=_("截止现行版本"),
            permission=MANAGE_LISTS,
            act=calling(services.close_version, "list_id"),
            done=_("已截止"),
            when=_has_open,
            icon="calendar-off",
            question=_("截止后不能再列入新隐患，已列入的继续办理。确定截止？"),
        ),
        Deed(
            key="rename",
            title=_("改名与确认"),
            permission=MANAGE_LISTS,
            form=RenameForm,
            initial=lambda row, _at: {
                name: getattr(row, name) for name in ("name", "name_en", "is_confirmed")
            },
            act=calling(services.rename_list, "list_id"),
            done=_("已保存"),
        ),
        Deed(
            key="add-field",
            title=_("添加字段"),
            permission=MANAGE_LISTS,
            form=FieldForm,
            act=_add_field,
            done=_("已添加字段"),
            icon="columns",
        ),
        Deed(
            key="drop-field",
            title=_("停用字段"),
            permission=MANAGE_LISTS,
            form=DropFieldForm,
            act=calling(services.drop_field, "list_id"),
            done=_("已停用字段"),
            when=lambda row: bool(row.fields),
            icon="columns-off",
        ),
    ),
    refusals=(HazardRefused,),
)
