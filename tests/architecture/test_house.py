"""Promises of the repository itself: pinned dependencies, decisions, nothing of a workplace."""

import re
import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"https?://[^\s\"'<>)]+")
REGISTRY = re.compile(r"--(?:extra-)?index-url|https?://\S*(?:registry|pypi|npmjs|mirror)\S*")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout: nothing to say about tracked files")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_text(errors="ignore")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_by_hash_and_names_no_address(name: str) -> None:
    text = text_of(ROOT / name)
    pins = [line for line in text.splitlines() if re.match(r"^[a-z0-9]", line)]

    assert not ADDRESS.search(text)
    assert text.count("--hash=sha256:") >= len(pins)


def test_every_dependency_says_why_it_is_there() -> None:
    text = text_of(ROOT / "pyproject.toml")
    parsed = tomllib.loads(text)
    wanted = parsed["project"]["dependencies"] + [
        name for group in parsed["dependency-groups"].values() for name in group
    ]
    silent = [name for name in wanted if not re.search(rf'"{re.escape(name)}",\s+# \S+', text)]

    assert silent == []


def test_no_tracked_file_names_a_package_registry() -> None:
    own = Path(__file__)
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path != own and path.suffix in {".lock", ".json", ".toml", ".cfg", ".npmrc", ".txt"}
        if REGISTRY.search(text_of(path))
    ]

    assert found == []


def test_no_tracked_file_names_a_folder_of_somebodys_machine() -> None:
    """Paths outside the checkout work on one machine only."""
    pattern = re.compile(rf"{re.escape(str(ROOT))}/|/home/[a-z]+/|/root/")
    own = Path(__file__)
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path != own and path.suffix not in {".png", ".pbf", ".gz"}
        if pattern.search(text_of(path))
    ]

    assert found == []


def test_decisions_are_numbered_once_and_complete() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    numbers = Counter(path.name[:4] for path in decisions)

    assert [number for number, times in numbers.items() if times > 1] == []
    for path in decisions:
        text = text_of(path)
        assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences")), path


def test_no_large_file_is_tracked() -> None:
    assert [path.name for path in tracked() if path.stat().st_size > 1_500_000] == []
