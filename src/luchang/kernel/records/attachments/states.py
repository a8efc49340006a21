"""Which files are taken, how large, and why others are not."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MEGABYTE = 1_000_000
COUNT_LIMIT = 50
"""Files of one record."""

PIXEL_LIMIT = 50_000_000
"""Decoded, three bytes each: 150 MB at most while a picture is written anew."""

NAME_LIMIT = 120


class FileKind(StrEnum):
    """What a file is by its content."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    TEXT = "text/plain"
    MP4 = "video/mp4"

    @property
    def is_picture(self) -> bool:
        return self in {FileKind.JPEG, FileKind.PNG, FileKind.WEBP}


@dataclass(frozen=True)
class Allowance:
    """What one kind of file may be called and how large it may be."""

    extensions: tuple[str, ...]
    size_limit: int


ALLOWED = {
    FileKind.JPEG: Allowance(("jpg", "jpeg"), 30 * MEGABYTE),
    FileKind.PNG: Allowance(("png",), 30 * MEGABYTE),
    FileKind.WEBP: Allowance(("webp",), 30 * MEGABYTE),
    FileKind.PDF: Allowance(("pdf",), 50 * MEGABYTE),
    FileKind.DOCX: Allowance(("docx",), 20 * MEGABYTE),
    FileKind.XLSX: Allowance(("xlsx",), 20 * MEGABYTE),
    FileKind.TEXT: Allowance(("txt", "csv"), 5 * MEGABYTE),
    FileKind.MP4: Allowance(("mp4",), 100 * MEGABYTE),
}
ACCEPTED = {
    extension: allowance.size_limit
    for allowance in ALLOWED.values()
    for extension in allowance.extensions
}
"""Size limit by extension, for pages that say no before anything is sent."""

LARGEST = max(allowance.size_limit for allowance in ALLOWED.values())


class Fault(TextChoices):
    """Why a file is refused."""

    EMPTY = "EMPTY", _("文件是空的")
    TOO_LARGE = "TOO_LARGE", _("文件过大")
    CLOSED = "CLOSED", _("该记录已办结，附件不能再变动")
    KEY_REUSED = "KEY_REUSED", _("同一上传标识已用于另一个文件")
    TOO_MANY = "TOO_MANY", _("该记录的附件已达上限")
    UNKNOWN = "UNKNOWN", _("不支持这种文件")
    NAME_MISMATCH = "NAME_MISMATCH", _("文件内容与扩展名不符")
    BAD_NAME = "BAD_NAME", _("文件名无效")
    BROKEN = "BROKEN", _("文件已损坏")
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS", _("图片像素过多")
    BOMB = "BOMB", _("文件解压后过大")
    ACTIVE = "ACTIVE", _("文件含有宏、脚本或可执行内容")
    DISGUISED = "DISGUISED", _("文件中藏有另一种文件")
    ENCRYPTED = "ENCRYPTED", _("文件已加密，无法检查")


class Refused(Exception):
    """A file that is not taken; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault.value))
        self.fault = fault
