"""Pictures are decoded and written anew: what was hidden in the file does not survive.

Where and when a photograph was taken is evidence and personal data at once: it is taken out of the
picture and handed back apart.
"""

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from PIL import (
    ExifTags,
    Image,
    ImageDraw,
    ImageFile,
    ImageFont,
    ImageOps,
    UnidentifiedImageError,
)
from PIL.Image import DecompressionBombError, DecompressionBombWarning

from luchang.kernel.records.attachments.states import PIXEL_LIMIT, Fault, FileKind, Refused

THUMBNAIL = (320, 320)
_FORMATS = {FileKind.JPEG: "JPEG", FileKind.PNG: "PNG", FileKind.WEBP: "WEBP"}
_TEXT_LIMIT = 200
_TAG_LIMIT = 120
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
)


@dataclass(frozen=True)
class Picture:
    """A picture written anew."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int
    metadata: Mapping[str, object]
    """What the camera wrote: time, place, model; plain JSON values."""


def rewrite(content: bytes, kind: FileKind) -> Picture:
    """The same picture and nothing else.

    Raises:
        Refused: not a picture of that kind, broken, or too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DecompressionBombWarning)  # our own limit is lower
            return _rewritten(content, kind)
    except DecompressionBombError as bomb:
        raise Refused(Fault.TOO_MANY_PIXELS) from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as broken:
        raise Refused(Fault.BROKEN) from broken


def _rewritten(content: bytes, kind: FileKind) -> Picture:
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # the library of the PDFs switches it on for all
    with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as image:
        if image.width * image.height > PIXEL_LIMIT:
            raise Refused(Fault.TOO_MANY_PIXELS)
        metadata = _metadata(image)
        upright = ImageOps.exif_transpose(image)
        bare = _bare(upright, kind)
    small = bare.copy()
    small.thumbnail(THUMBNAIL)
    return Picture(
        content=_encoded(bare, kind),
        thumbnail=_encoded(small.convert("RGB"), FileKind.JPEG),
        width=bare.width,
        height=bare.height,
        metadata=metadata,
    )


def watermarked(content: bytes, kind: FileKind, text: str) -> bytes:
    """The picture with `text` across it, so that a photograph of the screen names who took it."""
    with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as image:
        base = image.convert("RGBA")
    layer = Image.new("RGBA", base.size, (0, 0, 0, 0))
    size = max(14, base.width // 40)
    font, shown = _font(size, text)
    pen = ImageDraw.Draw(layer)
    step_x, step_y = max(200, size * len(shown)), size * 8
    for row, top in enumerate(range(0, base.height, step_y)):
        for left in range(-step_x * (row % 2) // 2, base.width, step_x):
            pen.text(
                (left, top),
                shown,
                font=font,
                fill=(255, 255, 255, 90),
                stroke_width=1,
                stroke_fill=(0, 0, 0, 60),
            )
    marked = Image.alpha_composite(base, layer)
    return _encoded(marked if kind is FileKind.PNG else marked.convert("RGB"), kind)


def _font(size: int, text: str) -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, str]:
    """A font that can write the text; without a Chinese one, what is left in plain letters."""
    for place in _FONTS:
        if Path(place).exists():
            return ImageFont.truetype(place, size), text
    return ImageFont.load_default(size), text.encode("ascii", "ignore").decode().strip() or "-"


def _bare(image: Image.Image, kind: FileKind) -> Image.Image:
    """Pixels alone: a new image knows nothing of the old one's profile, comments or frames."""
    has_alpha = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    mode = "RGBA" if has_alpha and kind is not FileKind.JPEG else "RGB"
    pixels = image.convert(mode)
    bare = Image.new(mode, pixels.size)
    bare.paste(pixels)
    return bare


def _encoded(image: Image.Image, kind: FileKind) -> bytes:
    out = io.BytesIO()
    match kind:
        case FileKind.PNG:
            image.save(out, "PNG", compress_level=6)
        case FileKind.WEBP:
            image.save(out, "WEBP", quality=90, method=2)
        case _:
            image.save(out, "JPEG", quality=90)
    return out.getvalue()


def _metadata(image: Image.Image) -> dict[str, object]:
    exif = image.getexif()
    found: dict[str, object] = {}
    for source, names in (
        (exif, ExifTags.TAGS),
        (exif.get_ifd(ExifTags.IFD.Exif), ExifTags.TAGS),
        (exif.get_ifd(ExifTags.IFD.GPSInfo), ExifTags.GPSTAGS),
    ):
        for tag, value in list(source.items())[:_TAG_LIMIT]:
            found[str(names.get(tag, tag))] = _json(value)
    return found


def _json(value: object) -> object:
    """A tag's value as JSON holds it; long and binary ones cut short."""
    match value:
        case bool() | int():
            return value
        case str():
            return value.replace("\0", "")[:_TEXT_LIMIT]
        case bytes():
            return value[: _TEXT_LIMIT // 2].hex()
        case tuple() | list():
            return [_json(each) for each in value[:16]]
        case _:
            return _number(value)


def _number(value: object) -> object:
    """Ratios as decimal text, which keeps what a float would round or refuse (0/0)."""
    try:
        return str(float(Fraction(str(value))))
    except (ValueError, ZeroDivisionError):
        return str(value)[:_TEXT_LIMIT]
