"""Cells of workbooks about key subjects: numbers that add up, and persons that stay masked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects import selectors, services
from luchang.apps.subjects.models import Enterprise
from luchang.apps.subjects.policies import MANAGE
from luchang.apps.subjects.states import (
    LicenceClass,
    PlateType,
)
from luchang.core.common.identifiers import (
    Invalid,
)
from luchang.core.common.personal import STAR, Kind, mask
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.lists.columns import Exported, Label
from luchang.kernel.lists.imports.parsers import (
    DayParser,
    Looking,
    NumberParser,
    OrganisationParser,
    TextParser,
    Wrong,
    text_of,
)
from luchang.kernel.lists.imports.reading import CellValue
from luchang.kernel.lists.imports.specs import ImportColumn, Values

MOST_NAMED = 20_000


class Masked:
    """A masked value in a file says that what is known stays, as long as it is the mask of it."""

    __hash__ = None  # type: ignore[assignment]  # equal to many different values

    def __init__(self, kind: Kind, text: str) -> None:
        self.kind, self.text = kind, text

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Masked):
            return self.text == other.text
        return self.text == mask(self.kind, str(other))

    def __str__(self) -> str:
        return self.text


class _Shown(str):
    """What a form shows of a value, and the value itself for whoever compares."""

    __slots__ = ("clear",)
    clear: str


def _shown(kind: Kind, clear: str) -> _Shown:
    shown = _Shown(mask(kind, clear))
    shown.clear = clear
    return shown


@dataclass(frozen=True)
class PersonalParser:
    """Personal data: never written into a form in clear; masked in a file, it changes nothing."""

    kind: Kind
    check: Callable[[str], str] = str.strip
    says: Label = ""

    def parse(self, cell: CellValue, looking: Looking) -> "str | Masked":
        del looking
        if isinstance(cell, _Shown):
            return cell.clear
        text = text_of(cell)
        if STAR in text:
            return Masked(self.kind, text)
        try:
            clear: str = self.check(text)
        except Invalid as wrong:
            raise Wrong(gettext("号码有误"), self.hint()) from wrong
        return clear

    def shown(self, value: "str | Masked | None") -> Exported:
        if isinstance(value, Masked):
            return value.text
        return _shown(self.kind, value) if value else ""

    def hint(self) -> str:
        return gettext("%s；带*的原样保留，不改动已有内容") % str(self.says)


@dataclass(frozen=True)
class CheckedParser:
    """A number with a grammar of its own, kept plain."""

    check: Callable[[str], str]
    says: Label

    def parse(self, cell: CellValue, looking: Looking) -> str:
        del looking
        try:
            return self.check(text_of(cell))
        except Invalid as wrong:
            raise Wrong(gettext("号码有误"), self.hint()) from wrong

    def shown(self, value: str | None) -> Exported:
        return value or ""

    def hint(self) -> str:
        return str(self.says)


def any_plate(text: str) -> str:
    """A plate of whatever type; the service asks once more when it knows which."""
    try:
        return services.written_plate(PlateType.LARGE, text)
    except Invalid:
        return services.written_plate(PlateType.TRACTOR, text)


@dataclass(frozen=True)
class ClassesParser:
    """The classes a licence holds, between commas."""

    def parse(self, cell: CellValue, looking: Looking) -> list[LicenceClass]:
        del looking
        written = [each.strip().upper() for each in re.split("[、，,;；/ ]", text_of(cell))]
        codes = [each for each in written if each]
        unknown = [each for each in codes if each not in LicenceClass.values]
        if unknown or not codes:
            raise Wrong(gettext("没有此准驾车型：%s") % "、".join(unknown), self.hint())
        return [LicenceClass(each) for each in dict.fromkeys(codes)]

    def shown(self, value: list[str] | None) -> Exported:
        return "、".join(value or ())

    def hint(self) -> str:
        return gettext("如 A1、B2，用顿号隔开")


@dataclass(frozen=True)
class EnterpriseParser:
    """An enterprise by its credit code, name or short name.

    One out of reach is refused by the service in the words for one that is not there; where a
    vehicle is under it already, it stays.
    """

    def parse(self, cell: CellValue, looking: Looking) -> Enterprise:
        known = looking.once("enterprises", _enterprises_named)
        found = known.get(text_of(cell), [])
        if not found:
            raise Wrong(gettext("没有此企业，或不在您的管辖范围内"), self.hint())
        if len(found) > 1:
            raise Wrong(gettext("有 %d 个企业叫这个名称") % len(found), self.hint())
        return found[0]

    def shown(self, value: Enterprise | None) -> Exported:
        return (value.credit_code or value.name) if value else ""

    def hint(self) -> str:
        return gettext("已登记企业的统一社会信用代码或名称")


def _enterprises_named() -> Mapping[str, list[Enterprise]]:
    named: dict[str, list[Enterprise]] = {}
    for each in selectors.listed_enterprises(SYSTEM)[:MOST_NAMED]:
        for name in {each.credit_code, each.name, each.short_name} - {None, ""}:
            named.setdefault(str(name), []).append(each)
    return named


def told_of(values: Values, row: Any, *personal: str) -> dict[str, Any]:
    """What the file says, without what it only masks.

    Raises:
        Wrong: something is masked that nothing is known of, or that is not the mask of it.
    """
    told = dict(values)
    for name in personal:
        value = told.get(name)
        if not isinstance(value, Masked):
            continue
        if row is None or value != getattr(row, name):
            what = gettext("带*的内容与已有记录不符") if row else gettext("新记录须填写完整内容")
            raise Wrong(what, gettext("请填写完整内容"), column=name)
        del told[name]
    return told


def differing(row: Any, told: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {
        name: told[name]
        for name in names
        if name in told and (getattr(row, name) or "") != (told[name] or "")
    }


PLACE = ImportColumn("organisation", _("监管单位"), OrganisationParser(MANAGE))
NOTE = ImportColumn("note", _("备注"), TextParser(500), is_required=False, blank_keeps=True)


def day_column(key: str, title: Any) -> ImportColumn:
    return ImportColumn(key, title, DayParser(), is_required=False, empty=None, blank_keeps=True)


def number_column(key: str, title: Any, most: int) -> ImportColumn:
    parser = NumberParser(0, most)
    return ImportColumn(key, title, parser, is_required=False, empty=None, blank_keeps=True)


def personal_column(
    key: str, title: Any, kind: Kind, says: Any, check: Callable[[str], str] = str.strip
) -> ImportColumn:
    """An empty cell keeps what is known: nobody loses a phone by leaving a column out."""
    parser = PersonalParser(kind, check, says)
    return ImportColumn(key, title, parser, is_required=False, blank_keeps=True)
