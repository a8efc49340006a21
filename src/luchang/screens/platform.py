"""Forms of the platform's own ledgers: a corrected day, a new code."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.records import codes, holidays, policies
from luchang.kernel.records.models import CodeList


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HolidayForm(forms.Form):
    """One corrected day."""

    day = forms.DateField(label=gettext_lazy("日期"), widget=_day_input())
    is_working = forms.TypedChoiceField(
        label=gettext_lazy("安排"),
        choices=[("0", gettext_lazy("放假")), ("1", gettext_lazy("上班"))],
        coerce=lambda said: said == "1",
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200)


class CodeForm(forms.Form):
    """One new entry of a code table."""

    table = forms.ModelChoiceField(CodeList.objects.all(), label=gettext_lazy("字典"))
    code = forms.CharField(label=gettext_lazy("代码"), max_length=40)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=160, required=False)
    parent = forms.CharField(label=gettext_lazy("上级代码"), max_length=40, required=False)
    valid_from = forms.DateField(label=gettext_lazy("生效日期"), widget=_day_input())
    source = forms.CharField(label=gettext_lazy("来源"), max_length=200)
    is_confirmed = forms.BooleanField(label=gettext_lazy("已核实"), required=False)


@allow(policies.MANAGE_CALENDAR)
@require_http_methods(["GET", "POST"])
def correct_holiday(request: HttpRequest) -> HttpResponseBase:
    """Say that a day is worked or not, citing where that was announced."""
    form = HolidayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        holidays.correct(**form.cleaned_data, by=actor_of(request), at=clock.now())
        messages.success(request, _("已保存"))
        return redirect("records.holidays")
    return _form_page(request, form, title=_("节假日调整"), back="records.holidays")


@allow(policies.MANAGE_CODES)
@require_http_methods(["GET", "POST"])
def enter_code(request: HttpRequest) -> HttpResponseBase:
    """Add an entry to a code table."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _entered(request, form):
        messages.success(request, _("已保存"))
        return redirect("records.codes")
    return _form_page(request, form, title=_("新增字典项"), back="records.codes")


def _entered(request: HttpRequest, form: CodeForm) -> bool:
    fields: dict[str, Any] = dict(form.cleaned_data)
    table = fields.pop("table")
    try:
        with transaction.atomic():
            codes.enter(table=table.pk, fields=fields, by=actor_of(request), at=clock.now())
    except IntegrityError:
        form.add_error("code", _("该代码在此期间已有含义，请先结束原条目"))
        return False
    return True


def _form_page(request: HttpRequest, form: forms.Form, *, title: str, back: str) -> HttpResponse:
    status = 422 if form.errors else 200
    values = {"form": form, "title": title, "back": back}
    return render(request, "inbox/form.html", values, status=status)
