"""The lists of the administration, declared."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity import services
from luchang.kernel.identity.actors import Actor, Unreached
from luchang.kernel.identity.models import (
    ApiToken,
    Appointment,
    Organisation,
    Post,
    Role,
    SignIn,
    SignInRefusal,
    User,
)
from luchang.kernel.identity.policies import (
    END_SESSIONS,
    MANAGE_APPOINTMENTS,
    MANAGE_ORGANISATIONS,
    MANAGE_ROLES,
    MANAGE_TOKENS,
    MANAGE_USERS,
    SEE_SESSIONS,
)
from luchang.kernel.identity.states import (
    OrganisationKind,
    RefusalReason,
    Scope,
    SignOutReason,
)
from luchang.kernel.lists.columns import Coded, Column, Flag, Moment, Number
from luchang.kernel.lists.filters import Choice, DateRange, InOrganisation, TextSearch, Truth
from luchang.kernel.lists.specs import BulkAction, ListSpec, PageAction
from luchang.screens.administration import rows

NAMES = "、"


def _end(sign_in_id: int, by: Actor, at: datetime) -> None:
    services.end_session(sign_in_id=sign_in_id, by=by, at=at)


ORGANISATIONS = ListSpec[Organisation](
    code="administration.organisations",
    title=_("机构"),
    permission=MANAGE_ORGANISATIONS,
    rows=rows.organisations,
    order=("path",),
    link=lambda row: reverse("administration.organisation", args=[row.pk]),
    columns=(
        Column("code", _("机构代码"), sort="code"),
        Column("name", _("名称"), sort="name", width=24),
        Column("kind", _("类别"), format=Coded(OrganisationKind), sort="kind"),
        Column("parent", _("上级机构"), "parent.short_name", sort="path"),
        Column("closed_at", _("撤销时间"), format=Moment(), sort="closed_at"),
        Column("division_code", _("辖区代码"), is_shown=False),
    ),
    filters=(
        TextSearch(contains=("name", "short_name", "code"), hint=_("名称、代码")),
        InOrganisation(field=""),
        Choice("kind", _("类别"), OrganisationKind),
        Truth("closed", _("已撤销"), field="closed_at"),
    ),
    actions=(PageAction(_("新设机构"), "administration.found", MANAGE_ORGANISATIONS),),
)

USERS = ListSpec[User](
    code="administration.users",
    title=_("用户"),
    permission=MANAGE_USERS,
    rows=rows.users,
    order=("username",),
    link=lambda row: reverse("administration.user", args=[row.pk]),
    columns=(
        Column("username", _("账号"), sort="username"),
        Column("name", _("姓名"), sort="name"),
        Column("organisation", _("所属机构"), "organisation.name", sort="organisation__path"),
        Column(
            "is_active",
            _("状态"),
            format=Flag(_("启用"), _("停用"), ("success", "danger")),
            sort="is_active",
        ),
        Column("is_service", _("接口账号"), format=Flag(), sort="is_service"),
        Column("last_login", _("最近登录"), format=Moment(), sort="last_login"),
        Column("created_at", _("建立时间"), format=Moment(), sort="created_at", is_shown=False),
    ),
    filters=(
        TextSearch(contains=("username", "name"), hint=_("账号、姓名")),
        InOrganisation(),
        Truth("is_active", _("状态"), field="is_active", yes=_("启用"), no=_("停用")),
        Truth("is_service", _("接口账号"), field="is_service"),
    ),
    actions=(PageAction(_("新建用户"), "administration.create_user", MANAGE_USERS),),
)

ROLES = ListSpec[Role](
    code="administration.roles",
    title=_("角色"),
    permission=MANAGE_ROLES,
    rows=rows.roles,
    order=("code",),
    link=lambda row: reverse("administration.role", args=[row.pk]),
    columns=(
        Column("code", _("代码"), sort="code"),
        Column("name", _("名称"), sort="name"),
        Column("name_en", _("英文名称")),
        Column("permissions", _("权限数"), lambda role: len(role.permissions), Number()),
        Column("needs_totp", _("须用动态口令"), "needs_totp", Flag(tones=("info", ""))),
        Column("keeps_watch", _("值守"), format=Flag()),
    ),
    filters=(
        TextSearch(contains=("code", "name", "name_en"), hint=_("代码、名称")),
        Truth("needs_totp", _("须用动态口令"), field="needs_totp"),
        Truth("keeps_watch", _("值守"), field="keeps_watch"),
    ),
    actions=(PageAction(_("新建角色"), "administration.create_role", MANAGE_ROLES),),
)

POSTS = ListSpec[Post](
    code="administration.posts",
    title=_("岗位"),
    permission=MANAGE_APPOINTMENTS,
    rows=rows.posts,
    order=("organisation__path", "title"),
    link=lambda row: reverse("administration.post", args=[row.pk]),
    columns=(
        Column("title", _("岗位"), sort="title"),
        Column("organisation", _("机构"), "organisation.name", sort="organisation__path"),
        Column(
            "roles",
            _("角色"),
            lambda post: NAMES.join(role.name for role in post.roles.all()),
            width=24,
        ),
        Column("scope", _("数据范围"), format=Coded(Scope), sort="scope"),
    ),
    filters=(
        TextSearch(contains=("title", "organisation__name"), hint=_("岗位、机构")),
        InOrganisation(),
        Choice("scope", _("数据范围"), Scope),
    ),
    actions=(PageAction(_("新设岗位"), "administration.create_post", MANAGE_APPOINTMENTS),),
)

APPOINTMENTS = ListSpec[Appointment](
    code="administration.appointments",
    title=_("任职"),
    permission=MANAGE_APPOINTMENTS,
    rows=rows.appointments,
    order=("-starts_at",),
    link=lambda row: reverse("administration.post", args=[row.post_id]),
    columns=(
        Column("user", _("姓名"), "user.name", sort="user__name"),
        Column("username", _("账号"), "user.username", sort="user__username"),
        Column("post", _("岗位"), "post.title", sort="post__title"),
        Column(
            "organisation", _("机构"), "post.organisation.name", sort="post__organisation__path"
        ),
        Column("starts_at", _("任职时间"), format=Moment(), sort="starts_at"),
        Column("ends_at", _("离任时间"), format=Moment(), sort="ends_at"),
    ),
    filters=(
        TextSearch(contains=("user__name", "user__username", "post__title"), hint=_("姓名、账号")),
        InOrganisation(field="post__organisation"),
        DateRange("starts_at", _("任职时间")),
    ),
)

ONLINE = ListSpec[SignIn](
    code="administration.online",
    title=_("在线用户"),
    permission=SEE_SESSIONS,
    rows=rows.online,
    order=("-seen_at",),
    columns=(
        Column("user", _("姓名"), "user.name", sort="user__name"),
        Column("username", _("账号"), "user.username", sort="user__username"),
        Column(
            "organisation",
            _("所属机构"),
            "user.organisation.name",
            sort="user__organisation__path",
        ),
        Column("address", _("地址"), sort="address"),
        Column("at", _("登录时间"), format=Moment(), sort="at"),
        Column("seen_at", _("最近活动"), format=Moment(), sort="seen_at"),
        Column("agent", _("浏览器"), is_shown=False),
    ),
    filters=(
        TextSearch(contains=("user__name", "user__username"), hint=_("姓名、账号")),
        InOrganisation(field="user__organisation"),
    ),
    bulk=(
        BulkAction(
            "end",
            _("强制下线"),
            END_SESSIONS,
            _end,
            question=_("以下会话将立即结束，未保存的内容会丢失。"),
            refusals=(Unreached,),
            is_dangerous=True,
        ),
    ),
)

SIGN_INS = ListSpec[SignIn](
    code="administration.sign_ins",
    title=_("登录日志"),
    permission=SEE_SESSIONS,
    rows=rows.sign_ins,
    order=("-at",),
    columns=(
        Column("at", _("登录时间"), format=Moment(), sort="at"),
        Column("user", _("姓名"), "user.name", sort="user__name"),
        Column("username", _("账号"), "user.username", sort="user__username"),
        Column(
            "organisation",
            _("所属机构"),
            "user.organisation.name",
            sort="user__organisation__path",
        ),
        Column("address", _("地址"), sort="address"),
        Column("ended_at", _("结束时间"), format=Moment(), sort="ended_at"),
        Column("end_reason", _("结束原因"), format=Coded(SignOutReason, {"FORCED": "danger"})),
        Column("agent", _("浏览器"), is_shown=False),
    ),
    filters=(
        TextSearch(contains=("user__name", "user__username"), hint=_("姓名、账号")),
        InOrganisation(field="user__organisation"),
        DateRange("at", _("登录时间")),
        Choice("end_reason", _("结束原因"), SignOutReason),
    ),
    actions=(PageAction(_("登录失败"), "administration.refusals", SEE_SESSIONS, "lock"),),
)

REFUSALS = ListSpec[SignInRefusal](
    code="administration.refusals",
    title=_("登录失败"),
    permission=SEE_SESSIONS,
    rows=rows.refusals,
    order=("-at",),
    parents=((_("登录日志"), "administration.sign_ins"),),
    columns=(
        Column("at", _("时间"), format=Moment(), sort="at"),
        Column("username", _("账号"), sort="username"),
        Column("user", _("姓名"), "user.name", sort="user__name"),
        Column("reason", _("原因"), format=Coded(RefusalReason, {"LOCKED": "danger"})),
        Column("address", _("地址"), sort="address"),
        Column("agent", _("浏览器"), is_shown=False),
    ),
    filters=(
        TextSearch(contains=("username", "user__name"), hint=_("姓名、账号")),
        DateRange("at", _("时间")),
        Choice("reason", _("原因"), RefusalReason),
    ),
)

TOKENS = ListSpec[ApiToken](
    code="administration.tokens",
    title=_("接口密钥"),
    permission=MANAGE_TOKENS,
    rows=rows.tokens,
    order=("-created_at",),
    link=lambda row: reverse("administration.token", args=[row.pk]),
    columns=(
        Column("name", _("用途"), sort="name"),
        Column("user", _("账号"), "user.username", sort="user__username"),
        Column(
            "organisation",
            _("所属机构"),
            "user.organisation.name",
            sort="user__organisation__path",
        ),
        Column("created_at", _("建立时间"), format=Moment(), sort="created_at"),
        Column("expires_at", _("有效期至"), format=Moment(), sort="expires_at"),
        Column("used_at", _("最近使用"), format=Moment(), sort="used_at"),
        Column("revoked_at", _("吊销时间"), format=Moment(), sort="revoked_at"),
    ),
    filters=(
        TextSearch(contains=("name", "user__username"), hint=_("用途、账号")),
        InOrganisation(field="user__organisation"),
        DateRange("expires_at", _("有效期至")),
    ),
    actions=(PageAction(_("发放密钥"), "administration.issue_token", MANAGE_TOKENS, "key"),),
)

ALL = (
    ("organisations/", ORGANISATIONS),
    ("users/", USERS),
    ("roles/", ROLES),
    ("posts/", POSTS),
    ("appointments/", APPOINTMENTS),
    ("online/", ONLINE),
    ("sign-ins/", SIGN_INS),
    ("refusals/", REFUSALS),
    ("tokens/", TOKENS),
)
