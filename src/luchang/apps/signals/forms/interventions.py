"""What is asked of whoever wants to take a controller in hand."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.services.intervening import plans_to_run
from luchang.apps.signals.states import InterventionKind
from luchang.kernel.ledgers.forms import DeedForm, words

if TYPE_CHECKING:
    from luchang.apps.signals.models import Junction

MOST_MIN = 240


class InterventionForm(DeedForm):
    """A stage of this junction, or one of its approved plans; for how long, and why."""

    what = forms.ChoiceField(label=_("干预方式"), widget=forms.RadioSelect)
    minutes = forms.IntegerField(
        label=_("时长（分钟）"), min_value=1, max_value=MOST_MIN, initial=5,
        help_text=_("锁定相位最长30分钟，执行方案最长240分钟；到时自动交还"),
    )  # fmt: skip
    reason = words(_("原因"), most=300, rows=2)

    def prepare(self) -> None:
        junction: Junction = self.row
        stages = junction.layout.layout.stages if junction.layout else ()
        choices = [
            (f"stage:{nth}", gettext("锁定相位%(nth)s %(name)s") % {"nth": nth, "name": one.name})
            for nth, one in enumerate(stages, 1)
        ]
        choices += [
            (
                f"plan:{number}",
                gettext("立即执行%(number)s号方案（%(what)s）") % {"number": number, "what": what},
            )
            for number, what in plans_to_run(junction)
        ]
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        kind, _colon, number = str(said.get("what") or "").partition(":")
        is_stage = kind == "stage"
        said["kind"] = InterventionKind.STAGE if is_stage else InterventionKind.PLAN
        said["stage"] = int(number) if is_stage and number else None
        said["plan_no"] = None if is_stage or not number else int(number)
        said["for_s"] = (said.get("minutes") or 0) * 60
        return said
