"""Exposures: masked whatever is typed, approved by another, frozen, ended by themselves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luchang.apps.risk.bridge.announcing import announcement
from luchang.apps.risk.models import Exposure
from luchang.apps.risk.policies import APPROVE_EXPOSURE, EXPOSE, SEE_RISK
from luchang.apps.risk.services import instruments as services
from luchang.apps.risk.services.instruments import Refused
from luchang.apps.risk.services.instruments.exposures import Wanted
from luchang.apps.risk.states.instruments import Detail, ExposedKind, ExposureStatus
from luchang.apps.risk.tasks import end_exposures
from luchang.core.common.identifiers import plain, resident_check_digit
from luchang.kernel.identity.actors import SYSTEM, Forbidden, Unreached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.models import Todo
from luchang.kernel.states import IllegalTransition
from tests.factories import risk_instruments as make
from tests.factories.identity import actor_with, browser_of, organisation, user_with
from tests.factories.risk_instruments import AT, DAY, VEHICLE

pytestmark = pytest.mark.django_db
S = ExposureStatus
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SEPARATORS = st.sampled_from(["", "·", " ", "-", "　"])


def drafted(**changes: object) -> Exposure:
    """Not stored: what is published is made of the values alone."""
    wanted = replace(VEHICLE, **changes)  # type: ignore[arg-type]
    return Exposure(**wanted.__dict__, organisation=Organisation(name="演示大队"))


@st.composite
def plates(draw: st.DrawFn) -> str:
    rest = draw(st.text(f"0123456789{LETTERS}", min_size=5, max_size=6))
    return f"{draw(st.sampled_from('湘粤赣'))}{draw(st.sampled_from(LETTERS))}·{rest}"


@st.composite
def residents(draw: st.DrawFn) -> str:
    born = draw(st.dates(min_value=date(1930, 1, 1), max_value=date(2010, 1, 1)))
    first = f"430202{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first + resident_check_digit(first)


# What is published


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    plates(),
    residents(),
    st.text("欧阳张王李建国", min_size=2, max_size=4),
    SEPARATORS,
    st.sampled_from(Detail.values),
    st.text("，。、甲乙丙 ", max_size=8),
)
def test_the_published_text_never_names_plate_person_or_identity_number(
    plate: str, resident: str, name: str, separator: str, detail: str, between: str
) -> None:
    """What has once been printed in a newspaper cannot be taken back."""
    way = separator.join(plain(plate))
    facts = f"{name}{between}{separator.join(resident)}{between}驾驶{way}，{plate.lower()}超载。"
    kind = ExposedKind.ENTERPRISE if detail == Detail.NAMED else ExposedKind.VEHICLE
    exposure = drafted(
        kind=kind, target_name=plate, person_name=name, facts=facts, detail=Detail(detail)
    )

    told = plain(announcement(exposure))

    assert plain(plate) not in told
    assert resident not in told
    assert name not in told


def test_a_masked_text_is_still_of_use() -> None:
    told = announcement(drafted())

    assert "曝光对象：湘B***01（演*）" in told
    assert "欧*（430***********0010）驾驶湘B***01超限超载。" in told
    assert "《中华人民共和国道路交通安全法》第一百零三条" in told
    assert "2026-03-02至2026-03-31" in told


def test_an_outline_names_nobody_and_a_named_enterprise_keeps_its_name() -> None:
    outline = announcement(drafted(detail=Detail.OUTLINE))
    named = announcement(
        drafted(kind=ExposedKind.ENTERPRISE, target_name="演示客运公司", detail=Detail.NAMED)
    )
    masked = announcement(drafted(kind=ExposedKind.ENTERPRISE, target_name="演示客运公司"))

    assert "曝光对象：某车辆" in outline
    assert "湘B" not in outline
    assert "欧" not in outline
    assert "曝光对象：演示客运公司" in named
    assert "欧阳" not in named
    assert "演示客运公司" not in masked


# Who, and when


def test_whoever_drafted_it_does_not_approve_it_not_even_past_the_services() -> None:
    place = organisation()
    both = actor_with(EXPOSE, APPROVE_EXPOSURE, at=place)
    row = make.exposure(at=place, by=both, until=S.APPROVAL)

    with pytest.raises(Refused) as refusal:
        services.approve(exposure_id=row.pk, by=both, at=AT)
    assert refusal.value.code == "own_exposure"
    with pytest.raises(IntegrityError), transaction.atomic():
        Exposure.objects.filter(pk=row.pk).update(approved_by_id=both.user_id)

    other = actor_with(APPROVE_EXPOSURE, at=place)
    services.approve(exposure_id=row.pk, by=other, at=AT)
    row.refresh_from_db()
    assert (row.status, row.approved_by_name) == (S.PUBLISHED, other.name)
    assert not Todo.objects.of("risk.exposure", row.pk).open().exists()


def test_whoever_changed_a_draft_is_its_author() -> None:
    """Otherwise the approver writes what he wants into another's draft and approves it."""
    place = organisation()
    both = actor_with(EXPOSE, APPROVE_EXPOSURE, at=place)
    row = make.exposure(at=place)
    services.revise(exposure_id=row.pk, wanted=replace(VEHICLE, facts="改"), by=both, at=AT)
    services.submit(exposure_id=row.pk, by=both, at=AT)

    with pytest.raises(Refused):
        services.approve(exposure_id=row.pk, by=both, at=AT)


def test_what_is_public_is_frozen_and_a_draft_is_not() -> None:
    row = make.exposure(until=S.PUBLISHED)

    for change in ({"published_text": "改"}, {"facts": "改"}, {"ends_on": date(2027, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Exposure.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IllegalTransition):
        services.revise(exposure_id=row.pk, wanted=VEHICLE, by=SYSTEM, at=AT)
    assert row.published_text == announcement(row)
    assert "湘B·D0001" not in row.published_text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"legal_basis": " "}, "no_law"),
        ({"ends_on": date(2026, 3, 1)}, "ends_before_it_starts"),
        ({"detail": Detail.NAMED}, "name_of_no_enterprise"),
        ({"target_name": ""}, "malformed"),
    ],
)
def test_an_exposure_that_cannot_be_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        make.exposure(wanted=replace(VEHICLE, **changes))  # type: ignore[arg-type]

    assert refusal.value.code == code
    assert str(refusal.value)


def test_what_would_be_over_before_it_begins_is_not_approved() -> None:
    row = make.exposure(until=S.APPROVAL)

    with pytest.raises(Refused) as refusal:
        services.approve(exposure_id=row.pk, by=SYSTEM, at=AT + 60 * DAY)

    assert refusal.value.code == "over_already"


def test_it_ends_by_itself_after_its_last_day_and_not_during_it() -> None:
    """A night too early takes it off the screens on its last day; never leaves it for good."""
    row = make.exposure(until=S.PUBLISHED)
    forever = make.exposure(until=S.PUBLISHED, wanted=replace(VEHICLE, ends_on=date(2100, 1, 1)))

    during = row.expires_at - timedelta(seconds=1)
    assert services.end_due(by=SYSTEM, at=during) == 0
    assert services.end_due(by=SYSTEM, at=row.expires_at) == 1
    assert services.end_due(by=SYSTEM, at=row.expires_at) == 0

    row.refresh_from_db()
    forever.refresh_from_db()
    assert (row.status, row.ended_at, forever.status) == (S.ENDED, row.expires_at, S.PUBLISHED)
    end_exposures(0)


def test_a_withdrawal_says_why_and_is_the_approvers_once_it_is_public() -> None:
    place = organisation()
    author = actor_with(EXPOSE, at=place)
    approver = actor_with(APPROVE_EXPOSURE, at=place)
    public = make.exposure(at=place, by=author, until=S.PUBLISHED)
    draft = make.exposure(at=place, by=author)

    with pytest.raises(Forbidden):
        services.withdraw(exposure_id=public.pk, reason="有误", by=author, at=AT)
    with pytest.raises(Refused):
        services.withdraw(exposure_id=public.pk, reason=" ", by=approver, at=AT)
    services.withdraw(exposure_id=public.pk, reason="事实有误", by=approver, at=AT)
    services.withdraw(exposure_id=draft.pk, reason="不再需要", by=author, at=AT)

    public.refresh_from_db()
    assert (public.status, public.withdrawal_reason) == (S.WITHDRAWN, "事实有误")
    assert public.published_text


def test_a_foreign_brigade_neither_sees_nor_changes_it() -> None:
    row = make.exposure()
    foreign = actor_with(SEE_RISK, EXPOSE, APPROVE_EXPOSURE, at=organisation())

    for act in (services.submit, services.approve):
        with pytest.raises(Unreached):
            act(exposure_id=row.pk, by=foreign, at=AT)
    with pytest.raises(Forbidden):
        services.draft(wanted=VEHICLE, organisation=row.organisation, by=foreign, at=AT)


# The page


def test_the_page_shows_what_will_be_published_and_offers_approval_to_another_only() -> None:
    place = organisation()
    author = user_with(SEE_RISK, EXPOSE, APPROVE_EXPOSURE, at=place)
    approver = user_with(SEE_RISK, APPROVE_EXPOSURE, at=place)
    form = {
        "kind": "VEHICLE", "target_name": "湘B·D0002", "detail": "MASKED", "channel": "WEBSITE",
        "starts_on": "2100-01-01", "ends_on": "2100-02-01", "facts": "湘B·D0002超载",
        "legal_basis": "道路交通安全法第一百零三条", "organisation": place.pk,
    }  # fmt: skip
    browser = browser_of(author)

    begun = browser.post("/risk/exposures/draft", form)
    row = Exposure.objects.get()
    page = browser.get(f"/risk/exposures/{row.pk}").content.decode()
    browser.post(f"/risk/exposures/{row.pk}/submit")
    own = browser.get(f"/risk/exposures/{row.pk}").content.decode()
    others = browser_of(approver).get(f"/risk/exposures/{row.pk}").content.decode()

    assert begun["Location"] == f"/risk/exposures/{row.pk}"
    assert "湘B***02超载" in page
    assert "批准曝光" not in own
    assert "批准曝光" in others


def test_wanted_is_all_that_is_frozen() -> None:
    """A field that is written but not frozen could be changed once it is public."""
    from luchang.apps.risk.models.instruments.exposures import FROZEN  # noqa: PLC0415 - its rule

    frozen = set(FROZEN) | {"enterprise_name", "person_name"}
    assert set(Wanted.__dataclass_fields__) <= frozen
