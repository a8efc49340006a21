"""The words of the paper kit."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FileKind(TextChoices):
    """What a paper is made as."""

    WORD = "WORD", _("Word")
    PDF = "PDF", _("PDF")


ENDINGS = {FileKind.WORD: "docx", FileKind.PDF: "pdf"}


class Deed(TextChoices):
    """What the audit keeps of papers and their texts."""

    SHIP = "SHIP", _("随产品更新")
    REWRITE = "REWRITE", _("修改")
    RESTORE = "RESTORE", _("恢复原文")
    ORDER = "ORDER", _("制作文书")
    RENDER = "RENDER", _("生成文件")
