"""What the import law cannot see: keys between apps, the closed file set, hiding places."""

import ast
from collections.abc import Iterator
from configparser import ConfigParser
from itertools import chain
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "luchang"
APPS = sorted(path for path in (SOURCE / "apps").iterdir() if (path / "apps.py").exists())
FILE_SET = {
    "__init__", "apps", "states", "querysets", "ports", "models", "policies", "bridge",
    "selectors", "services", "kpis", "forms", "views", "api", "stream", "urls", "tasks",
    "handlers", "admin", "management", "migrations", "templates", "static", "templatetags",
    "locale", "fixtures", "tables",
}  # fmt: skip
HIDING_PLACES = {"utils", "helpers", "misc", "common_utils", "util", "helper"}
LONGEST_MODULE = 450
LONGEST_FUNCTION = 60
MIDDLING_FUNCTION = 10


def sources() -> Iterator[Path]:
    for path in SOURCE.rglob("*.py"):
        if "migrations" not in path.parts:
            yield path


def tiers() -> dict[str, int]:
    config = ConfigParser()
    config.read(ROOT / ".importlinter")
    rows = config["importlinter:contract:tiers"]["layers"].split("\n")
    pairs = ([(app.strip(" ()"), -i) for app in row.split("|")] for i, row in enumerate(rows))
    return dict(chain.from_iterable(pairs))


def test_foreign_keys_between_apps_point_down_a_tier() -> None:
    """A key that points up would let a lower domain be changed only together with a higher one."""
    height = tiers()
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
        for target in [field.remote_field.model._meta.app_label]
        if {model._meta.app_label, target} <= height.keys()
        if model._meta.app_label != target
        if height[model._meta.app_label] <= height[target]
    ]

    assert upward == []


@pytest.mark.parametrize("app", APPS, ids=lambda path: path.name)
def test_an_app_holds_only_the_files_of_the_closed_set(app: Path) -> None:
    """The second file named after nothing is where a design starts to rot."""
    strangers = {path.stem for path in app.iterdir() if path.name != "__pycache__"} - FILE_SET

    assert strangers == set()


def test_nothing_is_hidden_in_a_module_named_after_nothing() -> None:
    found = [str(path.relative_to(ROOT)) for path in sources() if path.stem in HIDING_PLACES]

    assert found == []


MEASURED = {
    "src/luchang/core/common/bucket_search.py:search",
    "src/luchang/core/passages/moves.py:walk_day",
}
"""Kernels that take twice as long when they are split; each says so where it stands."""


def test_modules_and_functions_stay_readable() -> None:
    long_modules, long_functions, sizes = [], [], []
    for path in sources():
        text = path.read_text()
        name = str(path.relative_to(ROOT))
        if text.count("\n") > LONGEST_MODULE:
            long_modules.append(name)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or 0) - node.lineno + 1
                sizes.append(size)
                if size > LONGEST_FUNCTION and f"{name}:{node.name}" not in MEASURED:
                    long_functions.append(f"{name}:{node.name} {size}")

    assert long_modules == []
    assert long_functions == []
    assert sorted(sizes)[len(sizes) // 2] <= MIDDLING_FUNCTION
