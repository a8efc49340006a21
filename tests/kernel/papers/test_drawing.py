"""What is drawn on paper says what it shows, fetches nothing and needs what it names."""

import re
from pathlib import Path

import pytest

from luchang.core.documents.placed import Curve, Plot
from luchang.kernel.papers import charts, fonts, paper
from luchang.kernel.papers.printing import sources
from tests.papers import listener, needs_paper, pdf_text


@needs_paper
def test_paper_fetches_no_address_of_any_kind(tmp_path: Path) -> None:
    """Even a page that got past the escaping must not read files or ask other hosts."""
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")
    with listener() as (address, asked):
        page = f"""<html><head>
          <link rel="stylesheet" href="{address}/style.css">
          <style>@import url({address}/import.css); body {{ background: url({address}/b.png) }}
          @font-face {{ font-family: x; src: url({address}/font.ttf) }}</style></head>
          <body style="font-family: x"><img src="{address}/img.png"><img src="file://{secret}">
          <object data="file://{secret}"></object><embed src="{address}/embed">
          <svg width="9" height="9"><image href="{address}/svg.png" width="9" height="9"/>
          <use href="{address}/use.svg#a"/></svg>
          <a rel="attachment" href="file://{secret}">x</a><p>正文</p></body></html>"""
        content = paper.printed(page)

    assert asked == []
    assert b"TOPSECRET" not in content
    assert "正文" in pdf_text(content)


def test_a_chart_has_its_values_in_words_and_no_reference_to_anything_outside() -> None:
    plot = Plot("bar", ("1月", "2月"), (Curve("警情数", "起", (3.0, None)),))

    assert charts.alternative(plot) == "警情数：1月 3，2月 —"
    if fonts.chinese_font():
        drawn = charts.svg(plot)
        assert not re.search(r'(?:href|src)="(?!#)', drawn)
        assert "url(http" not in drawn


def test_the_notes_of_a_chart_are_told_with_neighbours_joined() -> None:
    assert sources((4, 1, 6, 5)) == "[1]、[4]至[6]"


def test_charts_of_nothing_but_noughts_and_of_many_days_are_drawn() -> None:
    if not fonts.chinese_font():
        pytest.skip("no Chinese font on this machine")
    noughts = Plot("line", ("1日",), (Curve("a", "起", (0.0,)),))
    days = Plot("bar", tuple(f"{n}日" for n in range(92)), (Curve("a", "起", (1.0,) * 92),))

    assert charts.svg(noughts).startswith("<svg")
    assert charts.png(days).startswith(b"\x89PNG")
