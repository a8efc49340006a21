"""Hazards from workbooks, each row by the services."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk import selectors, services
from luchang.apps.risk.models import Hazard, ListVersion
from luchang.apps.risk.policies import FIND, HAND_OVER
from luchang.apps.risk.selectors.labels import categories, severities, townships
from luchang.apps.risk.services import Found, HazardRefused
from luchang.apps.risk.views.about_subjects import IMPORTED, is_hidden
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.lists.imports.parsers import (
    CodeParser,
    KnownParser,
    NumberParser,
    OrganisationParser,
    TextParser,
    Wrong,
)
from luchang.kernel.lists.imports.specs import ImportColumn, ImportSpec, Values

PARTED = re.compile("[；;\n]")
COLUMNS = {
    "no_version": "version",
    "version_closed": "version",
    "field": "values_text",
    "no_registers": "registered",
    "no_such_subject": "registered",
    "many_subjects": "registered",
    "nowhere": "place",
}
"""The column to mend, by what the service refused; the number's for all else."""
NUMBER = re.compile(r"[0-9A-Za-z\u4e00-\u9fff_/-]{2,24}").fullmatch


def _versions(actor: Actor) -> Mapping[str, ListVersion]:
    """The open ones by the name of their list, with and without the mark of an unconfirmed one."""
    del actor
    found: dict[str, ListVersion] = {}
    for each in selectors.open_versions():
        for name in (each.risk_list.code, each.risk_list.name, each.risk_list.name_en):
            found[name] = each
            found[f"{name} *"] = each
    return found


def _list_of(version: ListVersion) -> str:
    return str(version.risk_list)


def _found(values: Values) -> Found:
    return Found(
        category=values["category"],
        severity=values["severity"],
        title=values["title"],
        description=values["description"],
        subject=values.get("subject_text", ""),
        place=values.get("place", ""),
        chainage=values.get("chainage", ""),
        longitude=_degrees(values.get("longitude")),
        latitude=_degrees(values.get("latitude")),
        township=values.get("township", ""),
        values=_values(values["version"], values.get("values_text", "")),
        registered=_registered(values),
    )


def _registered(values: Values) -> str | None:
    """What the cell names; a subject out of sight that an export hid stays what it is."""
    named: str | None = values.get("registered")
    return None if named is not None and is_hidden(named) else named


def _values(version: ListVersion, text: str) -> dict[str, str]:
    """`准驾车型：A1；风险情形：其他`, by the names of the list's own columns.

    Raises:
        Wrong: the list has no such column.
    """
    known = {
        name.casefold(): each.key
        for each in version.risk_list.extra
        for name in (each.key, each.title, each.title_en)
        if name
    }
    found = {}
    for part in filter(None, (each.strip() for each in PARTED.split(text))):
        name, _colon, value = part.replace(":", "：", 1).partition("：")
        key = known.get(name.strip().casefold())
        if key is None:
            says = "、".join(each.label for each in version.risk_list.extra)
            raise Wrong(
                gettext("该清单没有字段：%s") % name, gettext("可填：%s") % says, "values_text"
            )
        found[key] = value.strip()
    return found


def _degrees(value: object) -> float | None:
    return None if value in {None, ""} else float(str(value))


@contextmanager
def _told_of_its_column() -> Iterator[None]:
    try:
        yield
    except HazardRefused as refusal:
        raise Wrong(str(refusal), "", COLUMNS.get(refusal.code, "number")) from refusal


def _create(values: Values, by: Actor, at: datetime) -> None:
    with _told_of_its_column():
        services.find(
            version_id=values["version"].pk,
            found=_found(values),
            organisation=values["organisation"],
            number=values["number"],
            by=by,
            at=at,
        )


def _change(row: Hazard, values: Values, by: Actor, at: datetime) -> None:
    if row.organisation != values["organisation"]:
        raise Wrong(gettext("排查单位不能改"), gettext("请填原单位"), "organisation")
    if row.version.risk_list != values["version"].risk_list:
        raise Wrong(gettext("清单不能改"), gettext("请填原清单"), "version")
    known, wanted = services.said_of(row, by=by), _found(values)
    if wanted.registered is None:
        known = replace(known, registered=None)
    if replace(wanted, values=_texts(wanted.values)) != replace(
        known, values=_texts(known.values)
    ):
        with _told_of_its_column():
            services.correct(hazard_id=row.pk, found=wanted, by=by, at=at)


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items()}


def _check(values: Values, by: Actor) -> None:
    del by
    if (values.get("longitude") in {None, ""}) != (values.get("latitude") in {None, ""}):
        raise Wrong(gettext("经度和纬度要一起填写"), "", "longitude")


def _rows(actor: Actor) -> "QuerySet[Hazard]":
    permission = HAND_OVER if actor.may(HAND_OVER) else FIND
    rows = Hazard.objects.select_related("organisation", "version__risk_list")
    return selectors.with_subjects(within(rows, actor, permission), actor)


HAZARD_IMPORT = ImportSpec[Hazard](
    code="risk.hazards",
    title=_("隐患"),
    permission=FIND,
    key=("number",),
    rows=_rows,
    create=_create,
    change=_change,
    check=_check,
    refusals=(HazardRefused,),
    order=("number",),
    columns=(
        ImportColumn(
            "number",
            _("隐患编号"),
            TextParser(24, pattern=NUMBER, pattern_says=_("2至24位数字、字母、汉字或横线")),
        ),
        ImportColumn(
            "version",
            _("清单"),
            KnownParser(_versions, name=_list_of, says=_("启用中的清单名称")),
        ),
        ImportColumn("category", _("隐患类别"), CodeParser(categories.known)),
        ImportColumn("severity", _("隐患等级"), CodeParser(severities.known)),
        ImportColumn("title", _("隐患名称"), TextParser(80), width=30),
        ImportColumn("description", _("隐患情况"), TextParser(1000), width=40),
        ImportColumn("subject_text", _("对象"), TextParser(80), is_required=False, empty=""),
        IMPORTED,
        ImportColumn(
            "values_text",
            _("附加字段"),
            TextParser(1000, pattern_says=_("字段：内容，用分号隔开")),
            is_required=False,
            empty="",
            width=30,
        ),
        ImportColumn("place", _("地点"), TextParser(120), is_required=False, empty="", width=30),
        ImportColumn("chainage", _("桩号"), TextParser(40), is_required=False, empty=""),
        ImportColumn(
            "township", _("乡镇街道"), CodeParser(townships.known), is_required=False, empty=""
        ),
        ImportColumn("organisation", _("排查单位"), OrganisationParser(FIND)),
        ImportColumn(
            "longitude", _("经度"), NumberParser(-180, 180, 6), is_required=False, empty=None
        ),
        ImportColumn(
            "latitude", _("纬度"), NumberParser(-90, 90, 6), is_required=False, empty=None
        ),
    ),
)
