"""Files and paper: all filtered rows and no others, no formula, masked, and always audited."""

# ruff: noqa: DTZ001 - a workbook knows no time zones

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from luchang.core.common.personal import Kind, mask
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.models import User
from luchang.kernel.lists.columns import Column, Day, Moment, Number, Personal, Text
from luchang.kernel.lists.exports import FileKind, Sheet, sheet_name, write
from tests.factories import identity as make
from tests.kernel.lists.example import MANAGE_USERS, REVEAL

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "'=1", '"=1']


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


@pytest.fixture
def browser(tree: make.Tree) -> Client:
    return make.browser_of(make.user_with(MANAGE_USERS, at=tree.own, username="manager"))


def xlsx_rows(content: bytes) -> list[list[object]]:
    return [
        list(row)
        for row in CalamineWorkbook.from_filelike(BytesIO(content))
        .get_sheet_by_index(0)
        .to_python()
    ]


def taken(browser: Client, query: str) -> bytes:
    response = browser.get(f"/users/export{query}")
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.django_db
class TestExport:
    def test_all_filtered_rows_and_no_foreign_one_are_in_the_file(
        self, tree: make.Tree, browser: Client
    ) -> None:
        for number in range(60):
            make.user(at=tree.child, username=f"u{number:03d}")
        make.user(at=tree.sibling, username="u999")

        rows = xlsx_rows(taken(browser, "?q=u0&size=20&page=2"))

        assert len(rows) == 2 + 60
        assert "manager" in str(rows[0][0])
        assert rows[1][:2] == ["账号", "姓名"]
        assert {row[0] for row in rows[2:]} == {f"u{number:03d}" for number in range(60)}

    def test_the_audit_says_who_took_what_by_which_filter(self, browser: Client) -> None:
        taken(browser, "?q=13812345678&format=csv")

        entry = AuditEntry.objects.get(action="EXPORT")
        assert entry.subject == "example.users"
        assert entry.detail["rows"] == 0
        assert (
            entry.detail["filter"] == "format=csv&q=138****78"
            or "138****78" in entry.detail["filter"]
        )

    def test_personal_data_is_masked_unless_revealed_with_a_purpose(
        self, tree: make.Tree, browser: Client
    ) -> None:
        make.user(at=tree.own, username="u1", name="甲乙丙")
        allowed = make.browser_of(make.user_with(MANAGE_USERS, REVEAL, at=tree.own))

        assert xlsx_rows(taken(browser, "?q=u1"))[2][1] == "甲*"
        assert browser.get("/users/export?q=u1&reveal=1").status_code == 400
        assert allowed.get("/users/export?q=u1&reveal=1").status_code == 400
        assert xlsx_rows(taken(allowed, "?q=u1&reveal=1&purpose=核查"))[2][1] == "甲乙丙"
        entry = AuditEntry.objects.filter(action="EXPORT").latest("pk")
        assert (entry.purpose, entry.detail["revealed"]) == ("核查", True)
        refused = browser.get("/users/export?q=u1&reveal=1&purpose=x")
        assert refused.status_code == 403

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    @pytest.mark.parametrize("text", DANGEROUS)
    def test_no_text_of_a_row_becomes_a_formula(
        self, tree: make.Tree, browser: Client, kind: str, text: str
    ) -> None:
        User.objects.filter(pk=make.user(at=tree.own, username="u1").pk).update(theme=text[:8])

        content = taken(browser, f"?q=u1&cols=theme,username&format={kind}")

        if kind == "xlsx":
            assert b"<f>" not in content
            sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
            assert isinstance(sheet.to_python()[2][0], str)
        else:
            last = list(csv.reader(StringIO(content.decode("utf-8-sig"))))[-1]
            assert last[0][:1] not in {*"=+-@\t\r\n ", "＝"} or last[0] == '"=1'

    def test_an_odd_format_is_a_clean_400(self, browser: Client) -> None:
        assert browser.get("/users/export?format=exe").status_code == 400


@pytest.mark.django_db
def test_paper_carries_head_watermark_and_only_own_rows(tree: make.Tree, browser: Client) -> None:
    make.user(at=tree.sibling, username="foreign")

    page = browser.get("/users/print?is_active=1").content.decode()

    assert "manager" in page
    assert "foreign" not in page
    assert page.count("watermark") >= 1
    assert AuditEntry.objects.get(action="PRINT").detail["rows"] == 1
    assert browser.get("/users/print?is_active=7").status_code == 400


COLUMNS = (
    Column("text", "文", lambda row: row, Text()),
    Column("number", "数", lambda row: row, Number(unit="米")),
    Column("moment", "时", lambda row: row, Moment()),
    Column("day", "日", lambda row: row, Day()),
)


def read_back(tmp_path: Path, *values: object, kind: FileKind = FileKind.XLSX) -> list[object]:
    place = tmp_path / "file"
    sheet = Sheet("表[1]", "水印", COLUMNS, [values])  # type: ignore[list-item]
    assert write(kind, sheet, place) == 1
    return xlsx_rows(place.read_bytes())[2]


AWKWARD = st.text(st.characters(codec="utf-8", min_codepoint=9), min_size=1, max_size=60).filter(
    lambda text: all(each >= " " or each in "\t\n" for each in text) and text.isprintable()
) | st.sampled_from(
    ["_x0041_", "_x005F_", "0012", "1e5", "2026-03-01", "TRUE", "🚓", "a\nb", "#N/A"]
)


@hypothesis_settings(max_examples=80, deadline=None)
@given(text=AWKWARD)
def test_text_comes_back_as_it_went(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    back = read_back(tmp_path_factory.mktemp("xlsx"), text)[0]

    assert back == text


@pytest.mark.parametrize(
    "value", [0, -5, 1.5, 123456789012345, 10**18, datetime(1900, 1, 1), None]
)
def test_numbers_and_dates_keep_their_value(tmp_path: Path, value: object) -> None:
    back = read_back(tmp_path, value, "尾")[0]

    if value is None:
        assert back == ""
    elif isinstance(value, datetime) or (isinstance(value, int) and value > 10**15):
        assert back == str(value)
    else:
        assert back == value


def test_the_unit_stands_in_the_title_and_odd_sheet_names_are_mended() -> None:
    assert COLUMNS[1].file_title == "数(米)"
    assert sheet_name("a/b[c]:*?" + "长" * 40) == ("a b c    " + "长" * 40).strip()[:31]
    assert sheet_name("''") == "Sheet1"


@pytest.mark.parametrize("kind", Kind)
def test_a_list_masks_as_everything_else_does(kind: Kind) -> None:
    """Two masks of one number, laid over each other, show more of it than either may."""
    text = "430202199001011234"
    column = Column("value", "值", lambda _row: text, format=Personal(kind, reveal="x.reveal"))
    row = User()
    assert column.cell(row).text == mask(kind, text)
    assert column.exported(row, is_revealed=False) == mask(kind, text)


def test_a_moment_is_written_in_shanghai_time() -> None:
    at = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)

    assert Moment().cell(at).text == "2026-03-02 00:30:00"
    assert Moment().exported(at) == datetime(2026, 3, 2, 0, 30)


@pytest.mark.django_db
def test_what_is_taken_from_a_demonstration_says_so(
    browser: Client, settings: LazySettings
) -> None:
    """A sheet of invented incidents must not pass for the city's own once it has left."""
    settings.DEMO = True

    paper = browser.get("/users/print").content.decode()
    file = xlsx_rows(taken(browser, "?format=xlsx"))

    assert "演示数据" in paper
    assert "演示数据" in str(file[0][0])
