"""Pictures beside passages: looked at before they are kept, in a folder of their day."""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from luchang.core.passages.pictures import is_reference, kind_of
from luchang.kernel.segments.durable import write_whole

MOST_BYTES = 8_000_000
MOST_PIXELS = 60_000_000


class PictureRefused(Exception):
    """It is no picture we keep; the text says why."""


def keep(folder: Path, reference: str, data: str) -> None:
    """Keep a picture under its reference; one that is there already stays as it is.

    Raises:
        PictureRefused: no base64, too large, of another kind, or it cannot be decoded.
        StoreFull: the disk has no room.
    """
    if not is_reference(reference):
        raise PictureRefused("ImageID: not the name of a picture")
    place = folder / reference
    if place.exists():
        return
    content = _bytes(data)
    _look_at(content)
    write_whole(place, content)


def _bytes(data: str) -> bytes:
    if len(data) > MOST_BYTES * 4 // 3 + 4:
        raise PictureRefused(f"Data: larger than {MOST_BYTES} bytes")
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise PictureRefused("Data: not base64") from wrong


def _look_at(content: bytes) -> None:
    """Decode it at an eighth of its size: a cut or a forged file does not get through."""
    kind = kind_of(content)
    if kind is None:
        raise PictureRefused("Data: neither JPEG, PNG nor BMP")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=[kind]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise PictureRefused(f"Data: more than {MOST_PIXELS} pixels")
                picture.draft("RGB", (picture.width // 8, picture.height // 8))
                picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning) as wrong:
        raise PictureRefused("Data: cannot be decoded") from wrong
    except Image.DecompressionBombError as wrong:
        raise PictureRefused(f"Data: more than {MOST_PIXELS} pixels") from wrong
