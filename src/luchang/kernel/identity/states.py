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
