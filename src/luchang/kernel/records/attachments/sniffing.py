"""What a file is by its content, and whether it is that and nothing else."""

import re
import struct

import filetype

from luchang.kernel.records.attachments.office import check_office, office_kind
from luchang.kernel.records.attachments.states import Fault, FileKind, Refused

_BY_MIME = {
    "image/jpeg": FileKind.JPEG,
    "image/png": FileKind.PNG,
    "image/webp": FileKind.WEBP,
    "application/pdf": FileKind.PDF,
    "video/mp4": FileKind.MP4,
}
_ZIP = b"PK\x03\x04"
_ZIP_END = b"PK\x05\x06"
_TAIL = 66_000
"""A zip's end record lies in the last 65,557 bytes."""

_MARKUP = re.compile(rb"<\s*(?:!doctype|html|svg|script|\?xml|\?php|iframe|body)", re.IGNORECASE)
_PDF_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)\b"
)
_MP4_BOX = 8


def kind_of(content: bytes) -> FileKind:
    """The one kind this content is.

    Raises:
        Refused: it is none we take, or pretends to be more than one.
    """
    if not content:
        raise Refused(Fault.EMPTY)
    if content.startswith(_ZIP):
        return office_kind(content)
    guessed = filetype.guess(content)
    if guessed is not None:
        kind = _BY_MIME.get(guessed.mime)
        if kind is None:
            raise Refused(Fault.UNKNOWN)
        return kind
    if _is_text(content):
        return FileKind.TEXT
    raise Refused(Fault.UNKNOWN)


def check(content: bytes, kind: FileKind) -> None:
    """Look inside what is kept as it came; pictures are written anew instead.

    Raises:
        Refused: broken, active, a bomb, or two files in one.
    """
    match kind:
        case FileKind.PDF:
            _check_pdf(content)
        case FileKind.DOCX | FileKind.XLSX:
            check_office(content, kind)
        case FileKind.TEXT:
            if _MARKUP.search(content[:4096]):
                raise Refused(Fault.DISGUISED)
        case FileKind.MP4:
            _check_mp4(content)
        case _:
            return


def _is_text(content: bytes) -> bool:
    """UTF-8 or GB 18030 without control characters."""
    if re.search(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]", content):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _check_pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        raise Refused(Fault.BROKEN)
    if _ZIP_END in content[-_TAIL:] or _MARKUP.search(content[:1024]):
        raise Refused(Fault.DISGUISED)
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), content)
    if _PDF_ACTIVE.search(plain):
        raise Refused(Fault.ACTIVE)
    if re.search(rb"/Encrypt\b", plain):
        raise Refused(Fault.ENCRYPTED)


def _check_mp4(content: bytes) -> None:
    """Boxes from first to last byte, each as long as it says."""
    at, kinds = 0, set()
    while at < len(content):
        if at + _MP4_BOX > len(content):
            raise Refused(Fault.BROKEN)
        size, kind = struct.unpack_from(">I4s", content, at)
        if size == 1 and at + 16 <= len(content):
            (size,) = struct.unpack_from(">Q", content, at + _MP4_BOX)
        if size == 0:
            size = len(content) - at
        if size < _MP4_BOX or at + size > len(content):
            raise Refused(Fault.BROKEN)
        kinds.add(kind)
        at += size
    if not {b"ftyp", b"moov", b"mdat"} <= kinds:
        raise Refused(Fault.BROKEN)
    if _ZIP_END in content[-_TAIL:]:
        raise Refused(Fault.DISGUISED)
