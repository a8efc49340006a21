"""The ledger of targets: list, page, workbooks."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.kpi import services
from luchang.apps.kpi.forms import ChangeTargetForm, TargetForm
from luchang.apps.kpi.models import Target
from luchang.apps.kpi.policies import SEE_FIGURES, SET_TARGETS
from luchang.apps.kpi.selectors import targets as selectors
from luchang.apps.kpi.views.lists import HOME
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Said, calling
from luchang.kernel.lists.columns import Column, Flag, Moment, Number
from luchang.kernel.lists.filters import InOrganisation, NumberRange, TextSearch, Truth
from luchang.kernel.lists.imports.parsers import (
    KnownParser,
    NumberParser,
    OrganisationParser,
    TextParser,
)
from luchang.kernel.lists.imports.specs import ImportColumn, ImportSpec, Values
from luchang.kernel.lists.specs import ListSpec, PageAction

MOST = 10**12
DIGITS = 4
IN_FORCE = Q(withdrawn_at=None)


def _codes(actor: Actor) -> Mapping[str, str]:
    """Indicators by their code; by their title too, where only one is called so."""
    del actor
    offered = selectors.offered()
    titles = list(offered.values())
    named = {title: code for code, title in offered.items() if titles.count(title) == 1}
    return named | {code: code for code in offered}


def _create(values: Values, by: Actor, at: datetime) -> None:
    services.set_target(
        code=values["code"],
        organisation=values["organisation"],
        year=values["year"],
        number=float(values["number"]),
        basis=values["basis"],
        by=by,
        at=at,
    )


def _change(row: Target, values: Values, by: Actor, at: datetime) -> None:
    services.change_target(
        target_id=row.pk,
        number=float(values["number"]),
        basis=values["basis"],
        by=by,
        at=at,
    )


def _importable(actor: Actor) -> "QuerySet[Target]":
    return selectors.set_targets(actor)


TARGET_IMPORT = ImportSpec[Target](
    code="kpi.targets",
    title=_("指标目标"),
    permission=SET_TARGETS,
    key=("code", "organisation", "year"),
    rows=_importable,
    create=_create,
    change=_change,
    refusals=(services.Refused,),
    order=("-year", "code"),
    columns=(
        ImportColumn("code", _("指标代码"), KnownParser(_codes, says=_("指标目录中的代码或名称"))),
        ImportColumn("organisation", _("单位"), OrganisationParser(SET_TARGETS)),
        ImportColumn("year", _("年度"), NumberParser(2000, 2199)),
        ImportColumn("number", _("目标值"), NumberParser(0, MOST, DIGITS)),
        ImportColumn("basis", _("依据"), TextParser(200), is_required=False, empty=""),
    ),
)

VALUE = Column("number", _("目标值"), format=Number(), sort="number")
TARGETS = ListSpec[Target](
    code="kpi.targets",
    title=_("指标目标"),
    permission=SEE_FIGURES,
    rows=selectors.targets,
    order=("-year", "code"),
    link=lambda row: reverse("kpi.target", args=[row.pk]),
    parents=(HOME,),
    imports=TARGET_IMPORT,
    columns=(
        Column("title", _("指标"), width=24),
        Column("code", _("指标代码"), sort="code", width=24),
        Column("organisation", _("单位"), "organisation.short_name", sort="organisation__path"),
        Column("year", _("年度"), sort="year"),
        VALUE,
        Column("unit_label", _("计量单位")),
        Column("declared", _("默认目标"), format=Number()),
        Column("basis", _("依据"), width=24),
        Column("withdrawn_at", _("撤销时间"), format=Moment(), is_shown=False),
        Column("set_by_name", _("设定人")),
        Column("set_at", _("设定时间"), format=Moment(), sort="set_at"),
    ),
    filters=(
        TextSearch(contains=("code", "organisation__name", "basis"), hint=_("代码、单位、依据")),
        InOrganisation(label=_("单位")),
        NumberRange("year", _("年度")),
        Truth("holds", _("有效"), condition=IN_FORCE),
    ),
    actions=(PageAction(_("设定目标"), "kpi.target.set", SET_TARGETS),),
    empty=_("没有设定目标；未设定的单位按指标的默认目标显示"),
)


def _set(said: Said, by: Actor, at: datetime) -> Target:
    return services.set_target(**said, by=by, at=at)


def _proposed(asked: Mapping[str, str], at: datetime) -> Mapping[str, object]:
    return {"year": local(at).year, "code": asked.get("code", "")}


TARGET_LEDGER = Ledger[Target](
    model=Target,
    listed=TARGETS,
    name="kpi.target",
    rows=selectors.targets,
    notice=lambda row: (_("该目标已经撤销"), "warning") if row.withdrawn_at else None,
    facts=(
        Column(
            "title",
            _("指标"),
            link=lambda row: reverse("kpi.indicator", args=[row.code]) if row.indicator else "",
        ),
        Column("code", _("指标代码")),
        Column("organisation", _("单位"), "organisation.name"),
        Column("year", _("年度")),
        VALUE,
        Column("unit_label", _("计量单位")),
        Column("declared", _("默认目标"), format=Number()),
        Column("basis", _("依据"), width=40),
        Column("holds", _("有效"), lambda row: row.withdrawn_at is None, Flag()),
        Column("set_by_name", _("设定人")),
        Column("set_at", _("设定时间"), format=Moment()),
    ),
    openings=(
        Opening(
            key="set",
            title=_("设定目标"),
            permission=SET_TARGETS,
            form=TargetForm,
            initial=_proposed,
            act=_set,
            done=_("已设定目标"),
            note=_(
                "比率类目标适用于本单位和没有自设目标的下级；数量类目标只适用于本单位，按全年计算。"
                "处罚数量不得设定目标（公安部令157第66条）"
            ),
        ),
    ),
    deeds=(
        Deed(
            key="change",
            title=_("调整目标"),
            permission=SET_TARGETS,
            form=ChangeTargetForm,
            initial=lambda row, _at: {"number": row.number, "basis": row.basis},
            act=calling(services.change_target, "target_id"),
            done=_("已调整"),
            when=lambda row: row.withdrawn_at is None,
            kind="primary",
        ),
        Deed(
            key="withdraw",
            title=_("撤销目标"),
            permission=SET_TARGETS,
            form=ReasonForm,
            act=calling(services.withdraw_target, "target_id"),
            done=_("已撤销"),
            when=lambda row: row.withdrawn_at is None,
            icon="circle-x",
            kind="danger",
        ),
    ),
    refusals=(services.Refused,),
)
