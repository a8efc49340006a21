"""Documents that must say what the code does."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SETTING = re.compile(r"\bLUCHANG_[A-Z_]+\b")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def settings_in(folder: Path, pattern: str) -> set[str]:
    return {name for path in folder.rglob(pattern) for name in SETTING.findall(path.read_text())}


def test_every_setting_the_code_reads_is_documented_and_no_other() -> None:
    read = settings_in(ROOT / "src", "*.py") | settings_in(ROOT / "tests", "*.py")
    documented = set(SETTING.findall((ROOT / "docs/reference/settings.md").read_text()))

    assert documented == read


def test_no_document_links_to_what_is_not_there() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in pages
        for target in LINK.findall(FENCED.sub("", page.read_text()))
        if not (page.parent / target).exists()
    ]

    assert broken == []
