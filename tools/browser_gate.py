"""Refuses scripts that Chromium 90 cannot run, over everything a browser is sent.

    python -m tools.browser_gate [FILE ...]

Without files: what the build made, the static scripts of our apps, and htmx as we serve it.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import django_htmx

from tools.front import BUILT, FRONT, ROOT, SOURCE, NoNode, node

POLYFILLS = FRONT / "src" / "polyfills.js"
SCRIPT = ROOT / "tools" / "browser_gate.mjs"
SERVED = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
ENDINGS = (".js", ".mjs")


class NotBuilt(Exception):
    """There is nothing to judge yet."""


@dataclass(frozen=True)
class Finding:
    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def shipped() -> list[Path]:
    """Every script a page of ours may load."""
    if not BUILT.is_dir():
        raise NotBuilt("the front end is not built: make front")
    ours = [
        file
        for folder in SOURCE.rglob("static")
        for file in folder.rglob("*")
        if file.suffix in ENDINGS
    ]
    return sorted({*ours, SERVED})


def polyfilled() -> list[str]:
    """Names that `polyfills.js` brings, which each of our bundles loads first."""
    return re.findall(r'define\([\w.]+, "(\w+)"', POLYFILLS.read_text())


def judge(files: Iterable[Path]) -> list[Finding]:
    """What in `files` Chromium 90 would not run."""
    brought = polyfilled()
    asked = [
        {"file": str(file), "polyfilled": brought if BUILT in file.parents else []}
        for file in files
    ]
    before = os.pathsep.join(map(str, node()))
    environment = dict(os.environ)
    environment["PATH"] = os.pathsep.join(filter(None, [before, environment["PATH"]]))
    said = subprocess.run(
        ["node", str(SCRIPT), str(FRONT)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return [Finding(**json.loads(line)) for line in said.stdout.splitlines()]


def main(arguments: list[str]) -> int:
    try:
        files = [Path(name) for name in arguments] or shipped()
        findings = judge(files)
    except (NoNode, NotBuilt) as missing:
        print(missing, file=sys.stderr)
        return 1
    for finding in findings:
        print(finding)
    print(f"{len(files)} scripts for Chromium 90: {len(findings)} findings", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
