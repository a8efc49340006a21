"""Why something about links, junctions and levels is not done."""

from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.services.refusals import Refused


class CountRefused(Refused):
    texts = {
        "malformed": _("填写有误：%(why)s"),
        "same_camera": _("起点和终点不能是同一台设备"),
        "link_taken": _("%(start)s到%(end)s的路段已有：%(link)s"),
        "too_fast": _("按%(length)s米、%(free)s秒计算，自由流速度为%(speed)s公里/小时，请核对"),
        "code_taken": _("路口编号%(code)s已经登记"),
        "way_taken": _("流向%(way)s已经定义，请先停用"),
        "way_unknown": _("流向“%(way)s”不是一个流向，可填：%(ways)s"),
        "way_untold": _("请填写车道或下游设备，否则分不清流向"),
        "lane_absent": _("%(camera)s只有%(lanes)s条车道"),
        "movement_ended": _("该流向定义已经停用"),
        "scale_taken": _("%(day)s起的标准已经设定"),
        "scale_past": _("启用日期%(day)s已经过去，以前的统计不改变"),
        "scale_not_falling": _("各等级的下限须依次降低，且在0和100之间"),
        "scale_unfounded": _("标为已核实须写明依据"),
        "no_passages": _("%(day)s还没有过车记录"),
    }
