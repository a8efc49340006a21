"""Names of the pictures we keep ourselves, and what their first bytes say they are."""

from __future__ import annotations

import re
from datetime import date

MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"BM": "BMP"}
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "BMP": "image/bmp"}
_REFERENCE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9A-Za-z_-]{1,64})")


def is_reference(text: str) -> bool:
    """Whether it names a picture of ours: a day and a name, no other folder, no dots."""
    return _REFERENCE.fullmatch(text) is not None


def day_of(reference: str) -> date | None:
    """Return the day a picture of ours lies under; None where it names none of ours."""
    found = _REFERENCE.fullmatch(reference)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def name_of(reference: str) -> str:
    """Return a picture's own name, without its day; empty where it names none of ours."""
    found = _REFERENCE.fullmatch(reference)
    return found[2] if found else ""


def kind_of(content: bytes) -> str | None:
    """Tell a kind by the first bytes; None for what we keep no pictures of."""
    return next((kind for magic, kind in MAGIC.items() if content.startswith(magic)), None)
