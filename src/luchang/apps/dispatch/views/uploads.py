"""The words of a page that takes files of an incident."""

from django.utils.translation import gettext as _

from luchang.kernel.records.attachments import terms


def upload_terms() -> dict[str, object]:
    return terms.upload_terms(
        closed=_("警情已办结或不再由本单元处置，文件未接收"),
        lost=_("本机已找不到该文件，请重新拍摄"),
    )
