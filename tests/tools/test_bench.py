from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks.figures import Figure
from tools import bench, bench_table, shared_data

SPEED = Figure("answer, p95", 120.0, "ms", goal=100.0, data="city", seed=3, n=40, note="quiet")
RECALL = Figure("found", 97.0, "%", goal=95.0, better="higher", peer="by hand", peer_value=60.0)
ABSENT = Figure("storm", None, "%", goal=-35.0, note="data absent")


WHAT_STANDS = (("one", "old"), ("two", "kept"))


def test_goals_know_their_direction() -> None:
    assert [f.is_met for f in (SPEED, RECALL, ABSENT)] == [False, True, False]
    assert Figure("free", 1.0, "s").is_met is None


def test_the_table_keeps_a_missed_goal() -> None:
    table = bench_table.table([SPEED, RECALL, ABSENT])

    assert "| answer, p95 | 120 ms | <= 100 | MISSED |  | city, seed 3 | 40 | quiet |" in table
    assert "| found | 97 % | >= 95 | met | by hand: 60 |" in table
    assert "| storm | not measured | <= -35 | MISSED |" in table


def test_only_the_table_between_its_markers_is_replaced(tmp_path: Path) -> None:
    bench.write([SPEED], tmp_path / "one.json")
    one, two = (f"<!-- bench {n} -->\n{t}\n<!-- /bench -->\n" for n, t in WHAT_STANDS)
    page = f"# A\n{one}B\n{two}"

    filled = bench_table.fill(page, tmp_path)

    assert "old" not in filled
    assert "answer, p95" in filled
    assert "kept" in filled
    assert bench_table.fill(filled, tmp_path) == filled


def test_what_was_measured_is_on_disk_even_if_the_rest_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(*, quick: bool) -> Iterator[Figure]:
        yield SPEED if quick else RECALL
        raise RuntimeError("the rest fails")

    monkeypatch.setattr("benchmarks.dispatch.measure", measure)
    monkeypatch.setattr(bench, "RESULTS", tmp_path)

    with pytest.raises(RuntimeError, match="the rest fails"):
        bench.run("dispatch", quick=True)

    (row,) = json.loads((tmp_path / "dispatch.json").read_text())
    assert row["figure"] == "answer, p95"
    assert "MISSED" in capsys.readouterr().out


def test_a_benchmark_with_a_world_of_its_own_is_run_as_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "benchmarks/alone").mkdir(parents=True)
    (tmp_path / "benchmarks/alone/__init__.py").touch()
    program = "from pathlib import Path\nPath('build/bench/alone.json').write_text('[]')\n"
    (tmp_path / "benchmarks/alone/__main__.py").write_text(program)
    (tmp_path / "benchmarks/__init__.py").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "benchmarks.alone", ModuleType("benchmarks.alone"))

    assert bench.run("alone", quick=True).read_text() == "[]"


def test_benchmarks_are_found_by_their_folder() -> None:
    assert "dispatch" in bench.names()


def test_absent_data_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_data, "SHARED", tmp_path)

    with pytest.raises(shared_data.DataAbsent, match="jemss is absent"):
        shared_data.data_set("jemss")
