"""Lists of vehicles to watch from workbooks: stolen ones, those not inspected in time."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import VehicleWatch
from luchang.apps.passages.policies import PROPOSE_WATCH
from luchang.apps.passages.services.watch_refusals import WatchRefused
from luchang.apps.passages.services.watching import (
    OPEN_SIGNS,
    Proposal,
    propose_watch,
    written_watch_plate,
)
from luchang.apps.passages.states import WatchCategory, WatchResponse
from luchang.apps.subjects.states import PlateType
from luchang.core.common.identifiers import plain
from luchang.kernel.identity.actors import Actor
from luchang.kernel.lists.imports.parsers import (
    CodeParser,
    MomentParser,
    OrganisationParser,
    TextParser,
    Wrong,
)
from luchang.kernel.lists.imports.specs import ImportColumn, ImportSpec, Values

WHOLE_ONLY = _("完整号牌，如 湘B12345；带*、?的不能导入，请逐条申请")


def is_whole(text: str) -> bool:
    """A masked plate of an export must not become a watch of all plates like it."""
    return not OPEN_SIGNS & set(plain(text))


def _check(values: Values, by: Actor) -> None:
    del by
    try:
        written_watch_plate(values["plate"], int(values["plate_type"]))
    except WatchRefused as refused:
        raise Wrong(str(refused), gettext("请核对号牌号码和号牌种类"), column="plate") from refused


def _propose(values: Values, by: Actor, at: datetime) -> VehicleWatch:
    said: Mapping[str, object] = {
        name: value for name, value in values.items() if name != "receiver"
    }
    receiver = values.get("receiver") or values["organisation"]
    told = {**said, "plate_type": int(values["plate_type"]), "receivers": [receiver]}
    return propose_watch(proposal=Proposal(**told), by=by, at=at)  # type: ignore[arg-type]


def _refuse(row: VehicleWatch, values: Values, by: Actor, at: datetime) -> None:
    """A watch somebody approved is not what a file says afterwards."""
    del row, values, by, at
    raise WatchRefused("changed_otherwise")


WATCH_IMPORT = ImportSpec[VehicleWatch](
    code="passages.watches",
    title=_("布控"),
    permission=PROPOSE_WATCH,
    key=("plate", "plate_type", "category"),
    rows=lambda _by: VehicleWatch.objects.none(),
    create=_propose,
    change=_refuse,
    check=_check,
    refusals=(WatchRefused,),
    columns=(
        ImportColumn("plate", _("号牌号码"), TextParser(24, is_whole, WHOLE_ONLY)),
        ImportColumn("plate_type", _("号牌种类"), CodeParser(PlateType)),
        ImportColumn("category", _("布控类别"), CodeParser(WatchCategory)),
        ImportColumn("response", _("处置要求"), CodeParser(WatchResponse)),
        ImportColumn("organisation", _("申请单位"), OrganisationParser(PROPOSE_WATCH)),
        ImportColumn(
            "receiver",
            _("接收单位"),
            OrganisationParser(PROPOSE_WATCH),
            is_required=False,
            empty=None,
        ),
        ImportColumn("starts_at", _("开始时间"), MomentParser(), width=22),
        ImportColumn("ends_at", _("结束时间"), MomentParser(), width=22),
        ImportColumn("case_number", _("案件编号"), TextParser(60)),
        ImportColumn("legal_basis", _("法律依据"), TextParser(200), width=28),
        ImportColumn("reason", _("布控事由"), TextParser(500), width=40),
    ),
)
