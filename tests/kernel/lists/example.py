"""Two lists over real models, as an app would declare them, and their routes."""

import re
from datetime import datetime

from django.db.models import QuerySet
from django.urls import URLPattern, URLResolver

from luchang.config.urls import urlpatterns as site
from luchang.core.common.personal import Kind
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.permissions import Permission, declare
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
from luchang.kernel.lists.imports.parsers import (
    CodeParser,
    MomentParser,
    NumberParser,
    OrganisationParser,
    TextParser,
    Wrong,
)
from luchang.kernel.lists.imports.specs import ImportColumn, ImportSpec, Values
from luchang.kernel.lists.organisations import organisations_of
from luchang.kernel.lists.specs import BulkAction, ListSpec, PageAction
from luchang.kernel.lists.urls import list_routes

MANAGE_USERS = "example.manage_users"
MANAGE_ORGANISATIONS = "example.manage_organisations"
OTHER = "example.other"
REVEAL = "example.reveal_names"
declare(*(Permission(code, code) for code in (MANAGE_USERS, MANAGE_ORGANISATIONS, OTHER, REVEAL)))


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
        Column("name", "姓名", sort="name", format=Personal(Kind.NAME, reveal=REVEAL)),
        Column("organisation", "所属机构", "organisation.name", sort="organisation__name"),
        Column("is_active", "启用", format=Flag(tones=("success", "danger")), sort="is_active"),
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
        BulkAction("other", "别的", OTHER, close_account, is_dangerous=True),
    ),
)


def found(values: Values, by: Actor, at: datetime) -> Organisation:
    """Noted in the audit; of one name the note is refused, and only by the database."""
    if values["name"] == "拒绝":
        raise NotHim("此名称保留")
    made = Organisation.found(**values)
    subject = "example.organisation" + ("!" * 200 if values["name"] == "迟拒" else "")
    record(by=by, action=Action.CREATE, subject=subject, subject_id=made.pk, at=at)
    return made


def rename(row: Organisation, values: Values, by: Actor, at: datetime) -> None:
    del by, at
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def check(values: Values, by: Actor) -> None:
    del by
    if values["short_name"] == "不对" and values["kind"] == OrganisationKind.BRIGADE:
        raise Wrong("大队不能叫“不对”", "请改简称", column="short_name")


IMPORT = ImportSpec[Organisation](
    code="example.organisations",
    title="机构",
    permission=MANAGE_ORGANISATIONS,
    key=("code",),
    rows=organisations,
    create=found,
    change=rename,
    check=check,
    refusals=(NotHim,),
    order=("path",),
    columns=(
        ImportColumn(
            "code",
            "机构代码",
            TextParser(
                12,
                pattern=re.compile(r"[0-9A-Z]{12}").fullmatch,
                pattern_says="12位数字或大写字母",
            ),
        ),
        ImportColumn("name", "名称", TextParser(80)),
        ImportColumn("short_name", "简称", TextParser(24)),
        ImportColumn("kind", "类别", CodeParser(OrganisationKind)),
        ImportColumn("parent", "上级", OrganisationParser(MANAGE_ORGANISATIONS)),
        ImportColumn("order", "顺序", NumberParser(0, 10_000), is_required=False, empty=0),
        ImportColumn("closed_at", "撤销时间", MomentParser(), is_required=False, empty=None),
        ImportColumn("division_code", "辖区代码", TextParser(12), is_required=False),
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
        Column(
            "kind", "类别", format=Coded(OrganisationKind, {"BRIGADE": "primary"}), sort="kind"
        ),
        Column("parent", "上级", "parent.name", sort="parent__name"),
        Column("closed_at", "撤销时间", format=Moment(), sort="closed_at"),
    ),
    filters=(
        TextSearch(contains=("code", "name")),
        Choice("kind", "类别", OrganisationKind),
        InOrganisation(field=""),
    ),
    imports=IMPORT,
)


USER_ROUTES = list_routes("users/", USERS)
urlpatterns: list[URLPattern | URLResolver] = [
    *USER_ROUTES,
    *list_routes("organisations/", ORGANISATIONS),
    *site,
]
