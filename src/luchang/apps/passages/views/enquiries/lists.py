"""Enquiries as lists: one's own, and everybody's for the auditor."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import Enquiry
from luchang.apps.passages.policies import SEARCH, SEE_PLAIN
from luchang.apps.passages.selectors.enquiries import (
    audited_enquiries,
    own_enquiries,
    purposes_now,
)
from luchang.apps.passages.states import EnquiryKind, plate_type_label
from luchang.core.common.personal import Kind
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.policies import SEE_AUDIT
from luchang.kernel.lists.columns import Coded, Column, Moment, Number, Personal
from luchang.kernel.lists.filters import Choice, DateRange, InOrganisation, TextSearch
from luchang.kernel.lists.specs import ListSpec, PageAction


def _type_of(row: Enquiry) -> str:
    return "" if row.plate_type is None else plate_type_label(row.plate_type)


COLUMNS = (
    Column("number", _("查询编号"), sort="number", width=18),
    Column("at", _("查询时间"), format=Moment(), sort="at"),
    Column("kind", _("查询类别"), format=Coded(EnquiryKind), sort="kind"),
    Column("purpose", _("查询事由"), format=Coded(purposes_now), sort="purpose"),
    Column("reason", _("具体原因"), width=28),
    Column("case_number", _("案件编号"), sort="case_number"),
    Column("plate", _("号牌号码"), format=Personal(Kind.PLATE, reveal=SEE_PLAIN)),
    Column("plate_type", _("号牌种类"), _type_of, is_shown=False),
    Column("first", _("开始时间"), format=Moment(), is_shown=False),
    Column("last", _("结束时间"), format=Moment(), is_shown=False),
    Column("rows", _("结果条数"), format=Number(), sort="rows"),
    Column("store_version", _("存储版本"), format=Number(), is_shown=False),
    Column("took_ms", _("用时"), format=Number(unit=_("毫秒")), sort="took_ms", is_shown=False),
)
PERSON = (
    Column("asked_by", _("查询人"), "asked_by.name", sort="asked_by__name"),
    Column("organisation", _("所属机构"), "organisation.short_name", sort="organisation__path"),
)
FILTERS = (
    TextSearch(field="search", hint=_("查询编号、案件编号、具体原因")),
    Choice("kind", _("查询类别"), EnquiryKind),
    Choice("purpose", _("查询事由"), purposes_now),
    DateRange("at", _("查询时间")),
)


def _page(row: Enquiry) -> str:
    return reverse("passages.enquiry", args=[row.pk])


def _own(actor: Actor) -> QuerySet[Enquiry]:
    return own_enquiries(actor)


ENQUIRIES = ListSpec[Enquiry](
    code="passages.enquiries",
    title=_("我的过车查询"),
    permission=SEARCH,
    rows=_own,
    order=("-at",),
    link=_page,
    columns=COLUMNS,
    filters=FILTERS,
    actions=(PageAction(_("过车检索"), "passages.search", SEARCH, icon="search"),),
    parents=((_("缉查布控"), ""),),
)

AUDITED_ENQUIRIES = ListSpec[Enquiry](
    code="passages.audited_enquiries",
    title=_("过车查询审计"),
    permission=SEE_AUDIT,
    rows=audited_enquiries,
    order=("-at",),
    link=_page,
    columns=(*COLUMNS[:2], *PERSON, *COLUMNS[2:]),
    filters=(*FILTERS[:1], InOrganisation(), *FILTERS[1:]),
    parents=((_("系统管理"), ""),),
)
