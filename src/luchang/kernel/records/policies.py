"""Who keeps the tables of the record kit."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.permissions import SYSTEM, Permission, declare
from luchang.kernel.records import notices

MANAGE_CALENDAR = "records.manage_calendar"
MANAGE_RULES = "records.manage_rules"
MANAGE_CODES = "records.manage_codes"
SEE_MESSAGES = "records.see_messages"

declare(
    Permission(MANAGE_CALENDAR, _("管理节假日"), administrator=SYSTEM),
    Permission(MANAGE_RULES, _("管理时限规则"), administrator=SYSTEM),
    Permission(MANAGE_CODES, _("管理字典"), administrator=SYSTEM),
    Permission(SEE_MESSAGES, _("查看短信发送记录"), administrator=SYSTEM),
)

notices.declare(
    notices.NoticeKind("records.todo", _("待办")),
    notices.NoticeKind("records.deadline", _("时限"), must_reach=True),
    notices.NoticeKind("records.mention", _("提到我")),
)
