"""Why nothing was sent to a controller, or what was sent was not taken."""

from django.utils.translation import gettext_lazy as _

from luchang.core.signals.checks import FaultCode, PlanFault
from luchang.kernel.records import refused


class LinkRefused(refused.Refused):
    """Nothing was sent, or what was sent was not taken; the text says which and why."""

    texts = {
        # before anything leaves the house
        "not_configured": _("本系统没有接入信号机，请由系统管理员在安装参数中设置信号机接口"),
        "read_only": _(
            "信号机接口为只读，未向信号机发送任何内容；放开下发须由系统管理员设置安装参数"
        ),
        "no_reference": _("没有审批编号，未下发"),
        "not_signed": _("未经两人签署，未下发"),
        "one_person": _("拟制人与审批人是同一人，未下发"),
        "other_content": _("内容与审批时不一致，未下发，请重新审批"),
        "not_yet": _("审批时间晚于当前时间，未下发，请核对时钟"),
        "expired": _("审批已过有效期，未下发"),
        "unsafe": _("方案不满足安全约束，未下发：%(why)s"),
        "plan_no": _("方案序号须为1至%(most)s，未下发"),
        "lock_too_long": _("锁定时长须为1至%(most)s秒，未下发"),
        "day_not_whole": _("日计划须从00:00开始依次排列，编号须为1至99999，未下发"),
        "no_calendar": _("调度计划须写明星期几，起始号须为1至%(most)s，未下发"),
        "no_day": _("信号机中没有日计划%(plan)s，请先下发"),
        "other_layout": _("信号机中的%(what)s与本系统的渠化和阶段不一致，未下发，请先核对"),
        "other_junction": _("方案属于%(theirs)s，不属于%(ours)s，未下发"),
        "unconfirmed": _("该协议的%(what)s尚未与厂家核对确认，未下发；核对后由系统管理员设置"),
        "unwritable": _("%(what)s不能写入该协议：%(value)s"),
        # on the wire
        "unreachable": _("无法连接%(address)s：%(why)s"),
        "lost": _("与%(address)s的连接中断：%(why)s"),
        "silent": _("%(address)s在%(wait)s秒内没有应答"),
        "garbled": _("%(address)s发来的内容无法识别：%(why)s"),
        "not_stored": _("信号机中没有方案%(plan)s，请先下发"),
        "not_as_sent": _("下发后回读的方案与审批的方案不一致：%(what)s，请立即到现场核对"),
        # errors the other side names
        "SDE_Version": _("对方系统不支持协议版本：%(why)s"),
        "SDE_Token": _("令牌无效或已过期：%(why)s"),
        "SDE_Address": _("对方系统不认可地址：%(why)s"),
        "SDE_MsgType": _("对方系统不认可数据包类型：%(why)s"),
        "SDE_OperName": _("对方系统不认可操作命令：%(why)s"),
        "SDE_UserName": _("接口用户名不正确：%(why)s"),
        "SDE_Pwd": _("接口口令不正确：%(why)s"),
        "SDE_NotAllow": _("对方系统不允许该操作：%(why)s"),
        "SDE_Failure": _("对方系统执行失败：%(why)s"),
        "SDE_Unknown": _("对方系统报告未知错误：%(why)s"),
        "controller_refused": _("信号机拒绝了设置：%(why)s"),
    }


PLAN_FAULTS = {
    FaultCode.OTHER_JUNCTION: _("方案不是为该路口编制的"),
    FaultCode.RULES: _("路口的安全约束有缺失或无效的时长"),
    FaultCode.NO_STEPS: _("方案没有任何阶段"),
    FaultCode.UNKNOWN_STAGE: _("%(where)s：路口没有该阶段"),
    FaultCode.UNKNOWN_LAMP: _("%(where)s：路口没有灯组%(lamps)s"),
    FaultCode.TWO_MEANINGS: _("%(where)s：灯组%(lamps)s同时标为保护放行和让行放行"),
    FaultCode.NO_TIME: _("%(where)s：时长%(given)s秒无效"),
    FaultCode.FRACTION: _("%(where)s：%(given)s秒不是整秒，信号机只存整秒"),
    FaultCode.CONFLICT: _("%(where)s：灯组%(lamps)s冲突，不能同时放行"),
    FaultCode.AMBER: _("%(where)s：灯组%(lamps)s黄灯须%(needed)s秒，只有%(given)s秒"),
    FaultCode.CLEARANCE: _(
        "%(where)s：灯组%(lamps)s转换须%(needed)s秒（黄灯加清空），只有%(given)s秒"
    ),
    FaultCode.MIN_GREEN: _("%(where)s：灯组%(lamps)s最小绿灯%(needed)s秒，只有%(given)s秒"),
    FaultCode.ON_FOOT_UNKNOWN: _("行人灯组%(lamps)s没有填写过街所需时间"),
    FaultCode.ON_FOOT: _("%(where)s：行人灯组%(lamps)s过街须%(needed)s秒，只有%(given)s秒"),
    FaultCode.NEVER_GREEN: _("灯组%(lamps)s在整个周期内没有绿灯"),
    FaultCode.CYCLE_SUM: _("各阶段合计%(given)s秒，与公共周期%(needed)s秒不符"),
    FaultCode.CYCLE_BOUNDS: _("周期%(given)s秒超出限值%(needed)s秒"),
    FaultCode.OFFSET: _("相位差%(given)s秒不在0与周期之间"),
}


def fault_text(fault: PlanFault) -> str:
    """A fault of a plan as officers read it; steps and lamps are counted from 1."""
    return str(PLAN_FAULTS[fault.code]) % {
        "where": str(_("第%(step)s步")) % {"step": fault.step + 1}
        if fault.step is not None
        else str(_("相位差")),
        "lamps": "、".join(str(lamp + 1) for lamp in fault.lamps),
        "needed": _seconds(fault.needed_s),
        "given": _seconds(fault.given_s),
    }


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
