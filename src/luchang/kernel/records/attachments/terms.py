"""What a page that takes files has to know: how large each kind may be, and the words."""

from django.utils.translation import gettext as _

from luchang.kernel.records.attachments.states import ACCEPTED, MEGABYTE, Fault


def upload_terms(**words: str) -> dict[str, object]:
    """For `frontend/src/files.js`, which refuses before anything is sent.

    `words` replace or add to the texts.
    """
    return {
        "limits": ACCEPTED,
        "megabyte": MEGABYTE,
        "texts": {
            "unknown": _("不支持这种文件，可用：{kinds}"),
            "too_large": _("文件过大：{size} MB，上限 {limit} MB"),
            "empty": str(Fault.EMPTY.label),
            "closed": str(Fault.CLOSED.label),
            "failed": _("没有网络或服务器无响应，文件未发出"),
            "sending": _("正在发送…"),
            "retry": _("重试"),
            "drop": _("删除"),
            **words,
        },
    }
