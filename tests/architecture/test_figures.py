"""Nothing computes a figure outside `kpis.py`: what it counts would differ one day."""

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "luchang"
AGGREGATES = {"Count", "Sum", "Avg", "Max", "Min", "StdDev", "Variance"}
PLACES = ("views", "selectors", "bridge", "api", "forms", "stream", "handlers", "tasks")
"""Parts of an app that lead to a page; services count to decide, and print nothing."""

ALLOWED = {
    "apps/places/selectors/divisions.py": "the newest edition of the divisions, no figure",
    "apps/dispatch/api/calls.py": "the tally a replay client compares with what it sent",
    "apps/dispatch/selectors/records.py": "calls on a card of the board, one incident's own",
    "apps/dispatch/selectors/workload.py": "today's tasks of a unit, an input of the ranking",
    "apps/passages/selectors/watching.py": "the desk's alarms of today, each a filtered list",
    "apps/passages/selectors/clones.py": "suspects that wait, beside their list in the menu",
    "apps/passages/views/subscriptions.py": "cameras of one subscription, on its own page",
    "apps/risk/selectors/instruments.py": "how many one meeting called, in that meeting's row",
    "apps/reports/bridge/listing.py": "how many rows a printed list leaves out",
    "apps/kpi/selectors/measuring.py": "where indicators themselves are asked",
    "screens/inbox.py": "one's own to-dos by kind, on one's own page",
    "screens/panels.py": "one's own to-dos",
}


def modules() -> Iterator[Path]:
    yield from sorted((SOURCE / "screens").rglob("*.py"))
    for app in sorted((SOURCE / "apps").iterdir()):
        for name in PLACES:
            yield from sorted((app / name).rglob("*.py"))
            if (app / f"{name}.py").is_file():
                yield app / f"{name}.py"


def counts(tree: ast.AST) -> bool:
    """Whether it asks a queryset for a number, or aggregates."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name) and function.id in AGGREGATES:
            return True
        # a list's or a text's count takes what is counted, a queryset's nothing
        is_bare = isinstance(function, ast.Attribute) and function.attr == "count"
        if is_bare and not node.args:
            return True
        if isinstance(function, ast.Attribute) and function.attr == "aggregate":
            return True
    return False


def strays() -> set[str]:
    return {
        path.relative_to(SOURCE).as_posix()
        for path in modules()
        if "migrations" not in path.parts and counts(ast.parse(path.read_text()))
    }


def test_no_page_counts_for_itself() -> None:
    """A tile that counts on its own drifts from the list behind it; declare an indicator."""
    assert strays() - set(ALLOWED) == set()


def test_every_exception_still_needs_to_be_one() -> None:
    """Those that no longer count must not hide the next that does."""
    assert set(ALLOWED) - strays() == set()


def test_a_stray_is_seen() -> None:
    assert counts(ast.parse("rows.filter(x=1).count()"))
    assert counts(ast.parse("rows.aggregate(n=Sum('x'))"))
    assert counts(ast.parse("rows.annotate(n=Count('x'))"))
    assert not counts(ast.parse("'abc'.count('a')"))
