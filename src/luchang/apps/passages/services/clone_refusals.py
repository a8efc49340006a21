"""Why something about suspected clones is not done."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.services.refusals import Refused


class CloneRefused(Refused):
    texts = {
        "no_network": _("还没有启用的路网，无法判断两台设备之间最快要多久；请先导入并启用路网"),
        "nothing_to_compare": _("近%(days)d天没有整理好的过车数据，无法比对"),
        "no_reason": _("请写明核查情况"),
        "not_confirmed": _("确认套牌之后才能据此申请布控"),
        "watched_already": _("该号牌已申请布控%(number)s"),
        "type_unknown": _("该号牌的种类没有识别，请从布控页填写号牌种类后申请"),
    }
