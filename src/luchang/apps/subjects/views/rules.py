"""The rules by which vehicles belong to key groups: what holds, what held, what will."""

from datetime import date

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luchang.apps.subjects import policies, selectors, services
from luchang.apps.subjects.forms import GroupRuleForm
from luchang.apps.subjects.models import GroupRule
from luchang.apps.subjects.policies import MANAGE, SEE
from luchang.apps.subjects.states import Usage
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.lists.columns import Column, Day, Flag, Number
from luchang.kernel.lists.filters import DateRange, TextSearch, Truth
from luchang.kernel.lists.specs import ListSpec
from luchang.kernel.ui.asking import Asker, Asking

ASKER = Asker("subjects/revise_rule.html", (services.Refused,), _("规则已经改变，请重新打开"))


def usages_of(row: GroupRule) -> str:
    return "、".join(str(Usage(each).label) for each in row.usages)


def types_of(row: GroupRule) -> str:
    return "、".join(row.types)


GROUP_RULES = ListSpec[GroupRule](
    code="subjects.group_rules",
    title=_("重点车辆归类规则"),
    permission=SEE,
    rows=selectors.group_rules_for,
    order=("order", "code", "-valid_from"),
    link=lambda row: reverse("subjects.group_rule", args=[row.pk]),
    parents=((_("重点对象"), ""),),
    columns=(
        Column("order", _("判断顺序"), format=Number(), sort="order"),
        Column("label", _("类别名称"), width=18),
        Column("usages", _("使用性质"), usages_of, width=24),
        Column("types", _("车辆类型代码开头"), types_of),
        Column("least_seats", _("最少核定载客"), format=Number()),
        Column("least_mass_kg", _("最小总质量（千克）"), format=Number()),
        Column("is_two_and_one", _("属两客一危"), format=Flag(), sort="is_two_and_one"),
        Column(
            "is_confirmed",
            _("已核实"),
            format=Flag(no=_("未核实"), tones=("success", "warning")),
            sort="is_confirmed",
        ),
        Column("valid_from", _("生效日期"), format=Day(), sort="valid_from"),
        Column("valid_to", _("失效日期"), format=Day(), sort="valid_to"),
        Column("basis", _("依据"), width=28),
    ),
    filters=(
        TextSearch(contains=("title", "title_en", "code", "basis"), hint=_("名称、依据")),
        Truth("last", _("最新版本"), condition=Q(valid_to=None)),
        Truth("is_two_and_one", _("属两客一危")),
        Truth("is_confirmed", _("已核实")),
        DateRange("valid_from", _("生效日期"), is_moment=False),
    ),
    empty=_("首次登记重点车辆时载入通行的归类规则"),
)


@allow(SEE)
@require_GET
def group_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a rule, the others of its group, and the way to its vehicles."""
    actor = actor_of(request)
    row = get_object_or_404(selectors.group_rules_for(actor), pk=pk)
    values = {
        "row": row,
        "usages": usages_of(row),
        "types": types_of(row),
        "versions": selectors.group_rules_for(actor).filter(code=row.code),
        "is_last": row.valid_to is None,
        "may_rule": policies.can_rule(actor),
    }
    return render(request, "subjects/group_rule.html", values)


@allow(MANAGE)
@require_http_methods(["GET", "POST"])
def revise_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version of a rule."""
    actor, at = actor_of(request), clock.now()
    policies.check_can_rule(actor)
    row = get_object_or_404(selectors.group_rules_for(actor), pk=pk)
    form = GroupRuleForm(request.POST or None, initial=_known(row, clock.local(at).date()))

    def act() -> str:
        made = services.revise_rule(code=row.code, **form.cleaned_data, by=actor, at=at)
        return reverse("subjects.group_rule", args=[made.pk])

    asking = Asking(
        _now("修订归类规则：%(name)s") % {"name": row.label},
        [
            (str(GROUP_RULES.title), reverse("subjects.group_rules")),
            (row.label, reverse("subjects.group_rule", args=[row.pk])),
        ],
        act,
        _now("新规则已保存；已登记的车辆在重新归类后才按新规则归类"),
    )
    return ASKER.ask(request, form, asking)


@allow(MANAGE)
@require_POST
def regroup(request: HttpRequest) -> HttpResponse:
    """Judge every vehicle by the rules of today; a job, whose progress can be watched."""
    services.order_regrouping(by=actor_of(request), at=clock.now())
    messages.success(request, _now("已开始重新归类，可在此查看进度"))
    return redirect("jobs")


def _known(row: GroupRule, today: date) -> dict[str, object]:
    names = ("usages", "least_seats", "least_mass_kg")
    proposed = {name: getattr(row, name) for name in names}
    return {**proposed, "types": types_of(row), "valid_from": today}
