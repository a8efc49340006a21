"""Risk lists: their columns, their versions, and what goes along into the next."""

import pytest

from luchang.apps.risk import services
from luchang.apps.risk.models import ListVersion, RiskList
from luchang.apps.risk.policies import MANAGE_LISTS
from luchang.apps.risk.services import HazardRefused
from luchang.apps.risk.states.fields import ExtraField, FieldKind
from luchang.apps.risk.states.hazards import HazardStatus, SubjectKind
from luchang.kernel.identity.actors import SYSTEM, Forbidden, Unreached
from tests.factories import hazards as make
from tests.factories import identity
from tests.factories.hazards import AT

pytestmark = pytest.mark.django_db
CHOICE = ExtraField("kind", "类型", "Kind", FieldKind.CHOICE.value, True, ("视距不良", "其他"))
LENGTH = ExtraField("length_m", "长度", "Length", FieldKind.NUMBER.value)
DAY = ExtraField("until", "有效期", "Until", FieldKind.DATE.value)


def test_five_lists_come_with_the_product_and_none_is_confirmed() -> None:
    """Would catch a second load that doubles them, and a name that passes for confirmed."""
    owner = identity.organisation()
    made = services.ship_lists(organisation=owner, by=SYSTEM, at=AT)
    assert [each.subject for each in made] == list(SubjectKind)
    assert not any(each.is_confirmed for each in made)
    assert all(str(each).endswith(" *") for each in made)
    assert services.ship_lists(organisation=owner, by=SYSTEM, at=AT) == []
    assert RiskList.objects.count() == 5


def test_a_confirmed_name_loses_its_mark() -> None:
    owner = identity.organisation()
    first = services.ship_lists(organisation=owner, by=SYSTEM, at=AT)[0]
    services.rename_list(
        list_id=first.pk, name="重点人员清单", name_en="Key people", is_confirmed=True,
        by=SYSTEM, at=AT,
    )  # fmt: skip
    first.refresh_from_db()
    assert str(first) == "重点人员清单"


def test_a_new_version_ends_the_one_before_and_takes_over_what_is_open() -> None:
    first = make.version()
    left = make.hazard(within=first, until=HazardStatus.SIGNED)
    done = make.hazard(within=first, until=HazardStatus.STRUCK_OFF)
    second = services.open_version(
        list_id=first.risk_list_id, campaign="冬季行动", year=2026, by=SYSTEM, at=AT
    )
    for each in (first, left, done):
        each.refresh_from_db()
    assert (second.carried_over, first.closed_at) == (1, AT)
    assert (left.version, left.first_version) == (second, first)
    assert done.version == first
    with pytest.raises(HazardRefused, match="已经截止"):
        make.hazard(within=first)


def test_a_closed_list_takes_nothing() -> None:
    version = make.version()
    services.close_version(list_id=version.risk_list_id, by=SYSTEM, at=AT)
    with pytest.raises(HazardRefused, match="已经截止"):
        make.hazard(within=ListVersion.objects.get(pk=version.pk))
    with pytest.raises(HazardRefused, match="没有启用中的版本"):
        services.close_version(list_id=version.risk_list_id, by=SYSTEM, at=AT)


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        (LENGTH, "120", 120),
        (LENGTH, "12.5", 12.5),
        (DAY, "2026-03-01", "2026-03-01"),
        (CHOICE, "视距不良", "视距不良"),
    ],
)
def test_a_column_keeps_what_fits_it(field: ExtraField, given: str, kept: object) -> None:
    version = make.version(make.risk_list(fields=(field,)))
    assert make.hazard(within=version, values={field.key: given}).values == {field.key: kept}


@pytest.mark.parametrize(
    ("field", "given"),
    [
        (LENGTH, "长"), (LENGTH, "nan"), (LENGTH, "1e400"), (DAY, "昨天"), (DAY, "2026-02-30"),
        (CHOICE, "没有的"), (CHOICE, ""), (ExtraField("a", "甲"), "x" * 300),
        (ExtraField("a", "甲"), "a\0b"),
    ],
)  # fmt: skip
def test_a_column_refuses_what_does_not(field: ExtraField, given: str) -> None:
    version = make.version(make.risk_list(fields=(field,)))
    with pytest.raises(HazardRefused, match=f"“{field.title}”"):
        make.hazard(within=version, values={field.key: given})


def test_what_a_list_does_not_know_is_not_kept() -> None:
    version = make.version(make.risk_list(fields=(LENGTH,)))
    assert make.hazard(within=version, values={"length_m": "3", "evil": "x"}).values == {
        "length_m": 3
    }


def test_columns_come_and_go_and_a_hazard_keeps_what_it_said() -> None:
    row = make.risk_list(fields=(LENGTH,))
    said = make.hazard(within=make.version(row), values={"length_m": "3"})
    services.add_field(list_id=row.pk, field=DAY, by=SYSTEM, at=AT)
    with pytest.raises(HazardRefused, match="已有字段until"):
        services.add_field(list_id=row.pk, field=DAY, by=SYSTEM, at=AT)
    bare = ExtraField("bare", "空", "Bare", FieldKind.CHOICE.value)
    with pytest.raises(HazardRefused, match="至少需要两个选项"):
        services.add_field(list_id=row.pk, field=bare, by=SYSTEM, at=AT)
    services.drop_field(list_id=row.pk, key="length_m", by=SYSTEM, at=AT)
    with pytest.raises(HazardRefused, match="没有字段length_m"):
        services.drop_field(list_id=row.pk, key="length_m", by=SYSTEM, at=AT)
    said.refresh_from_db()
    row.refresh_from_db()
    assert said.values == {"length_m": 3}
    assert [each.key for each in row.extra] == ["until"]


def test_only_its_keeper_changes_a_list() -> None:
    row = make.risk_list()
    foreign = identity.actor_with(MANAGE_LISTS, at=identity.organisation())
    with pytest.raises(Unreached):
        services.drop_field(list_id=row.pk, key="x", by=foreign, at=AT)
    with pytest.raises(Forbidden):
        services.ship_lists(organisation=row.organisation, by=foreign, at=AT)
    with pytest.raises(HazardRefused, match=row.code):
        services.make_list(
            code=row.code, name="又", name_en="Again", subject=SubjectKind.ROAD,
            organisation=row.organisation, is_confirmed=False, by=SYSTEM, at=AT,
        )  # fmt: skip
