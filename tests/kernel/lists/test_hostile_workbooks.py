"""Files nobody honest sends: each is refused with a sentence, in bounded time and memory."""

# ruff: noqa: DTZ001 - a workbook knows no time zones

import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luchang.kernel.identity.models import Organisation
from luchang.kernel.lists.imports.planning import plan
from luchang.kernel.lists.imports.reader import Limits, Refused, read
from luchang.kernel.lists.imports.reading import UnreadableWorkbook, read_workbook
from luchang.kernel.lists.imports.workbooks import form
from tests.factories import identity as make
from tests.kernel.lists.example import IMPORT, MANAGE_ORGANISATIONS

SHEET = "xl/worksheets/sheet1.xml"


def honest() -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for number in range(50):
            sheet.write_row(number, 0, ["甲", number, 1.5, "乙" * 20])
    return out.getvalue()


def rebuilt(change: Callable[[str, bytes], bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(honest())) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def in_sheet(before: bytes, after: bytes) -> bytes:
    return rebuilt(lambda name, part: part.replace(before, after) if name == SHEET else part)


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
CELL = b'<c r="XFD1048576"><v>1</v></c></row></sheetData>'

CORPUS: dict[str, tuple[Callable[[], bytes], str]] = {
    "laughs": (lambda: in_sheet(b"<worksheet", LAUGHS + b"<worksheet"), "document_type"),
    "foreign entity": (lambda: in_sheet(b"<worksheet", XXE + b"<worksheet"), "document_type"),
    "corner cell": (lambda: in_sheet(b"</row></sheetData>", CELL), "too_many_rows"),
    "far column": (
        lambda: in_sheet(b"</row></sheetData>", b'<c r="XFD9"><v>1</v></c></row></sheetData>'),
        "too_many_columns",
    ),
    "bomb": (
        lambda: in_sheet(b"</sheetData>", b" " * 250_000_000 + b"</sheetData>"),
        "too_large_unzipped",
    ),
    "high ratio": (
        lambda: in_sheet(b"</sheetData>", b" " * 9_000_000 + b"</sheetData>"),
        "too_large_unzipped",
    ),
    "truncated": (lambda: honest()[:-400], "not_a_workbook"),
    "old format": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4_000,
        "not_a_workbook",
    ),
    "a zip of something else": (
        lambda: rebuilt(lambda _name, part: part).replace(b"workbook.xml", b"warkbook.xml"),
        "not_a_workbook",
    ),
    "empty": (lambda: b"", "not_a_workbook"),
}


@pytest.mark.parametrize("name", CORPUS)
def test_each_attack_is_refused_for_its_reason(name: str) -> None:
    make_content, reason = CORPUS[name]
    content = make_content()

    with pytest.raises(UnreadableWorkbook) as refusal:
        read_workbook(content)

    assert refusal.value.code == reason
    assert str(refusal.value)


def test_an_honest_workbook_is_read() -> None:
    (sheet,) = read_workbook(honest())

    assert len(sheet.rows) == 50
    assert sheet.rows[7] == ["甲", 7.0, 1.5, "乙" * 20]


def test_small_limits_hold(tmp_path: Path) -> None:
    place = tmp_path / "book.xlsx"
    place.write_bytes(honest())

    for limits, reason in (
        (Limits(rows=10), "too_many_rows"),
        (Limits(columns=2), "too_many_columns"),
        (Limits(unzipped=500), "too_large_unzipped"),
        (Limits(cell=5), "cell_too_long"),
        (Limits(cells=100), "too_many_cells"),
        (Limits(text=300), "too_much_text"),
    ):
        with pytest.raises(Refused, match=reason):
            list(read(place, limits))


def test_two_hundred_mutations_never_raise_anything_but_a_refusal(
    tmp_path: Path,
) -> None:
    """In this process, because only plain Python and a memory-safe parser are at work."""
    whole, chance = honest(), random.Random(7)
    place = tmp_path / "book.xlsx"
    for _ in range(200):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        place.write_bytes(bytes(broken))
        with suppress(Refused):
            list(read(place, Limits()))


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")),
    min_size=1,
    max_size=24,
).filter(str.strip) | st.sampled_from(
    [
        "00123",
        "=1+1",
        "'x",
        "1e5",
        "TRUE",
        "2026-03-01",
        "🚓🚓",
        "a b",
        "_x0041_",
        "甲\n乙",
        "12.0",
        "-",
    ]
)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    names=st.lists(TEXT, min_size=1, max_size=8),
    closed=st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)),
)
def test_what_is_exported_and_sent_back_changes_nothing(
    names: list[str], closed: datetime
) -> None:
    tree = make.tree()
    by = make.actor_with(MANAGE_ORGANISATIONS, at=tree.city)
    for name in names:
        made = make.organisation(parent=tree.own)
        Organisation.objects.filter(pk=made.pk).update(
            name=name, short_name=name, closed_at=closed.replace(tzinfo=UTC), division_code="0012"
        )
    rows = Organisation.objects.filter(path__startswith=tree.own.path).exclude(name="")

    judged = plan(IMPORT, form(IMPORT, rows), by)

    assert judged.faults == []
    assert judged.counts == {"NEW": 0, "CHANGED": 0, "UNCHANGED": rows.count(), "WRONG": 0}
