"""Why something about a watch or an alarm is not done."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.records import refused


class WatchRefused(refused.Refused):
    texts = {
        "malformed": _("填写有误：%(why)s"),
        "plate_wrong": _("号牌号码%(plate)s不合规；不全的号牌用?代一位、*代若干位"),
        "type_missing": _("完整号牌须选择号牌种类"),
        "nothing_meant": _("请填写号牌号码，或至少一项车辆特征"),
        "too_wide": _("号牌确定的字符少于%(least)s位，须同时选定布控点位，不能全市布控"),
        "ends_too_soon": _("结束时间须晚于开始时间和当前时间"),
        "too_long": _("布控最长至%(until)s，需要更久的到期前另行申请"),
        "foreign_receiver": _("%(organisation)s不在本单位及其上级、下级之内，不能作为接收单位"),
        "foreign_camera": _("%(camera)s不在您的管辖范围内"),
        "no_receiver": _("至少选择一个接收单位"),
        "watched_already": _("%(organisation)s已有同一号牌、同一类别的布控%(number)s"),
        "own_watch": _("不能审批自己申请的布控，请由他人审批"),
        "own_prolonging": _("不能审批自己申请的延期或自己申请的布控，请由他人审批"),
        "nothing_asked": _("该布控没有待审批的延期申请"),
        "not_longer": _("延期后的结束时间须晚于现在的结束时间%(ends_at)s"),
        "over": _("布控期限已过，不能批准"),
        "changed_otherwise": _("已有布控不能通过导入修改，请撤控后重新申请"),
    }
