"""Why something about a junction, its counts or its plan is not done."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.records import refused


class Refused(refused.Refused):
    texts = {
        "malformed": _("填写有误：%(why)s"),
        "code_taken": _("路口编号%(code)s已经登记"),
        "unsound": _("渠化与相位有误：%(why)s"),
        "unchanged": _("与现行版本相同，没有改动"),
        "unreadable_net": _("不能读取路网文件：%(why)s"),
        "no_signals": _("路网文件中没有信号控制的路口"),
        "which_signal": _("路网文件中有多个信号路口，请填写其中一个的编号：%(codes)s"),
        "no_such_signal": _("路网文件中没有编号为%(code)s的信号路口，可填：%(codes)s"),
        "joined_signal": _("信号%(code)s同时控制%(count)s个节点，不能作为一个路口导入"),
        "no_roads": _("还没有导入路网，不能按路网生成；请改用人工编辑或路网文件"),
        "no_junction_near": _("%(metres)s米内的路网上没有三条以上道路相交的节点"),
        "no_layout": _("%(junction)s还没有渠化与相位，请先编辑"),
        "layout_changed": _(
            "%(junction)s的渠化已经改为%(now)s，方案是按%(then)s计算的，请退回重新计算"
        ),
        "plan_unsafe": _("方案不满足安全约束：%(why)s"),
        "plan_overlaps": _("与正在执行的方案%(plan)s（%(hours)s）时段交叉，请先停用它或改时段"),
        "plan_ended": _("该方案已经停用"),
        "impossible_count": _(
            "%(way)s在%(clock)s的%(vehicles)s辆不可能：%(lanes)s条车道最多%(most)s辆"
        ),
        "unknown_way": _("%(junction)s没有流向“%(way)s”，可填：%(ways)s"),
        "off_grid": _("时间%(clock)s不在%(minutes)s分钟的整点上"),
        "in_use": _("流量数据已用于工单%(study)s，不能再改"),
        "future_count": _("日期%(day)s还没有到"),
        "no_counts": _("%(hours)s内没有可用的流量"),
        "few_counts": _("%(hours)s内%(share)s%%的流量缺失或存疑，超过%(most)s%%，请补充或更正"),
        "all_zero": _("%(hours)s内各流向流量均为零"),
        "missing_approach": _("进口%(arms)s在%(hours)s内没有流量数据"),
        "unusable_counts": _("不能用这些流量计算方案：%(why)s"),
        "other_junction": _("流量数据属于%(theirs)s，不属于%(ours)s"),
        "open_already": _("%(junction)s在%(hours)s已有未办结的工单%(study)s"),
        "busy": _("任务正在进行，请等它结束或先取消"),
        "no_candidates": _("还没有候选方案"),
        "not_a_candidate": _("所选方案不属于本工单"),
        "present_chosen": _("现行方案不能作为优化结果"),
        "not_proven": _("所选方案还没有经过仿真验证"),
        "worse": _("仿真中所选方案的车均延误高于现行方案，不能提交审批；请另选方案或重新计算"),
        "own_plan": _("不能审批或验收自己选定、验证的方案，请由他人办理"),
        "altered": _("方案内容与审批时不一致，不能执行，请退回重新审批"),
        "too_soon": _("计划执行时间%(moment)s早于当前时间"),
        "not_yet": _("计划%(moment)s执行，现在还没有到"),
        "few_values": _("%(side)s只有%(count)s个数值，至少要%(least)s个"),
        "absurd_value": _("第%(line)s行“%(text)s”不是有效数值（0至%(most)s）"),
        "measured_already": _(
            "%(day)s的%(measure)s已由过车数据测得，不能再人工录入；没有测得的日期才需要录入"
        ),
        "not_compared": _("还没有前后对比结果"),
        "before_too_late": _("%(day)s在方案执行之后，不能作为实施前的数据"),
        "after_too_early": _("%(day)s在方案执行之前，不能作为实施后的数据"),
        "own_work": _("不能验收自己报完工的改造，请由他人验收"),
        "no_drawing_before": _("请先上传改造前的图纸或照片，再报完工"),
        "no_drawing_after": _("请上传完工后的图纸或照片，再验收"),
        "not_approved": _("方案没有经过审批，不能导出或下发"),
        "unwritable": _("不能写成该格式：%(why)s"),
        "no_controller": _("%(junction)s没有登记信号机的接入方式、编号"),
        "corridor_few": _("干线协调至少要选%(least)s个路口，现在只有%(count)s个"),
        "corridor_many": _("干线协调最多%(most)s个路口，现在有%(count)s个，请分段"),
        "corridor_apart": _(
            "%(first)s与%(second)s相距%(metres)s米，超过%(most)s米，车队已经散开，不能协调；"
            "请补上中间的路口，或分成两段"
        ),
        "corridor_same_place": _("%(first)s与%(second)s相距只有%(metres)s米，请核对路口位置"),
        "corridor_no_arm": _("%(first)s没有朝向%(second)s的一侧，请核对渠化和路口位置"),
        "corridor_one_way": _("%(first)s朝向%(second)s的一侧只有单向车道，不能双向协调"),
        "corridor_no_way": _("%(first)s没有沿干线通行的受控流向，请核对渠化"),
        "too_short": _(
            "%(first)s到%(second)s填写了%(metres)s米，短于两路口的直线距离%(least)s米，请核对"
        ),
        "members_without_counts": _("以下路口没有可用的流量：%(why)s"),
        "not_together": _("所选路口不属于您管理的同一单位，请由上级单位办理"),
        "number_taken": _("%(system)s的编号%(number)s已经用于另一个路口"),
        "day_has_gaps": _("方案没有排满00:00至24:00，不能作为日计划下发；可以只下发方案"),
        "too_long": _("时长须为1分钟至%(most)s分钟，到时自动交还"),
        "no_such_stage": _("%(junction)s没有该相位，可填1至%(count)s"),
        "no_approved_plan": _("%(junction)s没有已审批的%(number)s号方案"),
        "intervened_already": _("%(junction)s已有未结束的人工干预，请先交还或撤回"),
        "own_request": _("不能签发自己提出的人工干预，请由他人签发"),
        "controller_taken": _("信号机%(number)s的这个路口序号已经登记给%(junction)s"),
        "detector_file": _("检测器文件有误，没有导入：%(why)s"),
        "no_such_lane": _(
            "%(junction)s没有第%(lanes)s车道，车道从北进口起顺时针编号，共%(most)s条"
        ),
        "utdf": _("没有导入：%(why)s"),
        "utdf_empty": _("文件中没有路口"),
        "utdf_unknown": _("没有登记UTDF编号%(number)s的路口，也没有同名的路口编号"),
        "off_quarter": _("时段须从整刻钟开始和结束：%(clock)s"),
        "parts_wrong": _(
            "时段划分有误：须从%(begins)s开始，依次递增，都是整刻钟，且在%(ends)s之前"
        ),
        "parts_short": _("时段%(clock)s不足%(least)s分钟，信号机不宜频繁更换方案"),
        "in_scheme_already": _("%(junction)s在%(hours)s已有未办结的方案集%(scheme)s"),
    }
