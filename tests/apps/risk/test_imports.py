"""Hazards from workbooks: taken by number, given back as they were, never over the fence."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from luchang.apps.risk.models import Hazard, ListVersion
from luchang.apps.risk.policies import FIND, HAND_OVER, SEE_RISK
from luchang.apps.risk.states.fields import ExtraField
from luchang.apps.risk.states.hazards import HazardStatus
from luchang.apps.risk.views.hazard_imports import HAZARD_IMPORT
from luchang.apps.risk.views.hazard_lists import HAZARDS
from luchang.kernel import clock
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.history import history_of
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.lists.asked import Asked
from luchang.kernel.lists.exports import FileKind
from luchang.kernel.lists.filters import Circumstances
from luchang.kernel.lists.imports import services
from luchang.kernel.lists.imports.workbooks import form
from luchang.kernel.lists.models import ImportRun
from luchang.kernel.lists.services import export
from luchang.kernel.lists.states import read
from luchang.kernel.live.models import StreamEvent
from luchang.kernel.records.models import Deadline, Notification, Todo
from luchang.kernel.records.moves import history
from tests.factories import hazards as make
from tests.factories import identity
from tests.factories.workbooks import workbook

pytestmark = pytest.mark.django_db
HEAD = [
    "隐患编号", "清单", "隐患类别", "隐患等级", "隐患名称", "隐患情况", "对象", "附加字段", "地点",
    "桩号", "乡镇街道", "排查单位", "经度", "纬度",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def brigade() -> Organisation:
    return identity.organisation()


@pytest.fixture
def by(brigade: Organisation) -> Actor:
    person = identity.user_with(SEE_RISK, FIND, HAND_OVER, at=brigade)
    return actor_for(person, at=datetime.now(UTC))


def _row(number: str, version: ListVersion, at: Organisation, **said: object) -> list[object]:
    known: dict[str, object] = dict.fromkeys(HEAD, "")
    known |= {
        "隐患编号": number,
        "清单": version.risk_list.name,
        "隐患类别": "危险路段",
        "隐患等级": "一般",
        "隐患名称": "急弯无护栏",
        "隐患情况": "临水临崖",
        "地点": "演示路",
        "排查单位": at.code,
    }
    return list((known | said).values())


def _checked(content: bytes, by: Actor) -> ImportRun:
    run = services.receive(
        spec=HAZARD_IMPORT, name="隐患.xlsx", content=content, by=by, at=clock.now()
    )
    return services.check(spec=HAZARD_IMPORT, run_id=run.pk, by=by, at=clock.now())


def _taken(content: bytes, by: Actor) -> ImportRun:
    run = _checked(content, by)
    assert run.wrong == 0, run.first_faults
    return services.confirm(
        spec=HAZARD_IMPORT, run_id=run.pk, only_valid=False, by=by, at=clock.now()
    )


def test_a_workbook_is_taken_and_what_it_became_changes_nothing(
    brigade: Organisation, by: Actor
) -> None:
    """Would catch a chainage, a degree or a column of the list's own that does not come back."""
    version = make.version(make.risk_list(fields=(ExtraField("length_m", "长度", kind="number"),)))
    rows = [
        _row("甲-001", version, brigade, 桩号="G320 K12+300", 附加字段="长度：120"),
        _row("甲-002", version, brigade, 经度=113.123456, 纬度=27.654321),
    ]
    _taken(workbook(HEAD, *rows), by)
    first = Hazard.objects.get(number="甲-001")
    assert (first.chainage, first.values, first.status) == (
        "G320 K12+300", {"length_m": 120}, HazardStatus.FOUND,
    )  # fmt: skip
    back = _checked(form(HAZARD_IMPORT, HAZARD_IMPORT.rows(by)), by)
    assert (back.new, back.changed, back.wrong) == (0, 0, 0)


def test_a_changed_row_is_corrected_and_nothing_else(brigade: Organisation, by: Actor) -> None:
    version = make.version()
    _taken(workbook(HEAD, _row("甲-001", version, brigade)), by)
    _taken(workbook(HEAD, _row("甲-001", version, brigade, 隐患名称="已塌方")), by)
    row = Hazard.objects.get()
    assert (row.number, row.title) == ("甲-001", "已塌方")


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"隐患类别": "没有的"}, "不是已有的选项"),
        ({"附加字段": "没有：1"}, "该清单没有字段：没有"),
        ({"经度": 113.1}, "经度和纬度要一起填写"),
        ({"清单": "没有的清单"}, "没有此项，或不在您的管辖范围内"),
        ({"隐患编号": "YH2026000001"}, "YH开头的编号由系统编排"),
        ({"地点": ""}, "请填写地点、桩号或在地图上选点"),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_taken(
    brigade: Organisation, by: Actor, said: dict[str, object], what: str
) -> None:
    run = _checked(workbook(HEAD, _row("甲-001", make.version(), brigade, **said)), by)
    assert any(what in fault["what"] for fault in run.first_faults), run.first_faults
    assert not Hazard.objects.exists()


def test_a_foreign_unit_and_a_foreign_number_are_refused_alike(
    brigade: Organisation, by: Actor
) -> None:
    """Would catch a file that tells of a hazard nobody may see, or writes over it."""
    version = make.version()
    foreign = make.hazard(within=version)
    Hazard.objects.filter(pk=foreign.pk).update(number="乙-001")
    run = _checked(workbook(HEAD, _row("甲-001", version, foreign.organisation)), by)
    assert "没有此机构" in run.first_faults[0]["what"]
    run = _checked(workbook(HEAD, _row("乙-001", version, brigade)), by)
    said = run.first_faults[0]["what"]
    assert "不能使用" in said
    assert foreign.title not in said
    foreign.refresh_from_db()
    assert foreign.organisation != brigade


def test_a_row_of_many_waits_and_is_told_like_one_entered_alone(
    brigade: Organisation, by: Actor
) -> None:
    """Would catch a hazard of a workbook without clock, to-do, notice, history or audit entry."""
    holder = identity.user_with(HAND_OVER, at=brigade)
    version = make.version()
    rows = [_row(f"甲-00{number}", version, brigade) for number in range(3)]
    _taken(workbook(HEAD, *rows), by)
    alone = make.hazard(at=brigade, within=version, when=clock.now(), by=by)

    told = [_told(each, holder) for each in Hazard.objects.order_by("pk")]

    assert len(told) == 4
    assert told.count(told[-1]) == 4
    assert told[-1]["notices"] == ["隐患待交办："]
    assert told[-1]["seen"] == ["notice", "todo"]
    assert alone.pk == Hazard.objects.latest("pk").pk


def _told(row: Hazard, holder: User) -> dict[str, object]:
    """What was written beside a hazard, without what is its own alone."""
    todo = Todo.objects.of("risk.hazard", row.pk).get()
    running = Deadline.objects.of("risk.hazard", row.pk).get()
    notices = Notification.objects.filter(user=holder, key=f"todo-{todo.pk}-{todo.version}")
    events = StreamEvent.objects.filter(user_id=holder.pk)
    entries = AuditEntry.objects.filter(subject="risk.hazard", subject_id=str(row.pk))
    return {
        "todo": (todo.kind, todo.status, todo.permission, todo.url == running.url),
        "clock": (running.code, running.status, running.plan == [], running.rule_applied),
        "dates": (todo.due_at == running.due_at, todo.warn_at == running.warn_at),
        "next": running.next_at == running.warn_at,
        "notices": [each.title.replace(str(row), "") for each in notices],
        "seen": sorted(
            events.filter(data__id__in=[todo.pk, *notices.values_list("pk", flat=True)])
            .filter(data__title=todo.title)
            .values_list("topic", flat=True)
        ),
        "audit": list(entries.values_list("action", "detail")),
        "moves": list(history(row).values_list("before", "after", "actor_name")),
        "history": [each.kind for each in history_of(row)],
    }


def test_a_row_more_costs_a_question_or_two(brigade: Organisation, by: Actor) -> None:
    """Ten thousand rows that each ask twenty questions take a minute."""
    version = make.version()
    sent = {
        count: workbook(
            HEAD, *(_row(f"甲{count}-{n:03d}", version, brigade) for n in range(count))
        )
        for count in (10, 40)
    }
    asked = {}
    for count, content in sent.items():
        with CaptureQueriesContext(connection) as queries:
            run = _checked(content, by)
        assert run.new == count
        asked[count] = len(queries)

    assert (asked[40] - asked[10]) / 30 <= 2


@pytest.mark.parametrize(
    ("said", "column"),
    [
        ({"附加字段": "长度：很长"}, "附加字段"),
        ({"登记对象": "91430200DEM000001X"}, "登记对象"),
        ({"地点": ""}, "地点"),
        ({"隐患编号": "YH2026000001"}, "隐患编号"),
    ],
)
def test_what_a_service_refuses_is_told_at_the_cell_to_mend(
    brigade: Organisation, by: Actor, said: dict[str, object], column: str
) -> None:
    """Pointed at the number of the row, its writer would look for a fault where none is."""
    version = make.version(make.risk_list(fields=(ExtraField("length_m", "长度", kind="number"),)))
    head = [*HEAD, "登记对象"]
    row = [*_row("甲-001", version, brigade, **{k: v for k, v in said.items() if k in HEAD})]
    run = _checked(workbook(head, [*row, said.get("登记对象", "")]), by)
    assert [fault["column"] for fault in run.first_faults] == [column]


def test_what_the_list_exports_can_be_sent_back_as_it_is(
    brigade: Organisation, by: Actor, tmp_path: Path
) -> None:
    """A column the import needs and the list cannot show would make the export useless."""
    version = make.version(make.risk_list(fields=(ExtraField("length_m", "长度", kind="number"),)))
    rows = [
        _row("甲-001", version, brigade, 桩号="G320 K12+300", 附加字段="长度：120"),
        _row("甲-002", version, brigade, 经度=113.123456, 纬度=27.654321),
    ]
    _taken(workbook(HEAD, *rows), by)
    columns = ",".join(each.key for each in HAZARDS.columns if each.key != "version")
    asked, now = Asked.of([("cols", [columns])]), Circumstances(by, SEE_RISK, clock.now())
    place = tmp_path / "hazards.xlsx"
    export(state=read(HAZARDS, asked, now), kind=FileKind.XLSX, place=place, by=by, at=now.at)

    back = _checked(place.read_bytes(), by)

    assert (back.refusal, back.unchanged, back.wrong) == ("", 2, 0)
