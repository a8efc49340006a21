"""From a cell to a value and back; what cannot be meant is said with how to mend it."""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, Protocol, TypeVar

from django.utils import translation
from django.utils.translation import gettext

from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.lists.columns import Exported, Label, Labels, labels_of
from luchang.kernel.lists.imports.reading import CellValue
from luchang.kernel.lists.organisations import organisations_of

T = TypeVar("T")
SAFE_DIGITS = 15
"""A spreadsheet keeps no more digits of a number; what it shows beyond is invented."""
LANGUAGES = ("zh-hans", "en")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML or PostgreSQL refuses, and what nobody can see."""


class Wrong(Exception):
    """A cell that cannot be taken: what is wrong, and how to mend it."""

    def __init__(self, what: str, how: str = "", column: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.how = how
        self.column = column
        """Key of the column, where the one who finds it knows better than the caller."""


@dataclass
class Looking:
    """Who imports; what is looked up for him is looked up once a file."""

    actor: Actor
    _known: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, name: Hashable, find: Callable[[], T]) -> T:
        """What `find` answers, asked only the first time under this name."""
        if name not in self._known:
            self._known[name] = find()
        found: T = self._known[name]
        return found


class Parser(Protocol):
    """Reads one kind of cell.

    `shown` is the inverse: what an export writes of a value, so that `parse(shown(v))` is `v`.
    """

    def parse(self, cell: CellValue, looking: Looking) -> Any:
        """The value of a cell that is not empty.

        Raises:
            Wrong: it cannot be taken.
        """

    def shown(self, value: Any) -> Exported: ...

    def hint(self) -> str:
        """One line for the template: what may stand here."""


def text_of(cell: CellValue) -> str:
    """What a person sees in the cell, whatever its type.

    Raises:
        Wrong: a number so long that the spreadsheet has already spoilt it.
    """
    match cell:
        case bool():
            return gettext("是") if cell else gettext("否")
        case float() if cell.is_integer():
            return _digits(int(cell))
        case int():
            return _digits(cell)
        case datetime():
            return cell.isoformat(" ", "seconds").removesuffix(" 00:00:00")
        case date():
            return cell.isoformat()
        case _:
            return "" if cell is None else clean(str(cell))


def clean(text: str) -> str:
    """Text with one kind of line break, no blanks around it and nothing that cannot be printed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", lines).strip()


def _digits(number: int) -> str:
    text = str(number)
    if len(text.lstrip("-")) > SAFE_DIGITS:
        raise Wrong(gettext("长数字已被表格软件改动"), gettext("请把该列设为文本格式后重新填写"))
    return text


@dataclass(frozen=True)
class TextParser:
    """Text of bounded length; `pattern` is a predicate with the words of its refusal."""

    longest: int = 200
    pattern: Callable[[str], object] | None = None
    pattern_says: Label = ""

    def parse(self, cell: CellValue, looking: Looking) -> str:
        del looking
        text = text_of(cell)
        if len(text) > self.longest:
            raise Wrong(
                gettext("超过 %d 个字符") % self.longest,
                gettext("现有 %d 个字符，请缩短") % len(text),
            )
        if self.pattern is not None and not self.pattern(text):
            raise Wrong(gettext("格式不对"), str(self.pattern_says))
        return text

    def shown(self, value: str | None) -> Exported:
        return value or ""

    def hint(self) -> str:
        return str(self.pattern_says) or gettext("文本，不超过 %d 个字符") % self.longest


@dataclass(frozen=True)
class CodeParser:
    """A code of an enumeration or code table, by its label in either language or its code."""

    labels: Labels

    def parse(self, cell: CellValue, looking: Looking) -> Any:
        text = text_of(cell)
        found = looking.once(id(self), self._names).get(text.casefold())
        if found is None:
            raise Wrong(gettext("不是已有的选项"), gettext("可填：%s") % self._offer())
        return found[0]

    def shown(self, value: Any) -> Exported:
        return "" if value in {None, ""} else str(labels_of(self.labels).get(value, value))

    def hint(self) -> str:
        return gettext("可填：%s") % self._offer()

    def _names(self) -> dict[str, tuple[Any]]:
        names: dict[str, tuple[Any]] = {}
        for language in LANGUAGES:
            with translation.override(language):
                for value, label in labels_of(self.labels).items():
                    names.setdefault(str(label).casefold(), (value,))
        for value in labels_of(self.labels):
            names.setdefault(str(value).casefold(), (value,))
        return names

    def _offer(self) -> str:
        labels = [str(label) for label in labels_of(self.labels).values()]
        return "、".join(labels[:30]) + ("…" if len(labels) > 30 else "")  # noqa: PLR2004


@dataclass(frozen=True)
class OrganisationParser:
    """An organisation by its code, name or short name, within the reach of the one who imports."""

    permission: str

    def parse(self, cell: CellValue, looking: Looking) -> Organisation:
        known = looking.once(
            ("organisations", self.permission), lambda: self._named(looking.actor)
        )
        found = known.get(text_of(cell).upper(), {})
        if not found:
            raise Wrong(
                gettext("没有此机构，或不在您的管辖范围内"),
                gettext("请填本人管辖范围内机构的12位代码或名称"),
            )
        if len(found) > 1:
            raise Wrong(
                gettext("有 %d 个机构叫这个名称") % len(found), gettext("请改填机构的12位代码")
            )
        return next(iter(found.values()))

    def _named(self, actor: Actor) -> Mapping[str, Mapping[int, Organisation]]:
        """All that goes by each name; a code is nobody else's name."""
        named: dict[str, dict[int, Organisation]] = {}
        reached = list(organisations_of(actor, self.permission))
        for each in reached:
            for name in (each.name, each.short_name):
                named.setdefault(name.strip().upper(), {})[each.pk] = each
        return {**named, **{each.code: {each.pk: each} for each in reached}}

    def shown(self, value: Organisation | None) -> Exported:
        return value.code if value else ""

    def hint(self) -> str:
        return gettext("机构的12位代码或名称")


@dataclass(frozen=True)
class KnownParser:
    """One of the things `source` offers to the one who imports, by the text that names it."""

    source: Callable[[Actor], Mapping[str, Any]]
    name: Callable[[Any], str] = str
    says: Label = ""

    def parse(self, cell: CellValue, looking: Looking) -> Any:
        found = looking.once(self.source, lambda: self.source(looking.actor))
        text = text_of(cell)
        if text not in found:
            raise Wrong(gettext("没有此项，或不在您的管辖范围内"), str(self.says))
        return found[text]

    def shown(self, value: Any) -> Exported:
        return "" if value is None else self.name(value)

    def hint(self) -> str:
        return str(self.says)


@dataclass(frozen=True)
class NumberParser:
    """A number within bounds; `digits` after the point, none for whole numbers."""

    least: int = 0
    most: int = 10**9
    digits: int = 0

    def parse(self, cell: CellValue, looking: Looking) -> int | Decimal:
        del looking
        number = self._number(cell)
        if number != round(number, self.digits):
            raise Wrong(gettext("小数位过多"), gettext("最多 %d 位小数") % self.digits)
        if not self.least <= number <= self.most:
            raise Wrong(gettext("超出范围"), self.hint())
        return round(number, self.digits) if self.digits else int(number)

    def _number(self, cell: CellValue) -> Decimal:
        if isinstance(cell, bool | date):
            raise Wrong(gettext("不是数字"), self.hint())
        try:
            number = Decimal(str(cell).strip())
        except InvalidOperation as wrong:
            raise Wrong(gettext("不是数字"), self.hint()) from wrong
        if not number.is_finite() or abs(number) > 10**SAFE_DIGITS:
            raise Wrong(gettext("不是数字"), self.hint())
        return number

    def shown(self, value: float | Decimal | None) -> Exported:
        return value

    def hint(self) -> str:
        return gettext("%(least)d 至 %(most)d 的数字") % {"least": self.least, "most": self.most}


@dataclass(frozen=True)
class DayParser:
    """A date, as a date cell or as text with the year first."""

    def parse(self, cell: CellValue, looking: Looking) -> date:
        del looking
        return _moment(cell).date()

    def shown(self, value: date | None) -> Exported:
        return value

    def hint(self) -> str:
        return gettext("日期，如 2026-03-01")


@dataclass(frozen=True)
class MomentParser:
    """A moment of Shanghai's wall clock, to the second."""

    def parse(self, cell: CellValue, looking: Looking) -> datetime:
        del looking
        return _moment(cell).replace(tzinfo=clock.SHANGHAI)

    def shown(self, value: datetime | None) -> Exported:
        if value is None:
            return None
        return clock.local(value).replace(tzinfo=None, microsecond=0)

    def hint(self) -> str:
        return gettext("时间，如 2026-03-01 08:30:00")


@dataclass(frozen=True)
class FlagParser:
    """Yes or no, in either language, or as a true or false cell."""

    @cached_property
    def words(self) -> Mapping[str, bool]:
        return {
            **dict.fromkeys(("是", "yes", "y", "true", "1", "√"), True),
            **dict.fromkeys(("否", "no", "n", "false", "0", "×"), False),
        }

    def parse(self, cell: CellValue, looking: Looking) -> bool:
        del looking
        if isinstance(cell, bool):
            return cell
        found = self.words.get(text_of(cell).casefold())
        if found is None:
            raise Wrong(gettext("不是“是”或“否”"), gettext("可填：是、否"))
        return found

    def shown(self, value: object) -> Exported:
        return "" if value is None else gettext("是") if value else gettext("否")

    def hint(self) -> str:
        return gettext("可填：是、否")


def _moment(cell: CellValue) -> datetime:
    if isinstance(cell, datetime):
        found = cell
    elif isinstance(cell, date):
        found = datetime.combine(cell, datetime.min.time())
    else:
        found = _moment_of(str(cell).strip().replace("/", "-").replace(".", "-", 2))
    if not 1900 <= found.year <= 2200:  # noqa: PLR2004 - nothing of ours lies beyond
        raise Wrong(gettext("年份不对"), gettext("1900 至 2200 年之间"))
    return found.replace(tzinfo=None, microsecond=0)


def _moment_of(text: str) -> datetime:
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y年%m月%d日"):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the caller names the zone
        except ValueError:
            continue
    raise Wrong(gettext("不是日期"), gettext("如 2026-03-01 或 2026-03-01 08:30"))
