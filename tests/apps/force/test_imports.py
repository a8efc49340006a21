"""Officers and vehicles from workbooks: what is told, what is taken, and by whom."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from python_calamine import CalamineWorkbook

from luchang.apps.force.models import Officer, Qualification, Vehicle
from luchang.apps.force.policies import MANAGE_FORCE
from luchang.apps.force.services import name_skill
from luchang.apps.force.states import OfficerKind, VehicleKind
from luchang.apps.force.views.imports import OFFICERS, VEHICLES
from luchang.kernel import clock
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.jobs.runs import execute
from luchang.kernel.jobs.services import start_job
from luchang.kernel.lists.imports import services
from luchang.kernel.lists.imports.planning import plan
from luchang.kernel.lists.imports.specs import ImportSpec
from luchang.kernel.lists.imports.workbooks import form
from luchang.kernel.lists.models import ImportRun
from tests.factories import force, identity
from tests.factories.workbooks import workbook as book

pytestmark = pytest.mark.django_db
PEOPLE = ["警号", "姓名", "类别", "所属机构", "技能"]
CARS = ["号牌", "类别", "所属机构", "座位"]
NOTHING_NEW = {"NEW": 0, "CHANGED": 0, "WRONG": 0}


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def tree() -> identity.Tree:
    return identity.tree()


@pytest.fixture
def clerk(tree: identity.Tree) -> User:
    return identity.user_with(MANAGE_FORCE, at=tree.own)


@pytest.fixture
def by(clerk: User) -> Actor:
    return actor_for(clerk, at=datetime.now(UTC))


@pytest.fixture
def browser(clerk: User) -> Client:
    return identity.browser_of(clerk)


@pytest.fixture
def skills() -> None:
    name_skill(code="accident", name="事故勘查", name_en="Crash examination")
    name_skill(code="first_aid", name="急救", name_en="First aid")


def checked(
    spec: ImportSpec[Officer] | ImportSpec[Vehicle], content: bytes, by: Actor
) -> ImportRun:
    run = services.receive(spec=spec, name="名册.xlsx", content=content, by=by, at=clock.now())
    return services.check(spec=spec, run_id=run.pk, by=by, at=clock.now())


def taken(spec: ImportSpec[Officer] | ImportSpec[Vehicle], content: bytes, by: Actor) -> ImportRun:
    run = checked(spec, content, by)
    assert run.wrong == 0, run.first_faults
    return services.confirm(spec=spec, run_id=run.pk, only_valid=False, by=by, at=clock.now())


def faults(run: ImportRun) -> set[tuple[str, str, str]]:
    """Cell, column and what is wrong."""
    return {
        (f"{fault['letter']}{fault['row']}", fault["column"], fault["what"])
        for fault in run.first_faults
    }


def whats(run: ImportRun) -> set[str]:
    return {str(fault["what"]) for fault in run.first_faults}


class TestOutAndInAgain:
    """A file nobody touched must not change anything, or nobody dares to import."""

    @pytest.fixture(autouse=True)
    def people_and_cars(self, tree: identity.Tree, skills: None) -> None:
        for at in (tree.own, tree.child):
            force.qualified(force.officer(at=at), "accident")
            force.officer(at=at)
            force.vehicle(at=at)
        force.officer(at=tree.sibling)
        gone = force.officer(at=tree.own)
        gone.leave(at=clock.now())
        force.vehicle(at=tree.own).retire(at=clock.now())

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize(
        ("address", "spec", "rows"), [("officers", OFFICERS, 5), ("vehicles", VEHICLES, 3)]
    )
    def test_the_export_of_the_list_changes_nothing(
        self,
        browser: Client,
        by: Actor,
        address: str,
        spec: ImportSpec[Officer],
        rows: int,
        language: str,
    ) -> None:
        browser.cookies["django_language"] = language
        answer = browser.get(f"/force/{address}/export?format=xlsx")
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]

        judged = plan(spec, content, by)

        assert judged.counts == {**NOTHING_NEW, "UNCHANGED": rows}, judged.faults

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize(("spec", "rows"), [(OFFICERS, 5), (VEHICLES, 3)])
    def test_the_filled_form_changes_nothing(
        self, by: Actor, spec: ImportSpec[Officer], rows: int, language: str
    ) -> None:
        with translation.override(language):
            content = form(spec, spec.rows(by))

        judged = plan(spec, content, by)

        assert judged.counts == {**NOTHING_NEW, "UNCHANGED": rows}, judged.faults


class TestOfficers:
    def test_new_people_come_with_their_skills_by_code_or_name_of_the_place(
        self, tree: identity.Tree, by: Actor, skills: None
    ) -> None:
        run = taken(
            OFFICERS,
            book(
                PEOPLE,
                ["N00001", "甲", "民警", tree.own.code, "事故勘查、First aid"],
                ["N00002", "乙", "AUXILIARY", tree.child.name, ""],
                [300003, "丙", "Officer", tree.child.short_name],
            ),
            by,
        )

        assert run.taken == 3
        first = Officer.objects.get(badge="N00001")
        assert {each.skill.code for each in first.qualifications.all()} == {
            "accident",
            "first_aid",
        }
        second = Officer.objects.get(badge="N00002")
        assert (second.kind, second.organisation) == (OfficerKind.AUXILIARY, tree.child)
        assert Officer.objects.filter(badge="300003", organisation=tree.child).exists()

    def test_a_change_is_carried_out_by_the_services_and_told_in_the_history(
        self, tree: identity.Tree, by: Actor, skills: None
    ) -> None:
        him = force.qualified(force.officer(at=tree.own), "accident")
        content = book(PEOPLE, [him.badge, "新名", "辅警", tree.child.code, "急救"])

        run = taken(OFFICERS, content, by)

        assert (run.new, run.changed) == (0, 1)
        him.refresh_from_db()
        assert (him.name, him.kind, him.organisation) == ("新名", "AUXILIARY", tree.child)
        valid = Qualification.objects.valid(at=clock.now()).filter(officer=him)
        assert [each.skill.code for each in valid] == ["first_aid"]
        assert him.qualifications.count() == 2, "that he once examined crashes stays known"
        deeds = AuditEntry.objects.of("force.officer", str(him.pk))
        assert {each.detail["deed"] for each in deeds} == {
            "CORRECT",
            "TRANSFER",
            "QUALIFY",
            "END_QUALIFICATION",
        }

    def test_an_empty_cell_or_a_missing_column_takes_no_skill_away(
        self, tree: identity.Tree, by: Actor, skills: None
    ) -> None:
        him = force.qualified(force.officer(at=tree.own), "accident")
        row = [him.badge, him.name, "民警", tree.own.code]

        assert plan(OFFICERS, book(PEOPLE, [*row, ""]), by).counts["UNCHANGED"] == 1
        assert plan(OFFICERS, book(PEOPLE[:4], row), by).counts["UNCHANGED"] == 1

    def test_each_fault_names_its_cell_and_how_to_mend_it(
        self, tree: identity.Tree, by: Actor, skills: None
    ) -> None:
        run = checked(
            OFFICERS,
            book(
                PEOPLE,
                ["n1", "甲", "民警", tree.own.code],
                ["N00002", "", "民警", tree.own.code],
                ["N00003", "丙", "保安", tree.own.code],
                ["N00004", "丁", "民警", tree.sibling.code],
                ["N00005", "戊", "民警", tree.own.code, "事故勘查、飞行"],
                ["N00006", "己", "民警", tree.own.code],
                ["N00006", "庚", "民警", tree.own.code],
            ),
            by,
        )

        assert faults(run) == {
            ("A2", "警号", "格式不对"),
            ("B3", "姓名", "必填"),
            ("C4", "类别", "不是已有的选项"),
            ("D5", "所属机构", "没有此机构，或不在您的管辖范围内"),
            ("E6", "技能", "没有此技能：飞行"),
            ("A8", "警号", "与第 7 行重复"),
        }
        assert all(fault["how"] for fault in run.first_faults)
        assert not Officer.objects.filter(badge__startswith="N").exists()

    def test_what_only_a_service_finds_names_its_cell_too(
        self, tree: identity.Tree, by: Actor
    ) -> None:
        """The mark in the error workbook hangs on the letter."""
        gone = force.officer(at=tree.own)
        gone.leave(at=clock.now())
        content = book(PEOPLE, [gone.badge, "复职", "民警", tree.own.code])

        run = checked(OFFICERS, content, by)

        assert faults(run) == {("A2", "警号", f"{gone}已经离职")}
        assert run.errors is not None
        listed = CalamineWorkbook.from_filelike(BytesIO(bytes(run.errors)))
        assert listed.get_sheet_by_name("错误清单").to_python()[1][:4] == [
            "名册",
            "2",
            "A",
            "警号",
        ]

    def test_a_badge_of_another_force_is_taken_and_its_owner_stays_as_he_is(
        self, tree: identity.Tree, by: Actor
    ) -> None:
        other = force.officer(at=tree.sibling)
        content = book(PEOPLE, [other.badge, "冒名", "民警", tree.own.code])

        run = checked(OFFICERS, content, by)

        assert (run.wrong, run.valid) == (1, 0)
        assert other.name not in str(run.first_faults)
        other.refresh_from_db()
        assert other.organisation == tree.sibling

    def test_nobody_is_moved_to_a_place_that_was_closed(
        self, tree: identity.Tree, by: Actor
    ) -> None:
        tree.child.closed_at = clock.now()
        tree.child.save()
        there, here = force.officer(at=tree.child), force.officer(at=tree.own)
        content = book(
            PEOPLE,
            [there.badge, there.name, "民警", tree.child.code],
            [here.badge, here.name, "民警", tree.child.code],
            ["N00001", "甲", "民警", tree.child.code],
        )

        run = checked(OFFICERS, content, by)

        assert (run.unchanged, run.wrong) == (1, 2)
        assert whats(run) == {f"{tree.child.short_name}已撤销，不能划入"}


def test_a_foreign_place_is_refused_like_one_that_is_not(tree: identity.Tree, by: Actor) -> None:
    """By its code and by its name: neither may tell that it exists."""
    unknown = ["439999999999", "没有这样的大队"]
    known = [tree.sibling.code, tree.sibling.name, tree.sibling.short_name, tree.city.name]

    told = {
        place: [
            (fault.what, fault.how)
            for fault in plan(OFFICERS, book(PEOPLE, ["N00001", "甲", "民警", place]), by).faults
        ]
        for place in (*unknown, *known)
    }

    assert len({str(said) for said in told.values()}) == 1
    assert told[tree.sibling.code]


def test_a_name_two_places_share_is_asked_for_by_code(tree: identity.Tree, by: Actor) -> None:
    identity.organisation(parent=tree.own, name="一中队")
    identity.organisation(parent=tree.child, name="一中队")

    run = checked(OFFICERS, book(PEOPLE, ["N00001", "甲", "民警", "一中队"]), by)

    assert faults(run) == {("D2", "所属机构", "有 2 个机构叫这个名称")}


class TestVehicles:
    def test_a_plate_is_one_however_it_is_typed(self, tree: identity.Tree, by: Actor) -> None:
        car = force.vehicle(at=tree.own)
        typed = car.plate.replace("·", "").lower()

        run = taken(
            VEHICLES,
            book(
                CARS,
                [typed, "警车", tree.child.code, 7],
                ["湘B1234警", "Motorcycle", tree.own.code, 2],
            ),
            by,
        )

        assert (run.new, run.changed) == (1, 1)
        car.refresh_from_db()
        assert (car.organisation, car.seats) == (tree.child, 7)
        new = Vehicle.objects.get(plate="湘B·1234警")
        assert (new.kind, new.seats) == (VehicleKind.MOTORCYCLE, 2)

    @pytest.mark.parametrize("plate", ["湘BI2345", "湘B1234", "湘BO1234", "B12345", "湘B123456"])
    def test_what_is_no_plate_is_refused(self, tree: identity.Tree, by: Actor, plate: str) -> None:
        run = checked(VEHICLES, book(CARS, [plate, "警车", tree.own.code, 5]), by)

        assert faults(run) == {("A2", "号牌", "不是号牌")}

    def test_a_car_that_is_planned_or_out_of_use_stays_where_it_is(
        self, tree: identity.Tree, by: Actor
    ) -> None:
        shift = force.shift(of=force.unit(at=tree.own))
        old = force.vehicle(at=tree.own)
        old.retire(at=clock.now())
        assert shift.vehicle is not None
        content = book(
            CARS,
            [shift.vehicle.plate, "警车", tree.child.code, 5],
            [old.plate, "警车", tree.own.code, 7],
            ["湘B12345", "警车", tree.own.code, 0],
        )

        run = checked(VEHICLES, content, by)

        assert {cell for cell, *_ in faults(run)} == {"A2", "A3", "D4"}
        assert any("未结束的班次" in what for what in whats(run))
        assert any("已经停用" in what for what in whats(run))


class TestPages:
    def test_a_file_without_one_good_row_is_answered_like_a_form_of_faults(
        self, tree: identity.Tree, browser: Client
    ) -> None:
        sent = SimpleUploadedFile(
            "名册.xlsx", book(PEOPLE, ["N00001", "甲", "民警", tree.sibling.code])
        )

        answer = browser.post("/force/officers/import", {"file": sent})

        assert answer.status_code == 422
        assert "D2" in answer.content.decode()

    @pytest.mark.django_db(transaction=True)
    def test_a_large_file_is_told_in_the_language_of_its_sender(
        self, tree: identity.Tree, clerk: User, by: Actor
    ) -> None:
        """Faults are kept as text; the worker itself speaks the language of the house."""
        content = book(PEOPLE, ["N00001", "甲", "民警", tree.sibling.code])
        run = services.receive(
            spec=OFFICERS, name="a.xlsx", content=content, by=by, at=clock.now()
        )
        job = start_job(
            kind="lists.import",
            by=by,
            at=clock.now(),
            title="a",
            arguments={
                "list_code": "force.officers",
                "run_id": run.pk,
                "what": "check",
                "user_id": clerk.pk,
                "language": "en",
            },
        )

        execute(job_id=job.pk)

        run.refresh_from_db()
        assert [fault["column"] for fault in run.first_faults] == ["Organisation"]


@pytest.mark.long
def test_ten_thousand_rows_with_a_hundred_bad_cells(tree: identity.Tree, by: Actor) -> None:
    """Every bad cell is named, no good row is lost, and the good ones can be taken."""
    dice = random.Random(20261125)
    rows: list[list[object]] = [
        [f"湘B·{number:05d}", "警车", dice.choice((tree.own.code, tree.child.name)), 5]
        for number in range(10_000)
    ]
    wrong: dict[int, list[object]] = {
        0: ["湘BI2345", "湘B1", "", "没有"],
        1: ["坦克", "", "警車", "9"],
        2: [tree.sibling.code, tree.city.name, "", "439999999999"],
        3: [0, 61, "五", 2.5],
    }
    seeded = set()
    for at in dice.sample(range(10_000), 100):
        place = dice.randrange(4)
        rows[at][place] = dice.choice(wrong[place])
        seeded.add(f"{'ABCD'[place]}{at + 2}")

    run = checked(VEHICLES, book(CARS, *rows), by)

    assert (run.wrong, run.valid) == (100, 9_900)
    assert run.errors is not None
    listed = CalamineWorkbook.from_filelike(BytesIO(bytes(run.errors)))
    named = listed.get_sheet_by_name("错误清单").to_python()[1:]
    assert {f"{row[2]}{row[1]}" for row in named} == seeded
    assert all(row[0] == "名册" and row[5] and row[6] for row in named)
    done = services.confirm(spec=VEHICLES, run_id=run.pk, only_valid=True, by=by, at=clock.now())
    assert done.taken == 9_900
    assert Vehicle.objects.count() == 9_900
