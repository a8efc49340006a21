from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """What kind of thing was done."""

    READ = "READ", _("查看")
    CREATE = "CREATE", _("新增")
    CHANGE = "CHANGE", _("修改")
    MOVE = "MOVE", _("流转")
    EXPORT = "EXPORT", _("导出")
    PRINT = "PRINT", _("打印")
    IMPORT = "IMPORT", _("导入")
    REVEAL = "REVEAL", _("查看敏感信息")
    SIGN_IN = "SIGN_IN", _("登录")
    SIGN_OUT = "SIGN_OUT", _("退出")
    REFUSED = "REFUSED", _("拒绝")
    ADMINISTER = "ADMINISTER", _("管理")
