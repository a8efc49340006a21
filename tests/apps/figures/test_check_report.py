"""`luchang check-report` on files, without a database: exit codes and outputs."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from python_calamine import CalamineWorkbook

from luchang.config import cli

CLEAN = "上半年,全市查处酒驾120起,其中醉驾15起。"
WRONG = "上半年,全市查处酒驾120起,其中醉驾150起。"


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_report", *arguments, stdout=out, stderr=err)
    return int(str(ended.value.code)), out.getvalue(), err.getvalue()


def report(folder: Path, text: str, name: str = "report.txt") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_clean_report_ends_with_nothing_found(tmp_path: Path) -> None:
    code, out, _ = run(report(tmp_path, CLEAN))

    assert code == 0
    assert "2" in out


def test_a_contradiction_ends_with_one_and_is_told(tmp_path: Path) -> None:
    code, out, _ = run(report(tmp_path, WRONG))

    assert code == 1
    assert "150起 > 120起" in out


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00\x01"])
def test_an_unreadable_file_ends_with_two_and_says_why(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "report"
    path.write_bytes(content)

    code, _, err = run(str(path))

    assert code == 2
    assert err.strip()


def test_a_file_that_is_not_there_ends_with_two(tmp_path: Path) -> None:
    assert run(str(tmp_path / "none.txt"))[0] == 2


def test_every_output_is_written_and_formulas_stay_text(tmp_path: Path) -> None:
    outs = {kind: tmp_path / f"out.{kind}" for kind in ("json", "html", "pdf", "xlsx")}
    text = (
        WRONG
        + "名称=HYPERLINK(1)共5起。<script>x</script>数百名群众。\n荣获三等奖。截至6月1日接警3起。"
    )

    code, _, _ = run(
        report(tmp_path, text), "--year", "2022", *(f"--{k}={p}" for k, p in outs.items())
    )

    assert code == 1
    told = json.loads(outs["json"].read_text(encoding="utf-8"))
    first = told["statistics"][0]
    assert (first["value"], first["unit"], first["period"]["to"]) == (120, "起", "2022-06-30")
    assert text[first["start"] : first["end"]] == first["quote"]
    assert told["findings"][0]["kind"] == "part_above_whole"
    html = outs["html"].read_text(encoding="utf-8")
    assert "<script>x" not in html
    assert "http" not in html
    assert outs["pdf"].read_bytes().startswith(b"%PDF-")
    rows = CalamineWorkbook.from_path(str(outs["xlsx"])).get_sheet_by_index(0).to_python()
    assert rows[1][:2] == ["120起", 120.0]


def test_an_earlier_report_is_held_against_the_later(tmp_path: Path) -> None:
    earlier = report(tmp_path, "截至2022年5月31日,全市查处酒驾130起。", "earlier.txt")
    later = report(tmp_path, "2022年上半年情况\n今年以来,全市查处酒驾120起。", "later.txt")

    assert run(later)[0] == 0
    assert run(later, "--earlier", earlier)[0] == 1


def test_hyphens_name_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["luchang", "check-report", report(tmp_path, CLEAN)])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 0


@pytest.mark.slow
def test_it_runs_where_no_platform_and_no_database_is(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "luchang.config.cli", "check-report", report(tmp_path, WRONG)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": "src", "LUCHANG_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"},
        cwd=Path(__file__).resolve().parents[3],
    )

    assert (done.returncode, done.stderr) == (1, "")
