"""The key subject a hazard is about, as lists, pages and workbooks show it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from luchang.apps.risk import selectors
from luchang.apps.subjects import selectors as subjects
from luchang.kernel.lists.columns import Column
from luchang.kernel.lists.filters import Circumstances, TextSearch
from luchang.kernel.lists.imports.parsers import TextParser
from luchang.kernel.lists.imports.specs import ImportColumn

OUT_OF_SIGHT = _("辖区外对象")
"""Where the viewer sees the hazard and not the key subject it is about."""
PAGES = {
    "enterprise": "subjects.enterprise",
    "freight_source": "subjects.source",
    "vehicle": "subjects.vehicle",
    "driver": "subjects.driver",
}


def registered_as(row: Any) -> str:
    """The key subject by what it is known by, within the viewer's reach."""
    subject = row.registered
    if subject is None:
        return ""
    return subjects.known_as(subject) if row.sees_subject else str(OUT_OF_SIGHT)


def registered_at(row: Any) -> str:
    """The address of its page, for who may open it."""
    if not row.sees_subject:
        return ""
    keys = ((key, getattr(row, f"{key}_id")) for key in PAGES)
    return next((reverse(PAGES[key], args=[pk]) for key, pk in keys if pk), "")


REGISTERED = Column("registered", _("登记对象"), registered_as, link=registered_at, width=20)


def is_hidden(text: str) -> bool:
    """Whether a cell says in either language that its writer did not see the subject."""
    said = set()
    for language in ("zh-hans", "en"):
        with override(language):
            said.add(str(OUT_OF_SIGHT))
    return text in said


@dataclass(frozen=True)
class RegisteredColumn(ImportColumn):
    """The same in a workbook."""

    def present(self, row: Any) -> str:
        return registered_as(row)


IMPORTED = RegisteredColumn(
    "registered",
    _("登记对象"),
    TextParser(120, pattern_says=_("统一社会信用代码，号牌和号牌种类，或档案编号")),
    is_required=False,
    empty="",
)


@dataclass(frozen=True)
class AboutSubject(TextSearch):
    """Hazards of the key subjects in sight that a text finds."""

    def apply(self, rows: "QuerySet[Any]", given: str, now: Circumstances) -> "QuerySet[Any]":
        return selectors.about_alike(rows, given, now.actor)
