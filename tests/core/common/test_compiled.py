"""What the compiler keeps on disk, and when it forgets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[3] / "src"
CALLEE = """
from luchang.core.common.compiled import inlined

@inlined
def amount():
    return {amount}
"""
CALLER = """
import callee
from callee import amount
from luchang.core.common.compiled import counted_by_nobody, noticing

@noticing(callee)
@counted_by_nobody
def twice():
    return 2 * amount()
"""


def asked(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "import caller; print(caller.twice())"],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )
    return done.stdout.strip()


def test_machine_code_on_disk_is_forgotten_when_a_callee_elsewhere_is_edited(
    tmp_path: Path,
) -> None:
    """The cache looks at the caller's file alone and would go on with the old callee."""
    (tmp_path / "caller.py").write_text(CALLER)
    (tmp_path / "callee.py").write_text(CALLEE.format(amount=1))
    assert asked(tmp_path) == "2"

    (tmp_path / "callee.py").write_text(CALLEE.format(amount=10))
    assert asked(tmp_path) == "20"
