"""Run one benchmark: `python -m tools.bench NAME`, writes build/bench/NAME.json.

A benchmark is a package `benchmarks.NAME` with `measure(*, quick: bool) -> Iterator[Figure]`, or,
where it needs a world of its own (a database, a server), with a `__main__` that writes the file.
QUICK=1 asks for a smaller run of the same protocol. Some figures need public data, found by
LUCHANG_SHARED.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.figures import Figure

RESULTS = Path("build/bench")


def names() -> list[str]:
    """Benchmarks there are."""
    folder = Path(__file__).resolve().parents[1] / "benchmarks"
    return sorted(path.parent.name for path in folder.glob("*/__init__.py"))


def run(name: str, *, quick: bool) -> Path:
    """Measure every figure of one benchmark; what was measured is on disk after each."""
    target = RESULTS / f"{name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    measure = getattr(importlib.import_module(f"benchmarks.{name}"), "measure", None)
    if measure is None:
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
        return target
    figures: list[Figure] = []
    for figure in measure(quick=quick):
        figures.append(figure)
        write(figures, target)
        print(line(figure), flush=True)
    return target


def write(figures: Iterable[Figure], target: Path) -> None:
    """Write the figures as the list that the table and the judges read."""
    rows = [asdict(figure) for figure in figures]
    target.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def line(figure: Figure) -> str:
    """One figure as a line for the terminal."""
    value = "not measured" if figure.value is None else f"{figure.value:.4g} {figure.unit}"
    goal = "" if figure.goal is None else f" (goal {figure.goal:g}, {verdict(figure)})"
    peer = "" if figure.peer_value is None else f"; {figure.peer}: {figure.peer_value:.4g}"
    return f"{figure.figure}: {value}{goal}{peer}"


def verdict(figure: Figure) -> str:
    """Whether the goal is met, in a word."""
    return {True: "met", False: "MISSED", None: ""}[figure.is_met]


def main(arguments: list[str]) -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=names())
    chosen = parser.parse_args(arguments)
    print(f"written: {run(chosen.name, quick=os.environ.get('QUICK') == '1')}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
