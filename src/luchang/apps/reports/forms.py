"""What is filled in about reports; each form asks only for what its service takes."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.apps.reports import selectors
from luchang.apps.reports.models import Report, ReportTemplate, Schedule
from luchang.apps.reports.models.templates import MOST_DAYS_LATER
from luchang.apps.reports.states import Rhythm
from luchang.core.documents.spans import Rhythm as SpanRhythm
from luchang.core.documents.spans import Span, UnknownSpan, around, latest_over
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.choosing import OrganisationField, offer
from luchang.kernel.identity.models import Organisation
from luchang.kernel.papers.forms import source_field


class OrganisationsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # takes none when run
    def label_from_instance(self, obj: Organisation) -> str:
        return obj.short_name


class TemplateField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none when run
    def label_from_instance(self, obj: ReportTemplate) -> str:
        return f"{obj.title}（{obj.get_rhythm_display()}）"


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def _recipients() -> OrganisationsField:
    return OrganisationsField(
        Organisation.objects.none(),
        label=_("分发单位"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("签发时，这些单位可以查看报告的人员会收到通知"),
    )


class PeriodForm(forms.Form):
    """The days a report is about."""

    first_day = _day(_("期间起日"), help_text=_("定期报告填期间内任意一天即可"))
    last_day = _day(_("期间止日"), required=False, help_text=_("含当日；不定期报告必填"))

    def rhythm(self) -> str:
        """By what spans the days are rounded; a form below knows."""
        return Rhythm.FREE

    def clean(self) -> dict[str, Any]:
        """The days as a span; a fixed rhythm takes the whole one the first day lies in."""
        cleaned = super().clean() or {}
        first: date | None = cleaned.get("first_day")
        if first is None or self.errors:
            return cleaned
        last: date | None = cleaned.get("last_day")
        if self.rhythm() != Rhythm.FREE and last is None:
            cleaned["span"] = around(SpanRhythm(self.rhythm()), first)
        elif last is None:
            self.add_error("last_day", _("不定期报告须写明止日"))
        else:
            try:
                cleaned["span"] = Span(first, last + timedelta(days=1))
            except (UnknownSpan, OverflowError):
                self.add_error("last_day", _("止日不能早于起日"))
        return cleaned


class DraftForm(PeriodForm):
    """A new report: of which template, for whom, about which days."""

    template = TemplateField(ReportTemplate.objects.none(), label=_("模板"))
    organisation = OrganisationField(Organisation.objects.none(), label=_("编制单位"))
    title = forms.CharField(
        label=_("标题"),
        max_length=120,
        required=False,
        help_text=_("不填则按单位、期间和模板命名"),
    )
    recipients = _recipients()
    field_order = ["template", "organisation", "first_day", "last_day", "title", "recipients"]

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        own = selectors.writable_organisations(actor)
        offer(self, "template", selectors.templates(actor).filter(retired_at=None))
        offer(self, "organisation", own)
        offer(self, "recipients", own)

    def rhythm(self) -> str:
        template = self.cleaned_data.get("template")
        return str(template.rhythm) if template else Rhythm.FREE


class EditForm(PeriodForm):
    """The text of a report; `version` tells which text it was written over."""

    title = forms.CharField(label=_("标题"), max_length=120)
    source = source_field(_("正文"))
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ["title", "first_day", "last_day", "source", "version"]

    def __init__(self, *args: Any, report: Report, **more: Any) -> None:
        more.setdefault(
            "initial",
            {
                "title": report.title,
                "first_day": report.span.start,
                "last_day": report.span.last,
                "source": report.source,
                "version": report.version,
            },
        )
        super().__init__(*args, **more)
        self.report = report


class ReasonForm(forms.Form):
    """Why something is sent back, taken back, corrected or no mistake."""

    reason = forms.CharField(
        label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExplainForm(ReasonForm):
    key = forms.CharField(widget=forms.HiddenInput, max_length=2_000)


class RecipientsForm(forms.Form):
    recipients = _recipients()

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "recipients", selectors.writable_organisations(actor))


class TemplateForm(forms.Form):
    """A new template."""

    code = forms.CharField(
        label=_("代码"), max_length=40, help_text=_("小写字母、数字、下划线，以字母开头")
    )
    name = forms.CharField(label=_("名称"), max_length=80)
    name_en = forms.CharField(label=_("英文名称"), max_length=120)
    rhythm = forms.ChoiceField(label=_("周期"), choices=Rhythm.choices)
    organisation = OrganisationField(Organisation.objects.none(), label=_("所属机构"))
    source = source_field(_("模板正文"))

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "organisation", selectors.managed_organisations(actor))


class RewriteForm(forms.Form):
    source = source_field(_("模板正文"))
    edition = forms.IntegerField(widget=forms.HiddenInput)


class ScheduleForm(forms.Form):
    """When a report is drafted by itself, for whom, and who gets it."""

    template = TemplateField(ReportTemplate.objects.none(), label=_("模板"))
    organisation = OrganisationField(Organisation.objects.none(), label=_("编制单位"))
    days_later = forms.IntegerField(
        label=_("期满后第几天"),
        min_value=0,
        max_value=MOST_DAYS_LATER,
        initial=0,
        help_text=_("0为期满次日"),
    )
    at_time = forms.TimeField(
        label=_("编制时刻"), initial="07:30", widget=forms.TimeInput(attrs={"type": "time"})
    )
    approves_itself = forms.BooleanField(
        label=_("核对无误即自动签发，不经人工审批"), required=False
    )
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)
    recipients = _recipients()

    def __init__(self, *args: Any, actor: Actor, schedule: Schedule | None = None, **more: Any):
        if schedule is not None:
            more.setdefault("initial", _of_schedule(schedule))
        super().__init__(*args, **more)
        own = selectors.managed_organisations(actor)
        offered = selectors.templates(actor).filter(retired_at=None).exclude(rhythm=Rhythm.FREE)
        offer(self, "template", offered)
        offer(self, "organisation", own)
        offer(self, "recipients", own)


def _of_schedule(schedule: Schedule) -> dict[str, object]:
    return {
        "template": schedule.template,
        "organisation": schedule.organisation,
        "days_later": schedule.days_later,
        "at_time": schedule.at_time,
        "approves_itself": schedule.approves_itself,
        "is_active": schedule.is_active,
        "recipients": schedule.recipients.all(),
    }


def first_guess(rhythm: str, *, at: datetime) -> date:
    """The day a new report most likely is about: the latest period that is over."""
    today = clock.local(at).date()
    if rhythm == Rhythm.FREE:
        return today
    return latest_over(SpanRhythm(rhythm), today).start
