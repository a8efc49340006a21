"""Two lists over real models, as an app would declare them, and their routes."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from luchang.kernel.identity.access import SIGNED_IN, allow
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.policies import MANAGE_ORGANISATIONS, MANAGE_USERS
from luchang.kernel.identity.states import OrganisationKind
from luchang.kernel.lists.columns import Coded, Column, Day, Flag, Moment, Number, Personal
from luchang.kernel.lists.filters import (
    Choice,
    DateRange,
    InOrganisation,
    NumberRange,
    Own,
    TextSearch,
    Truth,
)
from luchang.kernel.lists.organisations import organisations_of
from luchang.kernel.lists.specs import BulkAction, ListSpec, PageAction
from luchang.kernel.lists.urls import list_routes


class NotHim(Exception):
    """The example's refusal."""


def users(actor: Actor) -> QuerySet[User]:
    return within(User.objects.select_related("organisation"), actor, MANAGE_USERS, owner="pk")


def organisations(actor: Actor) -> QuerySet[Organisation]:
    return organisations_of(actor, MANAGE_ORGANISATIONS).select_related("parent")


def close_account(user_id: int, by: Actor, at: datetime) -> None:
    del at
    if user_id == by.user_id:
        raise NotHim("不能停用本人")
    User.objects.filter(pk=user_id).update(is_active=False)


USERS = ListSpec[User](
    code="example.users",
    title="用户",
    permission=MANAGE_USERS,
    rows=users,
    order=("username",),
    link=lambda user: f"/users/{user.pk}",
    columns=(
        Column("username", "账号", sort="username"),
        Column("name", "姓名", sort="name", format=Personal(reveal=MANAGE_USERS)),
        Column("organisation", "所属机构", "organisation.name", sort="organisation__name"),
        Column("is_active", "启用", format=Flag(tones=("green", "red")), sort="is_active"),
        Column("created_at", "建立时间", format=Moment(), sort="created_at"),
        Column("day", "建立日期", lambda user: user.created_at.date(), Day(), is_shown=False),
        Column("language", "语言", is_shown=False, sort="language"),
        Column("pk", "序号", format=Number(unit="号"), sort="pk", is_shown=False),
        Column("theme", "外观", is_shown=False, link=lambda user: f"/themes/{user.theme}"),
    ),
    filters=(
        TextSearch(contains=("username", "name")),
        InOrganisation(),
        Truth("is_active", "启用"),
        DateRange("created_at", "建立时间"),
        NumberRange("pk", "序号"),
        Choice("theme", "外观", lambda: {"light": "浅色", "dark": "深色"}),
        Own("pk"),
    ),
    actions=(PageAction("新增", "example.organisations", MANAGE_USERS),),
    parents=(("系统管理", ""), ("机构", "example.organisations")),
    bulk=(
        BulkAction("close", "停用", MANAGE_USERS, close_account, refusals=(NotHim,)),
        BulkAction("other", "别的", "identity.manage_roles", close_account, is_dangerous=True),
    ),
)

ORGANISATIONS = ListSpec[Organisation](
    code="example.organisations",
    title="机构",
    permission=MANAGE_ORGANISATIONS,
    rows=organisations,
    order=("path",),
    columns=(
        Column("code", "机构代码", sort="code"),
        Column("name", "名称", sort="name", width=30),
        Column("kind", "类别", format=Coded(OrganisationKind, {"BRIGADE": "blue"}), sort="kind"),
        Column("parent", "上级", "parent.name", sort="parent__name"),
        Column("closed_at", "撤销时间", format=Moment(), sort="closed_at"),
    ),
    filters=(
        TextSearch(contains=("code", "name")),
        Choice("kind", "类别", OrganisationKind),
        InOrganisation(field=""),
    ),
)


@allow(SIGNED_IN)
def nothing(request: HttpRequest) -> HttpResponse:
    del request
    return HttpResponse()


USER_ROUTES = list_routes("users/", USERS)
urlpatterns: list[URLPattern] = [
    *USER_ROUTES,
    *list_routes("organisations/", ORGANISATIONS),
    path("accounts/login", nothing, name="account_login"),
]
