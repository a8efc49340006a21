"""Workbooks in: every fault named, nothing changed before it is confirmed, and then once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.lists.imports import services
from luchang.kernel.lists.imports.planning import Fate, plan
from luchang.kernel.lists.imports.reading import UnreadableWorkbook
from luchang.kernel.lists.imports.workbooks import form
from luchang.kernel.lists.models import ImportRun
from luchang.kernel.lists.states import ImportStatus
from tests.factories import identity as make
from tests.kernel.lists.example import IMPORT, MANAGE_ORGANISATIONS, organisations

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, tzinfo=UTC)
HEAD = ["机构代码", "名称", "简称", "类别", "上级"]


def book(*rows: Sequence[object], sheet: str = "机构") -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_numbers": False}) as writing:
        page = writing.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(number, place, value)
                elif value is not None:
                    page.write(number, place, value)
    return out.getvalue()


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


@pytest.fixture
def person(tree: make.Tree) -> User:
    return make.user_with(MANAGE_ORGANISATIONS, at=tree.own)


@pytest.fixture
def by(person: User) -> Actor:
    return actor_for(person, at=AT)


def checked(content: bytes, by: Actor) -> ImportRun:
    run = services.receive(spec=IMPORT, name="机构.xlsx", content=content, by=by, at=AT)
    return services.check(spec=IMPORT, run_id=run.pk, by=by, at=AT)


def test_new_changed_unchanged_and_wrong_rows_are_told_apart(tree: make.Tree, by: Actor) -> None:
    own, child = tree.own, tree.child
    content = book(
        ["某人 2026-03-01 导出"],
        HEAD,
        ["439900000001", "新中队", "新队", "中队", own.code],
        [child.code, "改名", child.short_name, "SQUADRON", own.code],
        [own.code, own.name, own.short_name, "Brigade", tree.city.code],
        [child.code, "重复", "重复", "中队", own.code],
        [None, "缺代码", "缺", "中队", own.code],
    )

    run = checked(content, by)

    assert (run.new, run.changed, run.unchanged, run.wrong) == (1, 1, 0, 3)
    told = {(fault["row"], fault["letter"], fault["column"]) for fault in run.first_faults}
    assert told == {(5, "E", "上级"), (6, "A", "机构代码"), (7, "A", "机构代码")}
    assert not Organisation.objects.filter(name__in=["新中队", "改名"]).exists()


def test_an_organisation_outside_the_reach_is_refused_like_one_that_is_not(
    tree: make.Tree, by: Actor
) -> None:
    said = {
        fault.what
        for code in (tree.sibling.code, "430000999999")
        for fault in plan(
            IMPORT, book(HEAD, ["439900000001", "甲", "甲", "中队", code]), by
        ).faults
    }
    assert len(said) == 1


def test_a_code_held_outside_the_reach_is_refused_and_not_taken_over(
    tree: make.Tree, by: Actor
) -> None:
    content = book(HEAD, [tree.sibling.code, "我的", "我的", "中队", tree.own.code])

    run = checked(content, by)

    assert (run.wrong, run.valid) == (1, 0)
    assert tree.sibling.code in str(run.first_faults)
    assert Organisation.objects.get(pk=tree.sibling.pk).name == tree.sibling.name


def test_services_may_refuse_a_row_and_a_row_may_contradict_itself(
    tree: make.Tree, by: Actor
) -> None:
    content = book(
        HEAD,
        ["439900000001", "拒绝", "甲", "中队", tree.own.code],
        ["439900000002", "乙", "不对", "大队", tree.own.code],
        ["439900000003", "丙", "丙", "大队", tree.own.code],
    )

    run = checked(content, by)

    assert [fault["what"] for fault in run.first_faults] == ["大队不能叫“不对”", "此名称保留"] or [
        fault["what"] for fault in run.first_faults
    ] == ["此名称保留", "大队不能叫“不对”"]
    assert run.new == 1


def test_all_or_only_the_valid_rows_and_only_once(tree: make.Tree, by: Actor) -> None:
    content = book(
        HEAD,
        ["439900000001", "甲", "甲", "中队", tree.own.code],
        ["43", "乙", "乙", "中队", tree.own.code],
    )
    run = checked(content, by)

    with pytest.raises(services.NotAllRight):
        services.confirm(spec=IMPORT, run_id=run.pk, only_valid=False, by=by, at=AT)
    first = services.confirm(spec=IMPORT, run_id=run.pk, only_valid=True, by=by, at=AT)
    again = services.confirm(spec=IMPORT, run_id=run.pk, only_valid=True, by=by, at=AT)

    assert first.taken == again.taken == 1
    assert Organisation.objects.filter(code="439900000001").count() == 1
    assert AuditEntry.objects.filter(action="IMPORT", subject=IMPORT.code).count() == 1
    assert services.check(spec=IMPORT, run_id=run.pk, by=by, at=AT).status == ImportStatus.APPLIED


def test_rows_taken_together_do_not_fall_together(tree: make.Tree, by: Actor) -> None:
    """A refusal of the service or of the database undoes what shares a savepoint with it."""
    rows = [[f"4399000000{n:02d}", f"新{n}", f"新{n}", "中队", tree.own.code] for n in range(9)]
    rows[3][1], rows[6][0] = "拒绝", tree.sibling.code
    run = checked(book(HEAD, *rows), by)

    taken = services.confirm(spec=IMPORT, run_id=run.pk, only_valid=True, by=by, at=AT)

    assert (run.wrong, taken.taken) == (2, 7)
    assert Organisation.objects.filter(code__startswith="4399").count() == 7
    assert connection.features.uses_savepoints, "what comes after may be undone in parts again"


@given(refused=st.sets(st.integers(0, 7)), late=st.sets(st.integers(0, 7), max_size=2))
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_wherever_rows_are_refused_the_others_are_taken_once(
    tree: make.Tree, by: Actor, refused: set[int], late: set[int]
) -> None:
    """What stood before a refused row is undone with it: left out or done twice, it is wrong.

    Of the late ones the database refuses what is written only once all of them are done.
    """
    names = {**{n: f"新{n}" for n in range(8)}, **dict.fromkeys(late, "迟拒")}
    names |= dict.fromkeys(refused, "拒绝")
    rows = [[f"4399000000{n:02d}", names[n], f"新{n}", "中队", tree.own.code] for n in range(8)]
    sound = {name for name in names.values() if name.startswith("新")}
    with transaction.atomic():
        run = checked(book(HEAD, *rows), by)
        taken = services.confirm(spec=IMPORT, run_id=run.pk, only_valid=True, by=by, at=AT)
        made = Organisation.objects.filter(code__startswith="4399")
        found = sorted(made.values_list("name", flat=True))
        entries = AuditEntry.objects.filter(subject="example.organisation").count()
        transaction.set_rollback(True)

    assert (run.wrong, taken.taken, entries) == (8 - len(sound), len(sound), len(sound))
    assert found == sorted(sound)


def test_what_changed_between_preview_and_confirmation_is_shown_again(
    tree: make.Tree, by: Actor
) -> None:
    run = checked(book(HEAD, ["439900000001", "甲", "甲", "中队", tree.own.code]), by)
    make.organisation(parent=tree.own, code="439900000001", name="抢先")

    with pytest.raises(services.DataChanged):
        services.confirm(spec=IMPORT, run_id=run.pk, only_valid=False, by=by, at=AT)

    run.refresh_from_db()
    assert (run.new, run.changed, run.status) == (0, 1, ImportStatus.CHECKED)


def test_only_the_sender_finds_his_file(tree: make.Tree, by: Actor) -> None:
    run = checked(book(HEAD, ["439900000001", "甲", "甲", "中队", tree.own.code]), by)
    other = make.actor_with(MANAGE_ORGANISATIONS, at=tree.own)

    with pytest.raises(ImportRun.DoesNotExist):
        services.confirm(spec=IMPORT, run_id=run.pk, only_valid=True, by=other, at=AT)


def test_the_error_workbook_marks_the_cell_and_mended_can_be_sent_again(
    tree: make.Tree, by: Actor
) -> None:
    run = checked(book(HEAD, ["43", "甲", "甲", "大白菜", tree.own.code]), by)

    assert run.errors is not None
    sheets = CalamineWorkbook.from_filelike(BytesIO(bytes(run.errors)))
    assert sheets.sheet_names == ["错误清单", "机构"]
    listed = sheets.get_sheet_by_index(0).to_python()
    assert [row[:4] for row in listed[1:]] == [
        ["机构", "2", "A", "机构代码"],
        ["机构", "2", "D", "类别"],
    ]
    again = plan(IMPORT, bytes(run.errors), by)
    assert again.count(Fate.WRONG) == 1
    assert again.sheets_passed_over == ["错误清单"]


def test_a_form_with_present_rows_changes_nothing(tree: make.Tree, by: Actor) -> None:
    rows = organisations(by).exclude(pk=tree.own.pk)  # its parent is out of reach

    judged = plan(IMPORT, form(IMPORT, rows), by)

    assert judged.counts == {"NEW": 0, "CHANGED": 0, "UNCHANGED": 1, "WRONG": 0}


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"not a workbook", book(["别的", "列"]), b"\xd0\xcf\x11\xe0" * 200],
)
def test_what_is_no_workbook_of_ours_is_refused_with_a_sentence(content: bytes, by: Actor) -> None:
    run = checked(content, by)

    assert run.status == ImportStatus.REFUSED
    assert run.refusal


class TestPages:
    @pytest.fixture
    def browser(self, person: User) -> Client:
        return make.browser_of(person)

    def send(self, browser: Client, content: bytes) -> str:
        sent = SimpleUploadedFile("机构\x00.xlsx", content)
        response = browser.post("/organisations/import", {"file": sent})
        assert response.status_code == 302, response.content.decode()
        return str(response["Location"])

    def test_a_file_is_sent_shown_and_taken(self, tree: make.Tree, browser: Client) -> None:
        assert browser.get("/organisations/import").status_code == 200
        page = self.send(browser, book(HEAD, ["439900000001", "甲", "甲", "中队", tree.own.code]))
        assert "导入全部 1 行" in browser.get(page).content.decode()

        done = browser.post(page, {"rows": "all"})

        assert "已导入 1 行" in done.content.decode()
        assert Organisation.objects.filter(code="439900000001").exists()

    def test_faults_are_shown_and_can_be_downloaded(
        self, tree: make.Tree, browser: Client
    ) -> None:
        good = ["439900000001", "乙", "乙", "中队", tree.own.code]
        page = self.send(browser, book(HEAD, ["43", "甲", "甲", "中队", tree.own.code], good))

        assert "12位数字或大写字母" in browser.get(page).content.decode()
        assert browser.get(page.replace("import-run", "import-errors")).status_code == 200
        assert "有 1 行有误" in browser.post(page, {"rows": "all"}).content.decode()

    def test_a_file_without_one_good_row_is_a_form_of_faults(
        self, tree: make.Tree, browser: Client
    ) -> None:
        for content in (book(HEAD, ["43", "甲", "甲", "中队", tree.own.code]), b"PK"):
            sent = SimpleUploadedFile("机构.xlsx", content)
            assert browser.post("/organisations/import", {"file": sent}).status_code == 422

    @pytest.mark.parametrize("run", ["", "0", "-1", "x", "9" * 30, "²"])
    def test_no_odd_run_number_breaks_the_page(self, browser: Client, run: str) -> None:
        assert browser.get(f"/organisations/import-run?run={run}").status_code == 404
        assert browser.get(f"/organisations/import-errors?run={run}").status_code == 404

    def test_the_form_can_be_had_empty_and_filled(self, browser: Client) -> None:
        for query in ("", "?rows=1"):
            response = browser.get(f"/organisations/import-form{query}")
            assert response.status_code == 200
            assert (
                CalamineWorkbook.from_filelike(BytesIO(response.content)).sheet_names[0] == "机构"
            )

    def test_a_post_without_a_file_is_a_clean_400(self, browser: Client) -> None:
        assert browser.post("/organisations/import").status_code == 400


def test_reading_names_the_reason(by: Actor) -> None:
    with pytest.raises(UnreadableWorkbook, match="表头"):
        plan(IMPORT, book(["别的"]), by)
