"""The list of certified sections."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import CertifiedSection
from luchang.apps.passages.policies import MANAGE_SECTION, SEARCH, SEE_SECTIONS
from luchang.apps.passages.selectors import sections
from luchang.apps.passages.states.sections import SectionStatus, SectionValidity
from luchang.apps.passages.views.section_imports import SECTION_IMPORT
from luchang.kernel import clock
from luchang.kernel.clock import local
from luchang.kernel.lists.columns import Coded, Column, Day, Flag, Number, Status
from luchang.kernel.lists.filters import (
    Choice,
    DateRange,
    InOrganisation,
    TextSearch,
    Truth,
)
from luchang.kernel.lists.specs import ListSpec, PageAction

HOME = (_("缉查布控"), "")
OWNER = Column(
    "organisation", _("管理单位"), "organisation.short_name", sort="organisation__path", width=18
)
KMH = Number(unit=_("公里/小时"))
VALIDITY_TONES = {"VALID": "success", "EXPIRED": "danger", "NOT_YET": "warning"}
SIGN = Flag(tones=("", "warning"))


def _validity(row: CertifiedSection) -> SectionValidity:
    return row.validity_on(local(clock.now()).date())


VALIDITY = Column("validity", _("证书"), _validity, Coded(SectionValidity, VALIDITY_TONES))

SECTIONS = ListSpec[CertifiedSection](
    code="passages.sections",
    title=_("测速区间"),
    permission=SEE_SECTIONS,
    rows=sections.sections,
    order=("name", "-valid_from"),
    link=lambda row: reverse("passages.section", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("name", _("区间名称"), sort="name", width=28),
        Column("status", _("状态"), format=Status("certified_section"), sort="status"),
        VALIDITY,
        Column("valid_from", _("有效期起"), format=Day(), sort="valid_from"),
        Column("valid_until", _("有效期至"), format=Day(), sort="valid_until"),
        Column("road", _("道路"), sort="road", width=18),
        Column("length_m", _("检定长度"), format=Number(_("米"), 1), sort="length_m"),
        Column("car_kmh", _("小型车限速"), format=KMH, sort="car_kmh"),
        Column("coach_kmh", _("大中型客车限速"), format=KMH, sort="coach_kmh"),
        Column("goods_kmh", _("货车限速"), format=KMH, sort="goods_kmh"),
        OWNER,
        Column("certificate_number", _("检定证书编号"), sort="certificate_number", width=22),
        Column("verifier", _("检定机构"), width=24, is_shown=False),
        Column("start", _("起点设备编码"), "start.device_id", width=24, is_shown=False),
        Column("end", _("终点设备编码"), "end.device_id", width=24, is_shown=False),
        Column("start_name", _("起点设备"), "start.name", width=24, is_shown=False),
        Column("end_name", _("终点设备"), "end.name", width=24, is_shown=False),
        Column("published_on", _("测速地点公布日期"), format=Day(), is_shown=False),
        Column("has_sign", _("已设测速警示标志"), format=SIGN, is_shown=False),
        Column("proposed_by_name", _("登记人"), is_shown=False),
        Column("confirmed_by_name", _("确认人"), is_shown=False),
    ),
    filters=(
        TextSearch(field="search", hint=_("区间、道路、证书编号")),
        InOrganisation(label=_("管理单位")),
        Choice("status", _("状态"), SectionStatus),
        DateRange("valid_until", _("有效期至")),
        Truth("has_sign", _("已设测速警示标志")),
    ),
    imports=SECTION_IMPORT,
    actions=(
        PageAction(_("登记区间"), "passages.section.propose", MANAGE_SECTION),
        PageAction(_("查询区间车速"), "passages.section_speed", SEARCH, "gauge", is_primary=False),
    ),
)
