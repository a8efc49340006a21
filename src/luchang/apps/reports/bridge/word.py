"""The edition as a Word document that can be worked on."""

from pathlib import Path
from typing import Any

from luchang.apps.reports.bridge.printing import Edition
from luchang.kernel.papers import word as papers

BASE = Path(__file__).resolve().parents[1] / "templates" / "reports" / "base.docx"
"""Fonts, margins, headings, page numbers; made by `tools/word_bases.py`."""


def word(edition: Edition) -> bytes:
    """The edition as a .docx."""
    return papers.filled(
        BASE,
        title=edition.title,
        author=edition.organisation,
        blocks=edition.blocks,
        values=_values(edition),
    )


def _values(edition: Edition) -> dict[str, Any]:
    return {
        "edition": edition,
        "notes": edition.notes,
        "changes": [
            {
                "title": each["title"],
                "period": each["period"],
                "organisation": each["organisation"],
                "old": "无" if each["old"] is None else each["old"],
                "new": "不再列入" if each["new"] is None else each["new"],
            }
            for each in edition.changes
        ],
    }
