"""Officers and vehicles from workbooks, each row by the services of the force."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.force import selectors, services
from luchang.apps.force.forms import MOST_SEATS
from luchang.apps.force.models import Officer, Qualification, Skill, Vehicle
from luchang.apps.force.policies import MANAGE_FORCE
from luchang.apps.force.services import OfficerRefused, VehicleRefused
from luchang.apps.force.states import OfficerKind, VehicleKind
from luchang.core.common.identifiers import Invalid
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.lists.columns import Exported
from luchang.kernel.lists.imports.parsers import (
    CodeParser,
    Looking,
    NumberParser,
    OrganisationParser,
    TextParser,
    Wrong,
    text_of,
)
from luchang.kernel.lists.imports.reading import CellValue
from luchang.kernel.lists.imports.specs import ImportColumn, ImportSpec, Values

Codes = frozenset[str]


@dataclass(frozen=True)
class PlateParser:
    """A number plate, with or without its dot, kept the way the fleet keeps it."""

    def parse(self, cell: CellValue, looking: Looking) -> str:
        del looking
        try:
            return services.written_plate(text_of(cell))
        except Invalid as wrong:
            raise Wrong(gettext("不是号牌"), self.hint()) from wrong

    def shown(self, value: str | None) -> Exported:
        return value or ""

    def hint(self) -> str:
        return gettext("如 湘B12345、湘BD12345、湘B1234警，字母没有I和O")


@dataclass(frozen=True)
class SkillsParser:
    """The skills somebody holds, by name in either language or by code, between commas."""

    def parse(self, cell: CellValue, looking: Looking) -> Codes:
        known = looking.once("skills", _skill_names)
        written = [each.strip() for each in re.split("[、，,;；\n]", text_of(cell))]
        unknown = [each for each in written if each and each.casefold() not in known]
        if unknown:
            raise Wrong(
                gettext("没有此技能：%s") % "、".join(unknown),
                gettext("可填：%s") % "、".join(map(_called, selectors.skills())),
            )
        return frozenset(known[each.casefold()] for each in written if each)

    def shown(self, value: Sequence[Qualification] | None) -> Exported:
        return "、".join(_called(each.skill) for each in value or ())

    def hint(self) -> str:
        return gettext("技能名称，用顿号隔开；新增的长期有效，未列出的即终止，整格留空则不变")


def _called(skill: Skill) -> str:
    return skill.name_en if get_language() == "en" else skill.name


def _skill_names() -> Mapping[str, str]:
    """The code of a skill by all it is called."""
    return {
        name.casefold(): skill.code
        for skill in selectors.skills()
        for name in (skill.code, skill.name, skill.name_en)
    }


def _officers(actor: Actor) -> "QuerySet[Officer]":
    return selectors.qualified_officers(actor, at=clock.now())


def enrol(values: Values, by: Actor, at: datetime) -> None:
    """Somebody the file brings, with the skills it gives him."""
    services.enrol_officer(
        badge=values["badge"],
        name=values["name"],
        kind=OfficerKind(values["kind"]),
        organisation=values["organisation"],
        skill_codes=values.get("skills", frozenset()),
        by=by,
        at=at,
    )


def change_officer(officer: Officer, values: Values, by: Actor, at: datetime) -> None:
    """What the file says otherwise, each by the service it belongs to."""
    if (officer.name, officer.kind) != (values["name"], values["kind"]):
        services.correct_officer(
            officer_id=officer.pk,
            name=values["name"],
            kind=OfficerKind(values["kind"]),
            by=by,
            at=at,
        )
    held = frozenset(each.skill.code for each in officer.held)  # type: ignore[attr-defined]
    _qualify(officer.pk, values.get("skills", held), held, by, at)
    if officer.organisation != values["organisation"]:
        services.transfer_officer(
            officer_id=officer.pk, organisation=values["organisation"], by=by, at=at
        )


def _qualify(officer_id: int, wanted: Codes, held: Codes, by: Actor, at: datetime) -> None:
    for code in sorted(wanted - held):
        services.grant_qualification(
            officer_id=officer_id, skill_code=code, expires_at=None, by=by, at=at
        )
    for code in sorted(held - wanted):
        services.end_qualification(officer_id=officer_id, skill_code=code, by=by, at=at)


def register(values: Values, by: Actor, at: datetime) -> None:
    """A vehicle the file brings."""
    services.register_vehicle(
        plate=values["plate"],
        kind=VehicleKind(values["kind"]),
        organisation=values["organisation"],
        seats=values["seats"],
        by=by,
        at=at,
    )


def change_vehicle(vehicle: Vehicle, values: Values, by: Actor, at: datetime) -> None:
    """What the file says otherwise, each by the service it belongs to."""
    if (vehicle.kind, vehicle.seats) != (values["kind"], values["seats"]):
        services.correct_vehicle(
            vehicle_id=vehicle.pk,
            kind=VehicleKind(values["kind"]),
            seats=values["seats"],
            by=by,
            at=at,
        )
    if vehicle.organisation != values["organisation"]:
        services.transfer_vehicle(
            vehicle_id=vehicle.pk, organisation=values["organisation"], by=by, at=at
        )


PLACE = ImportColumn("organisation", _("所属机构"), OrganisationParser(MANAGE_FORCE))

OFFICERS = ImportSpec[Officer](
    code="force.officers",
    title=_("警员"),
    permission=MANAGE_FORCE,
    key=("badge",),
    rows=_officers,
    create=enrol,
    change=change_officer,
    refusals=(OfficerRefused,),
    order=("badge",),
    columns=(
        ImportColumn(
            "badge",
            _("警号"),
            TextParser(
                12,
                pattern=re.compile("[0-9A-Z]{4,12}").fullmatch,
                pattern_says=_("4至12位数字或大写字母"),
            ),
        ),
        ImportColumn("name", _("姓名"), TextParser(40)),
        ImportColumn("kind", _("类别"), CodeParser(OfficerKind)),
        PLACE,
        ImportColumn(
            "skills",
            _("技能"),
            SkillsParser(),
            is_required=False,
            value="held",
            empty=frozenset(),
            blank_keeps=True,
            width=30,
        ),
    ),
)

VEHICLES = ImportSpec[Vehicle](
    code="force.vehicles",
    title=_("车辆"),
    permission=MANAGE_FORCE,
    key=("plate",),
    rows=selectors.managed_vehicles,
    create=register,
    change=change_vehicle,
    refusals=(VehicleRefused,),
    order=("plate",),
    columns=(
        ImportColumn("plate", _("号牌"), PlateParser()),
        ImportColumn("kind", _("类别"), CodeParser(VehicleKind)),
        PLACE,
        ImportColumn("seats", _("座位"), NumberParser(1, MOST_SEATS)),
    ),
)
