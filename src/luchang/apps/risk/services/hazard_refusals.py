"""Why something about a hazard or a risk list is not done."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.records import refused


class HazardRefused(refused.Refused):
    texts = {
        "malformed": _("填写有误：%(why)s"),
        "field": _("清单字段“%(title)s”未填写或填写有误"),
        "unknown_code": _("没有此类别或等级，或已经停用"),
        "version_closed": _("%(version)s已经截止，请在现行版本中列入"),
        "no_version": _("该清单没有启用中的版本"),
        "number_taken": _("该编号不能使用"),
        "own_series": _("YH开头的编号由系统编排，新列入的隐患请使用其他编号"),
        "no_registers": _("该清单的对象不在重点对象台账内，登记对象请留空"),
        "no_such_subject": _("台账中没有“%(name)s”，或不在您的管辖范围内，或与清单对象类别不符"),
        "many_subjects": _("台账中有多条“%(name)s”，请写明号牌种类或统一社会信用代码"),
        "nowhere": _("请填写地点、桩号或在地图上选点"),
        "not_a_receiver": _("只能交办给政府、部门或公安交管单位，且不能是排查单位自己"),
        "due_passed": _("整改期限必须晚于现在"),
        "no_plan": _("请先填写整改方案"),
        "no_after_photo": _("请附上本次签收以后拍摄的整改后照片"),
        "not_a_picture": _("整改前后的证据必须是照片"),
        "own_hazard": _("排查上报人和报验人不能验收同一条隐患，请由他人验收"),
        "supervised": _("该隐患正在挂牌督办，摘牌后才能销号"),
        "already_supervised": _("该隐患已经挂牌督办"),
        "not_supervised": _("该隐患没有挂牌督办"),
        "closed": _("该隐患已经销号或撤销"),
        "extension_asked": _("已有一项延期申请待审批"),
        "no_extension": _("没有待审批的延期申请"),
        "not_later": _("延长后的期限必须晚于原期限和现在"),
        "linked": _("已经关联过%(reference)s"),
        "file": _("文件“%(name)s”未被接受：%(why)s"),
        "key_reused": _("这次提交的内容与上次不同，请重新打开页面填写"),
        "version_open": _("%(version)s仍在进行，新版本启用时会自动截止"),
        "field_there": _("已有字段%(key)s"),
        "field_gone": _("没有字段%(key)s"),
        "field_choices": _("选项字段至少需要两个选项"),
        "too_many_fields": _("附加字段最多%(most)s个"),
        "list_there": _("已有代码为%(taken)s的清单"),
    }
