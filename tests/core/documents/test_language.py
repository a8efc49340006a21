"""A template is understood wholly, or each line that is not is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.documents.language import (
    By,
    Drawn,
    Fault,
    Field,
    Figure,
    Group,
    Line,
    Listed,
    Missing,
    Show,
    Words,
    read,
)


def faults(source: str) -> list[tuple[int, Fault]]:
    return [(problem.line, problem.fault) for problem in read(source).problems]


def test_blocks_are_read_in_order() -> None:
    found = read(
        "## 一、接处警\n"
        "本期{{ period }}接报警情{{ kpi:dispatch.incidents period=上半年 scope=城区 }}起，\n"
        "下同。\n"
        "\n"
        "- 同比{{ kpi:dispatch.calls show=change against=上期 }}\n"
        '@table kpi=dispatch.incidents,dispatch.calls by=organisation title="各大队 警情"\n'
        "@chart kpi=dispatch.incidents by=month kind=line\n"
        "@missing module=accidents title=交通事故\n"
    )

    assert found.problems == []
    heading, paragraph, item, table, chart, missing = found.blocks
    assert heading == Line(2, (Words("一、接处警"),), 1)
    assert isinstance(paragraph, Line)
    assert paragraph.parts == (
        Words("本期"),
        Field("period"),
        Words("接报警情"),
        Figure("dispatch.incidents", period="上半年", scope="urban"),
        Words("起，下同。"),
    )
    assert isinstance(item, Line)
    assert item.parts[1] == Figure("dispatch.calls", show=Show.CHANGE, against="上期")
    assert isinstance(table, Group)
    assert (table.by, table.title, table.drawn) == (By.ORGANISATION, "各大队 警情", None)
    assert isinstance(chart, Group)
    assert chart.drawn is Drawn.LINE
    assert missing == Missing("accidents", "交通事故", 8)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("{{ kpi:dispatch.incidents", Fault.BRACES),
        ("}} 之后", Fault.BRACES),
        ("{% include 'x' %}", Fault.BRACES),
        ("{{ request.user }}", Fault.UNKNOWN_FIELD),
        ("{{ period.__class__ }}", Fault.UNKNOWN_FIELD),
        ("@image src=file:///etc/passwd", Fault.UNKNOWN_DIRECTIVE),
        ("@table kpi=dispatch.calls href=http://example.org", Fault.UNKNOWN_OPTION),
        ("@table kpi=dispatch.calls by=officer", Fault.WRONG_CHOICE),
        ("{{ kpi:dispatch.calls scope=省外 }}", Fault.WRONG_CHOICE),
        ("@table title=没有指标", Fault.NO_CODE),
        ('@table kpi=dispatch.calls title="没有收口', Fault.UNBALANCED_QUOTES),
        ("{{ kpi:警情 }}", Fault.MALFORMED_CODE),
        ("@missing module=../../x title=y", Fault.MALFORMED_CODE),
        ("", Fault.EMPTY),
    ],
)
def test_what_is_not_understood_is_named_with_its_line(source: str, fault: Fault) -> None:
    assert (1 if not source else 3, fault) in faults(f"## 标题\n\n{source}" if source else "")


def test_a_slip_in_one_line_does_not_hide_that_of_another() -> None:
    assert faults("{{ x }}\n\n{{ kpi:y }}\n") == [
        (1, Fault.UNKNOWN_FIELD),
        (3, Fault.MALFORMED_CODE),
    ]


def test_a_source_beyond_all_bounds_is_refused_before_it_is_read() -> None:
    assert [fault for _, fault in faults("数" * 300_000)] == [Fault.TOO_LONG]


@given(st.text(alphabet=st.sampled_from("{}@#-=kpi:数 .\n\"'%a,"), max_size=200))
def test_no_text_whatever_breaks_the_reader(source: str) -> None:
    """A clerk's half-typed line must be told, not answered with an error page."""
    read(source)


def test_a_list_names_its_view_its_columns_and_the_filter_of_its_days() -> None:
    found = read(
        '@list code=dispatch.incidents view="?status=RECEIVED&sort=-received_at" '
        "columns=number,received_at period=received_at title=未派警情\n@list code=force.shifts"
    )

    assert found.problems == []
    assert list(found.lists()) == [
        Listed(
            "dispatch.incidents",
            "status=RECEIVED&sort=-received_at",
            ("number", "received_at"),
            "未派警情",
            "received_at",
            1,
        ),
        Listed("force.shifts", "", (), "", "", 2),
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("@list", Fault.NO_LIST),
        ("@list code=incidents", Fault.MALFORMED_CODE),
        ("@list code=a.b rows=3", Fault.UNKNOWN_OPTION),
        ("@list code=a.b columns=" + ",".join("abcdefghijklm"), Fault.TOO_MANY_COLUMNS),
        ("@list code=a.b view='x", Fault.UNBALANCED_QUOTES),
    ],
)
def test_a_list_that_cannot_be_meant_is_named(line: str, fault: Fault) -> None:
    assert faults(f"一\n{line}") == [(2, fault)]
