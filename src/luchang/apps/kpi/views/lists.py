"""The lists of the figures' own records."""

from django.utils.translation import gettext_lazy as _

from luchang.apps.kpi.policies import SEE_FIGURES
from luchang.apps.kpi.selectors.peers import ranked_units
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind
from luchang.kernel.lists.columns import Coded, Column
from luchang.kernel.lists.filters import Choice, TextSearch
from luchang.kernel.lists.specs import ListSpec

HOME = (_("统计报告"), "")

UNITS = ListSpec[Organisation](
    code="kpi.units",
    title=_("参评单位"),
    permission=SEE_FIGURES,
    rows=ranked_units,
    order=("path",),
    parents=(HOME,),
    columns=(
        Column("short_name", _("单位"), sort="short_name", width=20),
        Column("name", _("名称"), width=32),
        Column("kind", _("类别"), format=Coded(OrganisationKind), sort="kind"),
    ),
    filters=(
        TextSearch(contains=("name", "short_name")),
        Choice("kind", _("类别"), OrganisationKind),
    ),
)
