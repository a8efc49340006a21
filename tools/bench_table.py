"""Turn build/bench/*.json into the tables of docs/benchmarks/*.md, between their markers.

A page holds `<!-- bench NAME -->` and `<!-- /bench -->`; what stands between is replaced.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from benchmarks.figures import Figure
from tools.bench import RESULTS, verdict

PAGES = Path("docs/benchmarks")
_PLACE = re.compile(r"(<!-- bench (\w+) -->\n).*?(<!-- /bench -->)", re.DOTALL)
_HEAD = (
    "| Figure | Value | Goal | | Peer | Data | n | Note |\n|---|---:|---:|---|---|---|---:|---|\n"
)
_THOUSAND = 1000


def table(figures: list[Figure]) -> str:
    """Markdown table of figures; a missed goal stays in it and says so."""
    return _HEAD + "".join(_row(figure) for figure in figures)


def _row(figure: Figure) -> str:
    sign = "<=" if figure.better == "lower" else ">="
    goal = "" if figure.goal is None else f"{sign} {_number(figure.goal)}"
    peer = figure.peer or ""
    if figure.peer_value is not None:
        peer = f"{figure.peer}: {_number(figure.peer_value)}"
    seed = "" if figure.seed is None else f", seed {figure.seed}"
    cells = [
        figure.figure,
        "not measured" if figure.value is None else f"{_number(figure.value)} {figure.unit}",
        goal,
        verdict(figure),
        peer,
        f"{figure.data}{seed}",
        "" if figure.n is None else str(figure.n),
        figure.note,
    ]
    return "| " + " | ".join(cells) + " |\n"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _THOUSAND else f"{value:.4g}"


def fill(text: str, results: Path) -> str:
    """Page with every table replaced whose results are there."""

    def replaced(place: re.Match[str]) -> str:
        source = results / f"{place[2]}.json"
        if not source.exists():
            return place[0]
        figures = [Figure(**row) for row in json.loads(source.read_text())]
        return f"{place[1]}{table(figures)}{place[3]}"

    return _PLACE.sub(replaced, text)


def main() -> int:
    """Fill every page."""
    for page in sorted(PAGES.glob("*.md")):
        page.write_text(fill(page.read_text(), RESULTS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
