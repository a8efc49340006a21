"""A paper says what its record says, and understands no more than its fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.documents.filling import dialect_of, fill
from luchang.core.documents.language import Fault, read
from luchang.core.documents.placed import Kind, Placed

FIELDS = {"number": "约谈〔2021〕1号", "whom": "", "promises": "一、配齐安全员\n二、停运3台\n"}
DIALECT = dialect_of(FIELDS)


def paper(source: str) -> Placed:
    template = read(source, DIALECT)
    assert template.problems == []
    return fill(template, FIELDS)


def test_a_field_stands_in_its_sentence_and_an_empty_one_is_a_dash() -> None:
    assert paper("编号{{ number }}，对象{{ whom }}。").prose() == "编号约谈〔2021〕1号，对象—。"


def test_several_lines_become_items_where_they_stand_alone_and_are_joined_within_a_sentence() -> (
    None
):
    """Promises run together in one item cannot be followed up one by one."""
    document = paper("## 承诺\n- {{ promises }}\n\n承诺：{{ promises }}。")

    assert [(block.kind, block.text) for block in document.blocks] == [
        (Kind.CHAPTER, "承诺"),
        (Kind.ITEM, "一、配齐安全员"),
        (Kind.ITEM, "二、停运3台"),
        (Kind.PARAGRAPH, "承诺：一、配齐安全员；二、停运3台。"),
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{{ phone }}", Fault.UNKNOWN_FIELD),
        ("{{ kpi:dispatch.incidents }}", Fault.UNKNOWN_FIELD),
        ("@table kpi=dispatch.incidents", Fault.UNKNOWN_DIRECTIVE),
        ("@list code=dispatch.incidents", Fault.UNKNOWN_DIRECTIVE),
        ("{{ number", Fault.BRACES),
    ],
)
def test_what_a_paper_does_not_know_is_named_with_its_line(line: str, fault: Fault) -> None:
    """A figure in a letter would be printed as a blank."""
    problems = read(f"## 一\n\n{line}\n", DIALECT).problems

    assert [(each.line, each.fault) for each in problems] == [(3, fault)]


@given(st.text(), st.dictionaries(st.sampled_from(["number", "whom"]), st.text(max_size=40)))
def test_whatever_is_typed_is_filled_or_named(source: str, said: dict[str, str]) -> None:
    values = FIELDS | said
    template = read(source, DIALECT)

    if not template.problems:
        assert all(block.text for block in fill(template, values).blocks)
