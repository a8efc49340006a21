"""Figures come to stand where the template names them, each with a note that says what it is."""

from dataclasses import replace
from datetime import date

import pytest

from luchang.core.documents import language
from luchang.core.documents.placed import Kind, Placed, changes
from luchang.core.documents.placing import (
    Asked,
    Found,
    Frame,
    Of,
    Rows,
    change_words,
    place,
    span_problems,
)
from luchang.core.documents.spans import Span

BASE = Span(date(2021, 1, 1), date(2021, 7, 1))
CITY, EAST, WEST = Of(1, "支队"), Of(2, "天元大队"), Of(3, "荷塘大队")
FRAME = Frame(
    base=BASE,
    of=CITY,
    parts=[EAST, WEST],
    fields={
        "period": "2021年上半年",
        "organisation": "支队",
        "days": "181",
        "date": "",
        "title": "",
    },
    missing_words="%(title)s尚未建成",
)


class Records:
    """What indicators say: a number for each organisation and year, and who asked for what."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Found:
        self.asked.append(asked)
        number = 1000.0 * asked.of.organisation_id + asked.span.start.year - 2000
        return Found("警情数", "起", f"{number:,.0f}", number, href="/rows")


def placed(source: str) -> tuple[Placed, Records]:
    template = language.read(source)
    assert template.problems == []
    records = Records()
    return place(template, FRAME, records), records


def test_a_number_points_to_the_note_that_says_which_it_is() -> None:
    document, _ = placed("{{ period }}接报警情{{ kpi:dispatch.incidents }}起。")

    run = document.blocks[0].runs[2]
    note = document.note(run.notes[0])
    assert document.prose() == "2021年上半年接报警情1,021起。"
    assert (note.code, note.period, note.organisation) == (
        "dispatch.incidents",
        "2021-01-01..2021-06-30",
        "支队",
    )
    assert run.href == "/rows"


def test_a_figure_printed_twice_is_asked_once_and_has_one_note() -> None:
    """Asked twice, records that change in between would print two numbers for one fact."""
    document, records = placed("{{ kpi:dispatch.incidents }}、{{ kpi:dispatch.incidents }}")

    assert len(records.asked) == len(document.notes) == 1


def test_a_table_by_organisation_has_each_part_and_the_whole() -> None:
    document, _ = placed("@table kpi=dispatch.incidents by=organisation")

    rows = [[cell.text for cell in row] for row in document.blocks[0].rows]
    assert rows == [["天元大队", "2,021"], ["荷塘大队", "3,021"], ["全单位", "1,021"]]
    assert all(row[1].notes for row in document.blocks[0].rows)


def test_a_table_of_totals_compares_with_the_year_before() -> None:
    document, _ = placed("@table kpi=dispatch.incidents")

    assert document.blocks[0].head[2:4] == ("2021年上半年", "2020年上半年")
    assert [cell.text for cell in document.blocks[0].rows[0]] == [
        "警情数", "起", "1,021", "1,020", "上升0.1%",
    ]  # fmt: skip


def test_a_chart_keeps_its_points_and_where_they_are_noted() -> None:
    document, _ = placed("@chart kpi=dispatch.incidents by=month")

    plot = document.blocks[0].plot
    assert plot is not None
    assert plot.categories == ("1月", "2月", "3月", "4月", "5月", "6月")
    assert plot.notes == (1, 2, 3, 4, 5, 6)
    assert document.note(2).period == "2021-02-01..2021-02-28"


def test_a_chart_of_figures_that_were_printed_before_names_their_notes() -> None:
    """It made no notes of its own, and was said to stand on note nought."""
    document, _ = placed("{{ kpi:a.b }}\n\n@chart kpi=a.b by=total")

    plot = document.blocks[1].plot
    assert plot is not None
    assert plot.notes == (1,)


def test_a_chapter_without_a_module_says_so_and_asks_nothing() -> None:
    document, records = placed("@missing module=accidents title=交通事故")

    assert document.blocks[0].kind is Kind.MISSING
    assert document.blocks[0].text == "交通事故尚未建成"
    assert records.asked == []


def test_a_document_is_the_same_after_it_was_stored() -> None:
    source = "## 一\n{{ kpi:a.b }}\n@table kpi=a.b by=month\n@chart kpi=a.b by=organisation"
    document, _ = placed(source)

    assert Placed.from_json(document.as_json()) == document


@pytest.mark.parametrize(
    ("now", "then", "unit", "words"),
    [
        (110.0, 100.0, "起", "上升10.0%"),
        (90.0, 100.0, "起", "下降10.0%"),
        (100.0, 100.0, "起", "基本持平"),
        (5.0, 0.0, "起", "无可比基数"),
        (0.0, 0.0, "起", "基本持平"),
        (None, 100.0, "起", "无可比数据"),
        (93.3, 95.5, "%", "下降2.2个百分点"),
    ],
)
def test_a_change_is_told_as_officers_tell_it(
    now: float | None, then: float | None, unit: str, words: str
) -> None:
    """A rate that fell from 95.5 % to 93.3 % did not fall by 2.3 %."""
    assert change_words(Found("", unit, "", now), Found("", unit, "", then)) == words


def test_editions_are_compared_figure_by_figure() -> None:
    old, _ = placed("{{ kpi:a.b }}{{ kpi:a.c }}")
    new, _ = placed("{{ kpi:a.b period=去年同期 }}{{ kpi:a.c }}")

    found = changes(old.notes, new.notes)

    assert [(each.period[:4], each.old, each.new) for each in found] == [
        ("2020", None, "1,020"),
        ("2021", "1,021", None),
    ]


def test_more_rows_than_a_page_holds_and_unknown_periods_are_told() -> None:
    template = language.read("@table kpi=a.b by=day\n")
    odd = language.read("{{ kpi:a.b period=农忙时节 }}")

    assert [each.fault for each in span_problems(template, BASE)] == [language.Fault.TOO_MANY_ROWS]
    assert [each.fault for each in span_problems(odd, BASE)] == [language.Fault.UNKNOWN_PERIOD]


def listed(total: int, rows: tuple[tuple[str, ...], ...]) -> Placed:
    frame = replace(FRAME, lists=lambda each: Rows("隐患", ("编号", "状态"), rows, total))
    return place(language.read("@list code=risk.mayors_list"), frame, Records())


def test_a_list_is_a_table_that_says_when_there_are_more_rows() -> None:
    """A list that is cut off in silence is read as all there is."""
    whole = listed(1, (("1", "超期"),)).blocks[0]
    cut = listed(1234, (("1", "超期"),)).blocks[0]

    assert (whole.kind, whole.title, whole.head) == (Kind.TABLE, "隐患", ("编号", "状态"))
    assert [[cell.text for cell in row] for row in whole.rows] == [["1", "超期"]]
    assert cut.title == "隐患（共1,234条，仅列前1条）"


def test_a_list_without_rows_says_so_instead_of_printing_an_empty_table() -> None:
    block = listed(0, ()).blocks[0]

    assert (block.kind, block.text) == (Kind.MISSING, "隐患：没有符合条件的记录。")


def test_a_list_is_kept_and_read_again_as_a_list() -> None:
    document = listed(1, (("1", "超期"),))

    assert Placed.from_json(document.as_json()) == document
