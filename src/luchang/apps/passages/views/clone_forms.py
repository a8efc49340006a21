"""What is filled in about suspected clones."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.policies import PROPOSE_WATCH
from luchang.apps.passages.selectors import watching
from luchang.apps.passages.states import WatchResponse
from luchang.apps.passages.states.clones import CloneExplanation
from luchang.apps.passages.views.watch_forms import SEVERAL, ReceiversField
from luchang.kernel.identity.choosing import OrganisationField, offer, reached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ledgers.forms import DeedForm, moment, words


class ConfirmCloneForm(DeedForm):
    """What the officer saw that leaves no doubt."""

    reason = words(
        _("核查情况"),
        most=300,
        rows=3,
        help_text=_("写明比对了哪些图片、两车的不同之处或与车主核实的结果"),
    )


class ExplainCloneForm(DeedForm):
    """Why it is one vehicle after all."""

    explanation = forms.ChoiceField(label=_("排除原因"), choices=CloneExplanation.choices)
    reason = words(_("核查情况"), most=300, rows=3)


class WatchCloneForm(DeedForm):
    """A watch on the plate, which the record already names."""

    response = forms.ChoiceField(label=_("处置要求"), choices=WatchResponse.choices)
    organisation = OrganisationField(Organisation.objects.none(), label=_("申请单位"))
    receivers = ReceiversField(
        Organisation.objects.none(),
        label=_("接收单位"),
        widget=forms.SelectMultiple(attrs=SEVERAL),
        help_text=_("这些单位有权接收预警的人员会立即收到"),
    )
    starts_at = moment(_("开始时间"))
    ends_at = moment(_("结束时间"))
    case_number = forms.CharField(label=_("案件编号"), max_length=60)
    legal_basis = forms.CharField(label=_("法律依据"), max_length=200)
    reason = words(_("布控事由"), most=500, rows=3)

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, PROPOSE_WATCH))
        offer(self, "receivers", watching.receivers_for(self.actor))
        self.initial.setdefault("organisation", self.actor.organisation_id)
        self.initial.setdefault("receivers", [self.actor.organisation_id])
