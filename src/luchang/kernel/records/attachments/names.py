"""What an uploaded file may be called."""

import re
import unicodedata
from pathlib import PurePosixPath

from luchang.kernel.records.attachments.states import (
    ALLOWED,
    NAME_LIMIT,
    Fault,
    FileKind,
    Refused,
)

_UNSAFE = re.compile(r'[<>:"|?*;%&$`\'\\/\s]+')
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def extension_of(name: str) -> str:
    """The last extension, in small letters; what the operating systems of readers go by."""
    return PurePosixPath(_visible(name)).suffix.lstrip(".").lower()


def safe_name(name: str, kind: FileKind) -> str:
    """The name as it is kept: no folders, nothing invisible, one extension that fits the content.

    Raises:
        Refused: the extension promises another kind of file.
    """
    extension = extension_of(name)
    if extension not in ALLOWED[kind].extensions:
        raise Refused(Fault.NAME_MISMATCH)
    stem = PurePosixPath(_visible(name)).stem
    stem = _UNSAFE.sub("_", stem).replace(".", "_").strip("_-")
    return f"{stem[: NAME_LIMIT - len(extension) - 1] or 'file'}.{extension}"


def _visible(name: str) -> str:
    """The last part of a path of either kind, without what the eye cannot see."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in plain if unicodedata.category(c) not in _INVISIBLE)
