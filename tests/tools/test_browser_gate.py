"""The gate finds what Chromium 90 cannot run, and lets through what it can."""

from pathlib import Path

import pytest

from tools import browser_gate
from tools.front import BUILT, FRONT

pytestmark = pytest.mark.skipif(
    not (FRONT / "node_modules" / "acorn").is_dir(), reason="acorn is not installed: make front"
)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("class A { static { start(); } }", "static blocks"),
        ("const last = rows.at(-1);", ".at()"),
        ("Object.hasOwn(a, 'b');", ".hasOwn()"),
        ("const b = structuredClone(a);", "structuredClone"),
        ("rows.findLast(Boolean);", ".findLast()"),
        ("rows.toSorted();", ".toSorted()"),
        ("class A { #a; has(b) { return #a in b; } }", "#name in"),
        ("fetch(x, { signal: AbortSignal.timeout(9) });", "AbortSignal.timeout"),
        ("const a = /a/v;", "parse"),
        ("using a = b;", "parse"),
    ],
)
def test_refuses_what_came_later(tmp_path: Path, script: str, says: str) -> None:
    planted = tmp_path / "planted.js"
    planted.write_text(script)

    (finding, *_) = browser_gate.judge([planted])

    assert says in finding.what
    assert browser_gate.main([str(planted)]) == 1


@pytest.mark.parametrize(
    "script",
    [
        "class A { static count = 0; #secret = 1; get b() { return this.#secret; } }",
        "a ??= b?.c; const d = 1_000n; const e = x.replaceAll('a', 'b');",
        "const m = import.meta.url; export default m;",
        "if (typeof structuredClone === 'function') structuredClone(a);",
    ],
)
def test_lets_through_what_it_has(tmp_path: Path, script: str) -> None:
    planted = tmp_path / "planted.js"
    planted.write_text(script)

    assert browser_gate.judge([planted]) == []


@pytest.mark.skipif(not BUILT.is_dir(), reason="the front end is not built: make front")
def test_everything_shipped_runs_on_the_oldest_browser() -> None:
    assert browser_gate.judge(browser_gate.shipped()) == []
