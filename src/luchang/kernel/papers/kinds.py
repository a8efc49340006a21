"""Kinds of paper: which record they are about, what they may say of it, the text they ship with.

    NOTICE = papers.declare(
        PaperKind(
            code="risk.notice",
            title=_("限期整改通知书"),
            subject="risk.rectificationnotice",
            permission=policies.SERVE_NOTICES,
            fields=(PaperField("whom", _("被通知单位"), lambda row: row.target_name), ...),
            shipped=Path(__file__).with_name("notice.txt"),
        )
    )

Declared in an app's `bridge`, imported in its `ready()`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Model
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.core.documents.filling import dialect_of
from luchang.core.documents.language import Dialect
from luchang.kernel import clock
from luchang.kernel.identity.models import Organisation
from luchang.kernel.papers.printing import HOUSE_LANGUAGE

Label = str | Promise


@dataclass(frozen=True)
class PaperField:
    """Something a paper may say of its record."""

    name: str
    title: Label
    of: Callable[[Any], str]
    """Its words, in Chinese; several lines where there are several things."""


COMMON: Mapping[str, Label] = {
    "number": _("编号"),
    "organisation": _("制作单位"),
    "author": _("制作人"),
    "date": _("制作日期"),
}
"""What every paper knows of itself."""


def _number(row: Any) -> str:
    return str(row.number)


def _organisation(row: Any) -> Organisation:
    found: Organisation = row.organisation
    return found


@dataclass(frozen=True, kw_only=True)
class PaperKind:
    """One kind of paper about one kind of record."""

    code: str
    """`<app>.<what>`: by it texts and papers are kept."""
    title: Label
    """What stands on top of it."""
    subject: str
    """The record's model as `<app>.<model>`; its files are the record's attachments."""
    permission: str
    """Whoever holds it where the record belongs makes the paper."""
    fields: Sequence[PaperField]
    shipped: Path
    """The text that comes with the product."""
    number: Callable[[Any], str] = _number
    organisation: Callable[[Any], Organisation] = _organisation

    def __post_init__(self) -> None:
        names = [each.name for each in self.fields]
        if len({*names, *COMMON}) != len(names) + len(COMMON):
            raise ValueError(f"{self.code} has two fields of one name")

    @property
    def shipped_source(self) -> str:
        return self.shipped.read_text(encoding="utf-8")

    @property
    def house_title(self) -> str:
        """As it stands on the paper."""
        with translation.override(HOUSE_LANGUAGE):
            return str(self.title)

    @property
    def titles(self) -> dict[str, Label]:
        """What may stand in braces, with what it is."""
        return {**{each.name: each.title for each in self.fields}, **COMMON}

    @property
    def dialect(self) -> Dialect:
        return dialect_of(dict.fromkeys(self.titles, ""))

    def values_of(self, row: Model, *, author: str, at: datetime) -> dict[str, str]:
        """What the record says at this moment, as the house's language puts it."""
        day = clock.local(at).date()
        with translation.override(HOUSE_LANGUAGE):
            return {
                **{each.name: each.of(row) for each in self.fields},
                "number": self.number(row),
                "organisation": self.organisation(row).name,
                "author": author,
                "date": f"{day.year}年{day.month}月{day.day}日",
            }

    @property
    def specimen(self) -> dict[str, str]:
        """Stands in a preview, where there is no record."""
        with translation.override(HOUSE_LANGUAGE):
            return {name: f"〔{title}〕" for name, title in self.titles.items()}


_kinds: dict[str, PaperKind] = {}


def declare(kind: PaperKind) -> PaperKind:
    """Make a kind known."""
    if _kinds.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"{kind.code} is declared twice")
    return kind


def find(code: str) -> PaperKind:
    """The kind of that code.

    Raises:
        LookupError: there is none.
    """
    return _kinds[code]


def declared() -> tuple[PaperKind, ...]:
    return tuple(_kinds[code] for code in sorted(_kinds))


def kinds_of(subject: str) -> tuple[PaperKind, ...]:
    """The kinds of paper about one kind of record."""
    return tuple(kind for kind in declared() if kind.subject == subject)
