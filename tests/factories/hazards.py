"""Risk lists and hazards for every test."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path

from PIL import Image

import luchang.apps.risk
from luchang.apps.risk import services
from luchang.apps.risk.models import Hazard, ListVersion, RiskList
from luchang.apps.risk.services import Found
from luchang.apps.risk.states.fields import ExtraField
from luchang.apps.risk.states.hazards import HazardStatus, SubjectKind
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind
from luchang.kernel.records import codes
from luchang.kernel.records.models import CodeList
from tests.factories.identity import organisation

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
DUE = AT + timedelta(days=30)
WAY = (
    HazardStatus.FOUND,
    HazardStatus.HANDED_OVER,
    HazardStatus.SIGNED,
    HazardStatus.SUBMITTED,
    HazardStatus.ACCEPTED,
    HazardStatus.STRUCK_OFF,
)
TABLES = Path(luchang.apps.risk.__file__).parent / "tables" / "hazards.csv"
_number = count(1)


def code_tables() -> None:
    if not CodeList.objects.filter(code="hazard_category").exists():
        codes.load(codes.read(TABLES), by=SYSTEM, at=AT)


def risk_list(
    *,
    at: Organisation | None = None,
    subject: SubjectKind = SubjectKind.ROAD,
    fields: tuple[ExtraField, ...] = (),
) -> RiskList:
    code_tables()
    number = next(_number)
    return services.make_list(
        code=f"l{number:05d}",
        name=f"样表{number:05d}",
        name_en=f"List {number:05d}",
        subject=subject,
        organisation=at or organisation(),
        is_confirmed=True,
        fields=fields,
        by=SYSTEM,
        at=AT,
    )


def version(of: RiskList | None = None, *, at: datetime = AT) -> ListVersion:
    owner = of or risk_list()
    return services.open_version(
        list_id=owner.pk, campaign="百日行动", year=2026, by=SYSTEM, at=at
    )


def found(**said: object) -> Found:
    known: dict[str, object] = {
        "category": "5",
        "severity": "1",
        "title": f"急弯无护栏{next(_number):05d}",
        "description": "临水临崖，没有护栏",
        "place": "演示路与示例路交叉口",
    }
    return Found(**{**known, **said})  # type: ignore[arg-type]  # by name


def photo(name: str = "现场.jpg", colour: str = "navy") -> tuple[BytesIO, str]:
    kept = BytesIO()
    Image.new("RGB", (32, 24), colour).save(kept, "JPEG")
    kept.seek(0)
    return kept, name


def hazard(
    *,
    at: Organisation | None = None,
    within: ListVersion | None = None,
    receiver: Organisation | None = None,
    until: HazardStatus = HazardStatus.FOUND,
    when: datetime = AT,
    due: datetime | None = None,
    by: Actor = SYSTEM,
    **said: object,
) -> Hazard:
    """A hazard that has come as far as `until`."""
    made = services.find(
        version_id=(within or version()).pk,
        found=found(**said),
        organisation=at or organisation(),
        by=by,
        at=when,
    )
    for step in WAY[1 : WAY.index(until) + 1]:
        advance(made, step, receiver=receiver, when=when, due=due)
    made.refresh_from_db()
    return made


def advance(
    row: Hazard,
    step: HazardStatus,
    *,
    receiver: Organisation | None = None,
    when: datetime = AT,
    due: datetime | None = None,
) -> None:
    """One step of the straight way."""
    key = row.pk
    if step == HazardStatus.HANDED_OVER:
        services.hand_over(
            hazard_id=key,
            receiver_id=(receiver or government()).pk,
            document_number="株交办〔2026〕1号",
            due_at=due or when + timedelta(days=30),
            by=SYSTEM,
            at=when,
        )
    elif step == HazardStatus.SIGNED:
        services.sign(hazard_id=key, by=SYSTEM, at=when)
        services.plan(hazard_id=key, plan="加装护栏", measures="", by=SYSTEM, at=when)
    elif step == HazardStatus.SUBMITTED:
        services.submit(hazard_id=key, result="已加装", photos=[photo()], by=SYSTEM, at=when)
    elif step == HazardStatus.ACCEPTED:
        services.accept(hazard_id=key, opinion="已消除", by=SYSTEM, at=when)
    else:
        services.strike_off(hazard_id=key, by=SYSTEM, at=when)


def government() -> Organisation:
    return organisation(kind=OrganisationKind.GOVERNMENT)
