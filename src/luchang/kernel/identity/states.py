"""The words of identity: kinds of organisation, reach of a permission, ends of a session."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    """What an organisation is; police units and the partners they hand work to."""

    DETACHMENT = "DETACHMENT", _("支队")
    BRIGADE = "BRIGADE", _("大队")
    SQUADRON = "SQUADRON", _("中队")
    OFFICE = "OFFICE", _("科室")
    VEHICLE_OFFICE = "VEHICLE_OFFICE", _("车管所")
    POLICE_STATION = "POLICE_STATION", _("派出所")
    PERSUASION_STATION = "PERSUASION_STATION", _("劝导站")
    GOVERNMENT = "GOVERNMENT", _("政府")
    DEPARTMENT = "DEPARTMENT", _("部门")
    ENTERPRISE = "ENTERPRISE", _("企业")


class Scope(TextChoices):
    """How far a permission reaches, seen from the organisation of the post that gives it."""

    OWN = "OWN", _("仅本人")
    UNIT = "UNIT", _("本单位")
    UNIT_AND_BELOW = "UNIT_AND_BELOW", _("本单位及下级")
    CHOSEN = "CHOSEN", _("指定单位")
    ALL = "ALL", _("全部")


class SignOutReason(TextChoices):
    """Why a session ended."""

    SIGNED_OUT = "SIGNED_OUT", _("本人退出")
    FORCED = "FORCED", _("强制下线")
    PASSWORD_CHANGED = "PASSWORD_CHANGED", _("口令已修改")
    EXPIRED = "EXPIRED", _("超时")
    DISABLED = "DISABLED", _("账号已停用")


class Deed(TextChoices):
    """What kind of administrative act an event tells of; audit has a word for each."""

    CREATE = "CREATE", _("新增")
    CHANGE = "CHANGE", _("修改")
    GRANT = "GRANT", _("授权")
    WITHDRAW = "WITHDRAW", _("收回")
    SIGN_IN = "SIGN_IN", _("登录")
    SIGN_OUT = "SIGN_OUT", _("退出")
    REFUSED = "REFUSED", _("拒绝")


class RefusalReason(TextChoices):
    """Why somebody was not let in."""

    WRONG_PASSWORD = "WRONG_PASSWORD", _("账号或口令错误")
    WRONG_CODE = "WRONG_CODE", _("动态口令错误")
    LOCKED = "LOCKED", _("已锁定")
