"""A duty clerk sends a file with a fault in it, gets it back marked, mends it and has it taken."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from python_calamine import CalamineWorkbook

from luchang.apps.force.models import Officer
from luchang.apps.force.policies import MANAGE_FORCE
from luchang.kernel.identity.models import Organisation, User
from tests.browser import PHONE, Visit
from tests.factories.identity import organisation, user_with
from tests.factories.workbooks import workbook
from tests.screens.test_accessibility import serious

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAIT_MS = 60_000
HEAD = ["警号", "姓名", "类别", "所属机构"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def brigade(transactional_db: None) -> Organisation:
    return organisation(name="石峰大队")


@pytest.fixture
def clerk(brigade: Organisation) -> User:
    return user_with(MANAGE_FORCE, at=brigade)


def send(page: "Page", content: bytes) -> None:
    page.locator("#import-file").set_input_files(
        {"name": "名册.xlsx", "mimeType": XLSX, "buffer": content}
    )
    page.locator("form[action$='/import'] button[type=submit]").click()
    page.locator(".lc-import-counts").wait_for(timeout=WAIT_MS)


def downloaded(page: "Page") -> list[list[Any]]:
    """The sheet of the error workbook that is the file itself."""
    with page.expect_download(timeout=WAIT_MS) as waiting:
        page.locator("a[href*='import-errors']").click()
    book = CalamineWorkbook.from_filelike(BytesIO(Path(waiting.value.path()).read_bytes()))
    assert book.sheet_names == ["错误清单", "名册"]
    assert book.get_sheet_by_index(0).to_python()[1][:4] == ["名册", "3", "D", "所属机构"]
    return book.get_sheet_by_index(1).to_python()


def test_the_fault_is_shown_marked_mended_and_the_file_taken(visit: Visit, clerk: User) -> None:
    desk = visit.open("/force/officers/", person=clerk)
    desk.locator("a[href$='officers/import']").first.click()
    desk.locator("#import-file").wait_for(timeout=WAIT_MS)
    assert serious(desk) == []
    visit.shoot(desk, "import-choose")

    good, bad = ["N00001", "甲", "民警", "石峰大队"], ["N00002", "乙", "辅警", "石锋大队"]
    send(desk, workbook(HEAD, good, bad))
    assert desk.locator("td", has_text="D3").is_visible()
    assert not Officer.objects.exists(), "a dry run"
    assert serious(desk) == []
    visit.shoot(desk, "import-faults")

    rows = downloaded(desk)
    rows[2][3] = "石峰大队"
    desk.locator("a.btn[href$='officers/import']").click()
    send(desk, workbook(*rows))
    assert desk.locator("td", has_text="D3").count() == 0
    desk.locator("button[name=rows][value=all]").click()
    desk.locator(".lc-tone-success[role=status]").wait_for(timeout=WAIT_MS)
    visit.shoot(desk, "import-taken")

    assert set(Officer.objects.values_list("badge", flat=True)) == {"N00001", "N00002"}


def test_a_file_of_faults_reads_well_in_english_by_night_on_a_phone(
    visit: Visit, clerk: User
) -> None:
    """Nothing of it can be taken: the answer to the upload itself tells why."""
    look: dict[str, Any] = {"language": "en", "theme": "dark", "size": PHONE}
    page = visit.open("/force/officers/import", person=clerk, **look)
    assert serious(page) == []

    send(page, workbook(HEAD, ["n1", "甲", "保安", "石锋大队"]))

    assert page.locator("table.lc-table tbody tr").count() == 3
    assert page.locator("button[name=rows]").count() == 0
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    assert serious(page) == []
    visit.shoot(page, "import-faults-phone-en", whole=True)
