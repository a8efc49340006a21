"""What may be done with a certified section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import CertifiedSection
from luchang.apps.passages.policies import (
    CONFIRM_SECTION,
    MANAGE_SECTION,
    SEE_SECTIONS,
    is_not_own_section,
)
from luchang.apps.passages.selectors import sections
from luchang.apps.passages.services import sections as services
from luchang.apps.passages.services.section_refusals import SectionRefused
from luchang.apps.passages.states.sections import SectionStatus, SectionValidity
from luchang.apps.passages.views.section_forms import (
    NewSectionForm,
    RetireSectionForm,
    SectionForm,
)
from luchang.apps.passages.views.section_lists import KMH, OWNER, SECTIONS, SIGN, VALIDITY
from luchang.apps.places import selectors as places
from luchang.kernel import clock
from luchang.kernel.clock import local
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, calling
from luchang.kernel.lists.columns import Column, Day, Moment, Number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.utils.functional import Promise

    from luchang.kernel.identity.actors import Actor
    from luchang.kernel.ledgers.specs import Said

S = SectionStatus
NAMES = (
    "name", "road", "length_m", "certificate_number", "verifier", "valid_from", "valid_until",
    "car_kmh", "coach_kmh", "goods_kmh", "published_on", "has_sign",
)  # fmt: skip


def _said_of(row: CertifiedSection, _at: datetime) -> Mapping[str, object]:
    return {name: getattr(row, name) for name in NAMES}


def _certified(said: Said) -> services.Certified:
    return services.Certified(**{name: said[name] for name in NAMES})


def _propose(said: Said, by: Actor, at: datetime) -> CertifiedSection:
    return services.propose_section(
        start=said["start"], end=said["end"], certified=_certified(said), by=by, at=at
    )


def _notice(row: CertifiedSection) -> tuple[str | Promise, str] | None:
    """What keeps drives from being measured, or their results from being used."""
    if row.status == S.PROPOSED:
        return _("待他人对照检定证书确认，确认前不能按它测速。"), "warning"
    if row.status == S.REJECTED:
        return None
    validity = row.validity_on(local(clock.now()).date())
    if validity == SectionValidity.EXPIRED:
        return _("证书已过期或区间已停用：之后的行程不再测速，请登记新的检定证书。"), "danger"
    if row.published_on is None or not row.has_sign:
        return (
            _("测速地点公布日期或警示标志未登记：固定测速地点应向社会公布并设警示标志。"),
            "warning",
        )
    return None


def _line(row: CertifiedSection, _by: Actor, _at: datetime) -> Mapping[str, object] | None:
    if not row.path:
        return None
    line = {"type": "LineString", "coordinates": row.path}
    thing = {"id": row.pk, "name": row.name, "geometry": line, "tone": "primary"}
    lons, lats = zip(*row.path, strict=True)
    bounds = [[min(lons), min(lats)], [max(lons), max(lats)]]
    ends = [
        {
            "id": camera.pk,
            "lon": camera.longitude,
            "lat": camera.latitude,
            "name": camera.name,
            "tone": "success",
            "mark": mark,
        }
        for mark, camera in (("1", row.start), ("2", row.end))
    ]
    layers = [
        {"id": "section", "kind": "line", "things": [thing]},
        {"id": "ends", "kind": "incident", "things": ends},
    ]
    return places.base_map() | {"bounds": bounds, "layers": layers}


def _camera(pk: int) -> str:
    return reverse("passages.camera", args=[pk])


SECTION_LEDGER = Ledger[CertifiedSection](
    model=CertifiedSection,
    listed=SECTIONS,
    name="passages.section",
    rows=sections.sections,
    states="certified_section",
    notice=_notice,
    facts=(
        VALIDITY,
        Column("road", _("道路")),
        Column("start", _("起点设备"), link=lambda row: _camera(row.start_id)),
        Column("end", _("终点设备"), link=lambda row: _camera(row.end_id)),
        Column("length_m", _("检定长度"), format=Number(_("米"), 1)),
        OWNER,
        Column("certificate_number", _("检定证书编号")),
        Column("verifier", _("检定机构")),
        Column("valid_from", _("有效期起"), format=Day()),
        Column("valid_until", _("有效期至"), format=Day()),
        Column("car_kmh", _("小型车限速"), format=KMH),
        Column("coach_kmh", _("大中型客车限速"), format=KMH),
        Column("goods_kmh", _("货车限速"), format=KMH),
        Column("published_on", _("测速地点公布日期"), format=Day()),
        Column("has_sign", _("已设测速警示标志"), format=SIGN),
        Column("proposed_by_name", _("登记人")),
        Column("proposed_at", _("登记时间"), format=Moment()),
        Column("confirmed_by_name", _("确认人")),
        Column("confirmed_at", _("确认时间"), format=Moment()),
    ),
    map=_line,
    openings=(
        Opening(
            key="propose",
            title=_("登记区间"),
            permission=MANAGE_SECTION,
            form=NewSectionForm,
            act=_propose,
            done=_("已登记，待他人对照证书确认"),
            note=_("照检定证书和现场标志填写；由另一人确认后才按它测速。"),
        ),
    ),
    deeds=(
        Deed(
            key="confirm",
            title=_("确认"),
            permission=CONFIRM_SECTION,
            act=calling(services.confirm_section, "section_id"),
            done=_("已确认，有效期内的行程按它测速"),
            states=(S.PROPOSED,),
            may=is_not_own_section,
            icon="circle-check",
            kind="primary",
            question=_("已对照检定证书核对长度、编号、有效期和各车型限速，确认无误？"),
        ),
        Deed(
            key="reject",
            title=_("不予确认"),
            permission=CONFIRM_SECTION,
            form=ReasonForm,
            act=calling(services.reject_section, "section_id"),
            done=_("未予确认"),
            states=(S.PROPOSED,),
            may=is_not_own_section,
            icon="circle-x",
        ),
        Deed(
            key="correct",
            title=_("更正"),
            permission=MANAGE_SECTION,
            form=SectionForm,
            initial=_said_of,
            act=lambda row, said, by, at: services.correct_section(
                section_id=row.pk, certified=_certified(said), by=by, at=at
            ),
            done=_("已更正，仍待他人确认"),
            states=(S.PROPOSED,),
        ),
        Deed(
            key="retire",
            title=_("停用"),
            permission=MANAGE_SECTION,
            form=RetireSectionForm,
            act=calling(services.retire_section, "section_id"),
            done=_("已停用，停用前的行程仍按它测速"),
            states=(S.CONFIRMED,),
            icon="ban",
            kind="danger",
        ),
    ),
    refusals=(SectionRefused,),
    remark=SEE_SECTIONS,
)
