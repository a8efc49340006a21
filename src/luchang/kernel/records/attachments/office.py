"""Word and Excel files: zips that are measured before anything believes them."""

import io
import zipfile
import zlib
from collections.abc import Iterator

from luchang.kernel.records.attachments.states import MEGABYTE, Fault, FileKind, Refused

ENTRY_LIMIT = 2_000
UNZIPPED_LIMIT = 100 * MEGABYTE
CONTENT_TYPES = "[Content_Types].xml"
CONTENT_TYPES_LIMIT = 1 * MEGABYTE
_CHUNK = 64 * 1024
_END_RECORD = 22
_ENCRYPTED = 0x1

_MAIN = {
    FileKind.DOCX: b"wordprocessingml.document.main+xml",
    FileKind.XLSX: b"spreadsheetml.sheet.main+xml",
}
_ACTIVE_NAMES = ("vbaproject.bin", "activex", "oleobject", "embeddings/", "macrosheets/")
_ACTIVE_TYPES = (b"macroenabled", b"vbaproject", b"activex", b"oleobject")


def office_kind(content: bytes) -> FileKind:
    """Word or Excel, by the content types the package declares.

    Raises:
        Refused: another zip, a broken one, or one with macros.
    """
    with _opened(content) as package:
        declared = _content_types(package).lower()
    if any(word in declared for word in _ACTIVE_TYPES):
        raise Refused(Fault.ACTIVE)
    for kind, main in _MAIN.items():
        if main in declared:
            return kind
    raise Refused(Fault.UNKNOWN)


def check_office(content: bytes, kind: FileKind) -> None:
    """Every entry named harmlessly, the whole no larger than allowed when unzipped.

    Raises:
        Refused: with the reason.
    """
    if office_kind(content) is not kind:
        raise Refused(Fault.UNKNOWN)
    _check_nothing_behind(content)
    with _opened(content) as package:
        left = UNZIPPED_LIMIT
        for entry in package.infolist():
            _check_entry(entry)
            left -= _measure(package, entry, left)


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as broken:
        raise Refused(Fault.BROKEN) from broken
    if len(package.infolist()) > ENTRY_LIMIT:
        raise Refused(Fault.BOMB)
    return package


def _content_types(package: zipfile.ZipFile) -> bytes:
    try:
        entry = package.getinfo(CONTENT_TYPES)
    except KeyError as missing:
        raise Refused(Fault.UNKNOWN) from missing
    if entry.flag_bits & _ENCRYPTED:
        raise Refused(Fault.ENCRYPTED)
    return _read(package, entry, CONTENT_TYPES_LIMIT)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if name.startswith(("/", "\\")) or ".." in name or "\\" in name or "\0" in name or ":" in name:
        raise Refused(Fault.ACTIVE)
    if any(word in name.lower() for word in _ACTIVE_NAMES):
        raise Refused(Fault.ACTIVE)
    if entry.flag_bits & _ENCRYPTED:
        raise Refused(Fault.ENCRYPTED)


def _measure(package: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> int:
    """What an entry really unzips to; sizes in a zip's directory are whatever its maker wrote."""
    return sum(map(len, _chunks(package, entry, limit)))


def _read(package: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    return b"".join(_chunks(package, entry, limit))


def _chunks(package: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> Iterator[bytes]:
    """Unzip piece by piece, a piece in memory at a time, and stop at the limit."""
    read = 0
    try:
        with package.open(entry) as stream:
            while piece := stream.read(_CHUNK):
                read += len(piece)
                if read > limit:
                    raise Refused(Fault.BOMB)
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as broken:
        raise Refused(Fault.BROKEN) from broken


def _check_nothing_behind(content: bytes) -> None:
    """The end record is the end: a second file appended behind it is a disguise."""
    at = content.rfind(b"PK\x05\x06")
    comment = int.from_bytes(content[at + 20 : at + _END_RECORD], "little")
    if at < 0 or at + _END_RECORD + comment != len(content):
        raise Refused(Fault.DISGUISED)
