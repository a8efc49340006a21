"""Certified sections, as their routes take them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from luchang.apps.passages.policies import SEARCH, SEE_SECTIONS
from luchang.apps.passages.views.section_ledgers import SECTION_LEDGER
from luchang.kernel import clock
from luchang.kernel.clock import local
from tests.factories import enquiries, sections
from tests.factories.passages import camera
from tests.factories.workbooks import workbook
from tests.matrix.ledgers import of_ledger, opened
from tests.matrix.protocol import Made, Place, Specimen, once

if TYPE_CHECKING:
    from luchang.apps.passages.models import CertifiedSection
    from luchang.kernel.identity.models import Organisation


def _days() -> dict[str, Any]:
    today = local(clock.now()).date()
    return {"valid_from": today, "valid_until": today + timedelta(days=300)}


def _form() -> dict[str, object]:
    said = sections.certified(**_days())
    names = (
        "name", "road", "length_m", "certificate_number", "verifier", "valid_from", "valid_until",
        "car_kmh", "coach_kmh", "goods_kmh",
    )  # fmt: skip
    return {name: getattr(said, name) for name in names}


def _made(row: CertifiedSection) -> Made:
    form = {**_form(), "since": _days()["valid_from"], "reason": "改道"}
    return Made(ids={"pk": row.pk}, mark=row.name, sought=row.certificate_number, form=form)


@once
def _section(at: Organisation) -> Made:
    return _made(sections.section(at=at, **_days()))


@once
def _proposed(at: Organisation) -> Made:
    return _made(sections.proposed(at=at, **_days()))


def _entered(at: Organisation) -> Made:
    return Made(form={**_form(), "start": camera(at=at).pk, "end": camera(at=at).pk})


def _filed(at: Organisation) -> Made:
    """A workbook with a section between two cameras of `at`."""
    said = _form()
    row = {
        "区间名称": said["name"], "起点设备编码": camera(at=at).device_id,
        "终点设备编码": camera(at=at).device_id, "检定长度": 3000,
        "检定证书编号": said["certificate_number"], "检定机构": said["verifier"],
        "有效期起": str(said["valid_from"]), "有效期至": str(said["valid_until"]),
        "小型车限速": 60, "大中型客车限速": 50, "货车限速": 40,
    }  # fmt: skip
    return Made(files={"file": ("区间.xlsx", workbook(list(row), list(row.values())))})


def _asked(at: Organisation) -> Made:
    """A question about one section."""
    enquiries.purposes()
    form = {
        "purpose": "CLONE", "reason": "核查区间超速线索", "case_number": "A1", "over_percent": 10,
        "first": "2026-03-02T08:00", "last": "2026-03-02T09:00",
        "sections": [_section(at).ids["pk"]],
    }  # fmt: skip
    return Made(form=form)


def _sought(at: Organisation) -> Made:
    made = _section(at)
    return Made(query={"q": made.sought}, mark=f'/passages/sections/{made.ids["pk"]}"')


WAITING = {"confirm": _proposed, "reject": _proposed, "correct": _proposed}
SPECIMENS = [
    *of_ledger(SECTION_LEDGER, _section, deeds=WAITING),
    opened(SECTION_LEDGER, "propose", _entered),
    Specimen("passages.sections.import", _filed, Place.IMPORT, "POST"),
    Specimen("passages.section_speed", _asked, Place.BODY, "POST", permission=SEARCH),
    Specimen("search", _sought, Place.LIST, permission=SEE_SECTIONS),
]
