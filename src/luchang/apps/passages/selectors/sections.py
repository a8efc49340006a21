"""Certified sections within reach, and which of them measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from luchang.apps.passages.models import CertifiedSection
from luchang.apps.passages.policies import MANAGE_SECTION, SEARCH, SEE_SECTIONS
from luchang.apps.passages.states.sections import JUDGING, SectionStatus
from luchang.kernel.identity.actors import within
from luchang.kernel.ui.search import Hit

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from luchang.kernel.identity.actors import Actor

WITH = ("organisation", "start", "end")


def sections(actor: Actor) -> QuerySet[CertifiedSection]:
    return within(CertifiedSection.objects.select_related(*WITH), actor, SEE_SECTIONS)


def managed_sections(actor: Actor) -> QuerySet[CertifiedSection]:
    """Those a workbook may find again: not turned down, not out of use."""
    rows = CertifiedSection.objects.select_related(*WITH)
    open_ = rows.filter(status__in=[SectionStatus.PROPOSED, SectionStatus.CONFIRMED])
    return within(open_, actor, MANAGE_SECTION)


def measured_sections(actor: Actor) -> QuerySet[CertifiedSection]:
    """Those whose drives may be asked for: both cameras within the reach of a search."""
    rows = CertifiedSection.objects.select_related(*WITH).filter(status__in=JUDGING)
    rows = within(rows, actor, SEARCH, organisation="start__organisation")
    return within(rows, actor, SEARCH, organisation="end__organisation")


def find_sections(actor: Actor, text: str, most: int) -> list[Hit]:
    """For the search box: by name, road or certificate."""
    return [
        Hit(
            title=each.name,
            address=reverse("passages.section", args=[each.pk]),
            note=each.certificate_number,
            icon="gauge",
        )
        for each in sections(actor).filter(search__found=text)[:most]
    ]
