"""Certified sections from workbooks, each row by the services of sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import CertifiedSection
from luchang.apps.passages.models.sections import (
    FASTEST_KMH,
    LONGEST_SECTION_M,
    SLOWEST_KMH,
)
from luchang.apps.passages.policies import MANAGE_SECTION
from luchang.apps.passages.selectors.cameras import cameras
from luchang.apps.passages.selectors.sections import managed_sections
from luchang.apps.passages.services import sections as services
from luchang.apps.passages.services.section_refusals import SectionRefused
from luchang.kernel.lists.imports.parsers import (
    DayParser,
    FlagParser,
    KnownParser,
    NumberParser,
    TextParser,
)
from luchang.kernel.lists.imports.specs import ImportColumn, ImportSpec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from luchang.apps.passages.models import Camera
    from luchang.kernel.identity.actors import Actor
    from luchang.kernel.lists.imports.specs import Values

FIELDS = (
    "name", "road", "length_m", "certificate_number", "verifier", "valid_from", "valid_until",
    "car_kmh", "coach_kmh", "goods_kmh", "published_on", "has_sign",
)  # fmt: skip
LIMIT = NumberParser(SLOWEST_KMH, FASTEST_KMH)


def _offered(actor: Actor) -> Mapping[str, Camera]:
    return {one.device_id: one for one in cameras(actor, MANAGE_SECTION)}


CAMERA = KnownParser(
    _offered, lambda camera: camera.device_id, says=_("本人管辖范围内设备的20位编码")
)


UNSAID: Mapping[str, object] = {"road": "", "published_on": None, "has_sign": False}
"""What a new section is where the file has no such column."""


def _certified(values: Values, before: Mapping[str, object]) -> services.Certified:
    """What the file says, and for a column it does not have, what was there."""
    said: dict[str, Any] = {name: values.get(name, before.get(name)) for name in FIELDS}
    return services.Certified(**said)


def propose(values: Values, by: Actor, at: datetime) -> CertifiedSection:
    return services.propose_section(
        start=values["start"],
        end=values["end"],
        certified=_certified(values, UNSAID),
        by=by,
        at=at,
    )


def change(row: CertifiedSection, values: Values, by: Actor, at: datetime) -> None:
    before = {name: getattr(row, name) for name in FIELDS}
    services.correct_section(section_id=row.pk, certified=_certified(values, before), by=by, at=at)


SECTION_IMPORT = ImportSpec[CertifiedSection](
    code="passages.sections",
    title=_("测速区间"),
    permission=MANAGE_SECTION,
    key=("certificate_number", "start", "end"),
    rows=managed_sections,
    create=propose,
    change=change,
    refusals=(SectionRefused,),
    order=("name", "valid_from"),
    columns=(
        ImportColumn("name", _("区间名称"), TextParser(120), width=28),
        ImportColumn("start", _("起点设备编码"), CAMERA, width=24),
        ImportColumn("end", _("终点设备编码"), CAMERA, width=24),
        ImportColumn("road", _("道路"), TextParser(80), is_required=False),
        ImportColumn("length_m", _("检定长度"), NumberParser(1, LONGEST_SECTION_M, digits=1)),
        ImportColumn("certificate_number", _("检定证书编号"), TextParser(60), width=22),
        ImportColumn("verifier", _("检定机构"), TextParser(120), width=24),
        ImportColumn("valid_from", _("有效期起"), DayParser()),
        ImportColumn("valid_until", _("有效期至"), DayParser()),
        ImportColumn("car_kmh", _("小型车限速"), LIMIT),
        ImportColumn("coach_kmh", _("大中型客车限速"), LIMIT),
        ImportColumn("goods_kmh", _("货车限速"), LIMIT),
        ImportColumn(
            "published_on", _("测速地点公布日期"), DayParser(), is_required=False, empty=None
        ),
        ImportColumn(
            "has_sign", _("已设测速警示标志"), FlagParser(), is_required=False, empty=False
        ),
    ),
)
