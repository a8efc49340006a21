"""What is filled in about interviews, exposures, notices and transfers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.models import Interviewee
from luchang.apps.risk.policies import EXPOSE, INTERVIEW, SERVE_NOTICES
from luchang.apps.risk.services.instruments.exposures import Wanted
from luchang.apps.risk.states.instruments import (
    Channel,
    Detail,
    ExposedKind,
    ServiceMethod,
    TargetKind,
)
from luchang.kernel.identity.choosing import OrganisationField, offer, reached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ledgers.forms import DeedForm, day, moment, words

MOST_CALLED = 100


def _line(label: Any, most: int = 120, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, **more)


class PlanForm(DeedForm):
    """Who is called, why, when and where."""

    title = _line(_("约谈事由"))
    kind = forms.ChoiceField(label=_("对象类别"), choices=TargetKind.choices)
    called = words(
        _("被约谈对象"), rows=5, help_text=_("每行一个；集中约谈时写多行，到场人员写在“：”之后")
    )
    planned_at = moment(_("计划约谈时间"))
    place = _line(_("地点"))
    chaired_by = _line(_("主谈人"), 80)
    organisation = OrganisationField(Organisation.objects.none(), label=_("约谈单位"))
    reason = words(_("具体情况"))

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, INTERVIEW))

    def clean_called(self) -> list[tuple[str, str]]:
        """Names with who comes for them, a line each."""
        found = []
        for line in self.cleaned_data["called"].splitlines():
            name, _sep, person = line.replace(":", "：").partition("：")
            if name.strip():
                found.append((name.strip()[:120], person.strip()[:120]))
        if len(found) > MOST_CALLED:
            raise forms.ValidationError(
                _("一次最多约谈%(most)s个对象") % {"most": MOST_CALLED}, code="many"
            )
        return found


class HoldForm(DeedForm):
    held_at = moment(_("约谈时间"))
    attendants = words(_("参加人员"), most=1_000, rows=3, required=False)
    minutes = words(_("约谈记录"), most=8_000, rows=10)


class InterviewedField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none when run
    def label_from_instance(self, obj: Interviewee) -> str:
        return obj.name


class PromiseForm(DeedForm):
    interviewee = InterviewedField(Interviewee.objects.none(), label=_("承诺单位"))
    text = words(_("承诺事项"), most=500)
    due_on = day(_("完成期限"))

    def prepare(self) -> None:
        offer(self, "interviewee", self.row.interviewees.all())


class AnswerForm(DeedForm):
    is_kept = forms.TypedChoiceField(
        label=_("落实情况"),
        choices=(("1", _("已落实")), ("0", _("未落实"))),
        coerce=lambda given: given == "1",
    )
    result = words(_("回访情况"), most=300)


class ResultForm(DeedForm):
    result = words(_("结果"), most=300)


class ExposureForm(DeedForm):
    """What is published of whom, by which law, where and how long."""

    kind = forms.ChoiceField(label=_("曝光类别"), choices=ExposedKind.choices)
    target_name = _line(_("曝光对象"), help_text=_("车辆写号牌，案例写案例名称，企业写企业全称"))
    enterprise_name = _line(_("所属企业"), required=False)
    person_name = _line(_("涉及人员"), 40, required=False, help_text=_("公开时只保留姓"))
    detail = forms.ChoiceField(label=_("公开程度"), choices=Detail.choices, initial=Detail.MASKED)
    channel = forms.ChoiceField(label=_("曝光渠道"), choices=Channel.choices)
    starts_on = day(_("曝光起日"))
    ends_on = day(_("曝光止日"), help_text=_("含当日，期满自动结束"))
    facts = words(_("违法事实"), help_text=_("其中的号牌、身份证号、电话会自动遮蔽"))
    legal_basis = words(_("法律依据"), most=500, rows=2, help_text=_("写明法律名称和条款"))

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        return Wanted(
            kind=ExposedKind(said["kind"]),
            target_name=said["target_name"].strip(),
            enterprise_name=said["enterprise_name"].strip(),
            person_name=said["person_name"].strip(),
            facts=said["facts"].strip(),
            legal_basis=said["legal_basis"].strip(),
            detail=Detail(said["detail"]),
            channel=Channel(said["channel"]),
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
        )

    def clean(self) -> dict[str, Any]:
        """All of it as one value beside the fields."""
        cleaned = super().clean() or {}
        if not self.errors:
            cleaned["wanted"] = self.wanted()
        return cleaned


class NewExposureForm(ExposureForm):
    organisation = OrganisationField(Organisation.objects.none(), label=_("曝光单位"))

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, EXPOSE))


class NoticeForm(DeedForm):
    target_kind = forms.ChoiceField(label=_("对象类别"), choices=TargetKind.choices)
    target_name = _line(_("被通知单位"))
    organisation = OrganisationField(Organisation.objects.none(), label=_("下达单位"))
    due_at = moment(_("整改期限"), required=False, help_text=_("不填时按“限期整改”时限规则计算"))
    problem = words(_("存在问题"))
    demands = words(_("整改要求"), help_text=_("每行一项"))
    legal_basis = words(_("法律依据"), most=500, rows=2)

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, SERVE_NOTICES))


class ServeForm(DeedForm):
    served_at = moment(_("送达时间"))
    served_how = forms.ChoiceField(label=_("送达方式"), choices=ServiceMethod.choices)
    served_to = _line(_("签收人"), 80, required=False)


class JudgeForm(DeedForm):
    is_complied = forms.TypedChoiceField(
        label=_("复查结论"),
        choices=(("1", _("已整改")), ("0", _("逾期未整改"))),
        coerce=lambda given: given == "1",
    )
    finding = words(_("复查情况"), most=300)


class TransferForm(DeedForm):
    authority = _line(_("受移送机关"))
    title = _line(_("移送事项"))
    organisation = OrganisationField(Organisation.objects.none(), label=_("移送单位"))
    facts = words(_("基本情况"))
    legal_basis = words(_("移送依据"), most=500, rows=2)
    materials = words(_("移送材料"), most=1_000, rows=3, required=False, help_text=_("每行一项"))

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, SERVE_NOTICES))


class ReceiptForm(DeedForm):
    received_on = day(_("签收日期"))
    received_by = _line(_("签收人"), 80)
    receipt_number = _line(_("回执文号"), 60, required=False)
