"""The texts that scripts show. Scripts hold none themselves: they ask for them by name."""

from django.utils.translation import gettext as _


def script_texts() -> dict[str, str]:
    return {
        "notices": _("提示信息"),
        "close": _("关闭"),
        "close_page": _("关闭标签页：{title}"),
        "copied": _("已复制"),
        "failed": _("操作没有完成"),
        "failed_how": _("服务器返回 {status}。内容未改动，请重试；仍不行请联系系统管理员。"),
        "unreachable": _("连接不上服务器"),
        "unreachable_how": _("请检查网络。页面上的内容还在，恢复后可再次提交。"),
        "live_connecting": _("正在连接"),
        "live_on": _("实时"),
        "live_off": _("实时已断开，正在重连"),
        "days_clock": _("{days}天 {clock}"),
        "zoom_in": _("放大"),
        "zoom_out": _("缩小"),
        "map": _("地图"),
    }
