"""Addresses of what the front-end build made, by the names it was made from.

Built files carry their own hash in their names and refer to each other by them, so they are
served as they are, past the hashing of the static files storage.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders

MANIFEST = "built/manifest.json"


@dataclass(frozen=True)
class Built:
    """One entry of the build."""

    script: str
    styles: tuple[str, ...]


NOT_BUILT = Built(script="", styles=())


def entry(name: str) -> Built:
    """The files of one entry, `map.js`; empty ones where the front end was never built."""
    row = _manifest().get(f"src/{name}")
    if row is None:
        return NOT_BUILT
    styles = [_address(style) for style in _styles(row, _manifest())]
    file = _address(row["file"])
    return Built("", (file, *styles)) if name.endswith(".css") else Built(file, tuple(styles))


def icons() -> str:
    """Address of the icon sprite."""
    row = _manifest().get("icons.svg")
    return _address(row["file"]) if row else ""


def _styles(row: dict[str, Any], rows: dict[str, Any]) -> list[str]:
    """Styles of an entry and of the parts it shares with other entries, each once."""
    found = dict.fromkeys(row.get("css", []))
    for name in row.get("imports", []):
        found.update(dict.fromkeys(_styles(rows[name], rows)))
    return list(found)


def _address(file: str) -> str:
    return f"/{settings.STATIC_URL.lstrip('/')}built/{file}"


def _manifest() -> dict[str, Any]:
    place = _place()
    if place is None:
        return {}
    return _read(place, place.stat().st_mtime_ns)


def _place() -> Path | None:
    collected = Path(settings.STATIC_ROOT) / MANIFEST
    if not settings.TESTING and collected.is_file():
        return collected
    found = finders.find(MANIFEST)
    return Path(found) if isinstance(found, str) else None


@lru_cache(maxsize=4)
def _read(place: Path, _changed: int) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(place.read_text())
    return content
