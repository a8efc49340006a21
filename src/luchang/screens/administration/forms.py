"""What administrators fill in; each asks only for what its service takes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.kernel import clock
from luchang.kernel.identity import permissions
from luchang.kernel.identity.choosing import OrganisationField, offer
from luchang.kernel.identity.models import Organisation, Role, User
from luchang.kernel.identity.states import OrganisationKind, Scope


def offer_codes(form: forms.Form, codes: Sequence[Any]) -> None:
    cast("forms.MultipleChoiceField", form.fields["codes"]).choices = codes


class FoundForm(forms.Form):
    parent = OrganisationField(Organisation.objects.none(), label=_("上级机构"))
    code = forms.CharField(label=_("机构代码"), max_length=12, help_text=_("12位数字或大写字母"))
    name = forms.CharField(label=_("名称"), max_length=80)
    short_name = forms.CharField(label=_("简称"), max_length=24)
    kind = forms.ChoiceField(label=_("类别"), choices=OrganisationKind.choices)

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "parent", organisations)


class RenameOrganisationForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=80)
    short_name = forms.CharField(label=_("简称"), max_length=24)


class ToOrganisationForm(forms.Form):
    organisation = OrganisationField(Organisation.objects.none(), label=_("机构"))

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "organisation", organisations)


class CreateUserForm(ToOrganisationForm):
    username = forms.CharField(label=_("账号"), max_length=32, help_text=_("警号或字母数字"))
    name = forms.CharField(label=_("姓名"), max_length=40)
    is_service = forms.BooleanField(
        label=_("接口账号"), required=False, help_text=_("供程序使用，不能用口令登录")
    )


class RenameUserForm(forms.Form):
    name = forms.CharField(label=_("姓名"), max_length=40)


class CreateRoleForm(forms.Form):
    code = forms.CharField(label=_("代码"), max_length=40)
    name = forms.CharField(label=_("名称"), max_length=40)
    name_en = forms.CharField(label=_("英文名称"), max_length=60, required=False)


class RoleForm(forms.Form):
    codes = forms.MultipleChoiceField(
        label=_("权限"), required=False, widget=forms.CheckboxSelectMultiple
    )
    requires_totp = forms.BooleanField(
        label=_("须用动态口令"), required=False, help_text=_("三类管理员始终须用动态口令")
    )
    keeps_watch = forms.BooleanField(
        label=_("值守"), required=False, help_text=_("页面开着时会话不因无操作而超时")
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer_codes(self, permission_groups())


def permission_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Permissions by app, as check boxes in groups."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for permission in permissions.declared():
        app = permission.code.partition(".")[0]
        groups[str(APPS.get(app, app))].append((permission.code, _worded(permission)))
    return list(groups.items())


def _worded(permission: permissions.Permission) -> str:
    """The title, with what comes along when it is ticked."""
    if not permission.implies:
        return str(permission.title)
    implied = "、".join(str(permissions.title_of(code)) for code in permission.implies)
    return gettext("%(title)s（含%(implied)s）") % {"title": permission.title, "implied": implied}


APPS = {
    "audit": _("审计"),
    "dispatch": _("接处警"),
    "force": _("警力勤务"),
    "identity": _("身份与权限"),
    "jobs": _("后台任务"),
    "lists": _("列表"),
    "places": _("地点与路网"),
    "records": _("业务基础"),
}


class PostForm(forms.Form):
    title = forms.CharField(label=_("岗位"), max_length=40)
    roles = forms.ModelMultipleChoiceField(
        Role.objects.order_by("code"),
        label=_("角色"),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    scope = forms.ChoiceField(label=_("数据范围"), choices=Scope.choices)
    chosen = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=_("指定单位"),
        required=False,
        help_text=_("仅在数据范围为“指定单位”时有效"),
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "chosen", organisations)


class CreatePostForm(PostForm):
    organisation = OrganisationField(Organisation.objects.none(), label=_("机构"))
    field_order = ["organisation", "title", "roles", "scope", "chosen"]

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **more: Any) -> None:
        super().__init__(*args, organisations=organisations, **more)
        offer(self, "organisation", organisations)


class PersonForm(forms.Form):
    """Somebody in reach, by account."""

    username = forms.CharField(label=_("账号"), max_length=32)

    def __init__(self, *args: Any, people: QuerySet[User], **more: Any) -> None:
        super().__init__(*args, **more)
        self.people = people

    def clean_username(self) -> User:
        found = self.people.filter(username=self.cleaned_data["username"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("没有这个账号。"))
        return found


class AppointForm(PersonForm):
    starts_at = forms.DateTimeField(
        label=_("任职时间"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    ends_at = forms.DateTimeField(
        label=_("离任时间"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )


class KeyForm(forms.Form):
    """A key for oneself: what it is for, what it may do, how long."""

    name = forms.CharField(label=_("用途"), max_length=60)
    codes = forms.MultipleChoiceField(label=_("权限"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label=_("有效天数"), min_value=1, max_value=366, initial=90)
    per_minute = forms.IntegerField(
        label=_("每分钟次数"), min_value=1, max_value=60_000, initial=600
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        ordinary = (each for each in permissions.declared() if not each.administrator)
        offer_codes(self, [(each.code, _worded(each)) for each in ordinary])

    def lifetime(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])


class ServiceKeyForm(KeyForm, PersonForm):
    field_order = ["username", "name", "codes", "days", "per_minute"]


def local_input(moment: Any = None) -> str:
    """A moment as the browser's own field wants it."""
    return f"{clock.local(moment or clock.now()):%Y-%m-%dT%H:%M}"
