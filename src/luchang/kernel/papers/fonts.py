"""What paper needs of the machine: a Chinese font and the libraries that set type."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLACES = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
SANS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "simhei.ttf",
    "msyh.ttc",
)
"""Files of Chinese fonts without serifs, best first; a chart is labelled with the first found."""

FACES = {"NotoSansCJK-Regular.ttc": 2}
"""Where in a collection the forms of the mainland stand."""

LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0-0"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
)
"""What WeasyPrint loads, and the Debian package it comes in."""

FONT_PACKAGE = "fonts-noto-cjk"


@dataclass(frozen=True)
class Lack:
    """Something paper needs that this machine does not have."""

    what: str | Promise
    package: str


@dataclass(frozen=True)
class FontFile:
    path: Path
    face: int


_found: list[FontFile] = []
_loaded: set[str] = set()


def lacks() -> list[Lack]:
    """What must be installed before a PDF can be made here; empty when all is there."""
    found = [Lack(library, package) for library, package in LIBRARIES if not _is_loadable(library)]
    if chinese_font() is None:
        found.append(Lack(_("中文字体"), FONT_PACKAGE))
    return found


def install_command(found: list[Lack]) -> str:
    """What an administrator types to mend it."""
    packages = " ".join(lack.package for lack in found)
    return f"apt-get install --yes --no-install-recommends {packages}"


def chinese_font() -> FontFile | None:
    """The font charts are labelled with; looked for until one is found."""
    if _found and _found[-1].path.exists():
        return _found[-1]
    names = {path.name: path for path in _font_files()}
    best = next((name for name in SANS if name in names), None)
    if best is None:
        return None
    _found.append(FontFile(names[best], FACES.get(best, 0)))
    return _found[-1]


def _is_loadable(library: str) -> bool:
    """Asked anew until it is: what was installed meanwhile needs no restart."""
    if library not in _loaded:
        try:
            ctypes.CDLL(library)
        except OSError:
            return False
        _loaded.add(library)
    return True


def _font_files() -> Iterator[Path]:
    for place in PLACES:
        for suffix in ("*.tt[cf]", "*.otf"):
            yield from Path(place).expanduser().rglob(suffix)
