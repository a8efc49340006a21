"""Calls, incidents and dispatches as the matrix tries them."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.models import Call, Incident
from luchang.apps.dispatch.services.dispatches import Order, dispatch_unit
from luchang.apps.dispatch.states import TargetKind
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from tests.factories import dispatch as make
from tests.factories import force
from tests.matrix.protocol import Made, Place, Specimen

_number = count(1)
Make = Callable[[Organisation], Made]


def _row(at: Organisation) -> Incident:
    """An incident that belongs to `at`, whoever took its call."""
    return make.incident(
        by=make.desk(at), at=datetime.now(UTC), address=f"样路{next(_number)}号样"
    )


def _incident(at: Organisation) -> Made:
    row = _row(at)
    return Made(ids={"incident_id": row.pk}, mark=row.address)


def _call(at: Organisation) -> Made:
    call = Call.objects.get(incident=_row(at))
    return Made(ids={"call_id": call.pk}, mark=call.number, form={"reason": "核实"})


def _dispatch(at: Organisation) -> Made:
    officer = force.officer(at=at)
    order = Order(kind=TargetKind.PERSON, target_id=officer.pk)
    sent = dispatch_unit(incident_id=_row(at).pk, order=order, by=SYSTEM, at=datetime.now(UTC))
    return Made(ids={"dispatch_id": sent.pk}, mark=sent.number)


def _with(made: Make, **form: object) -> Make:
    def filled(at: Organisation) -> Made:
        before = made(at)
        return Made(ids=before.ids, form={**before.form, **form})

    return filled


def _merged_into_another(at: Organisation) -> Made:
    """An incident of the visitors' own is merged by a number that belongs to `at`."""
    return Made(ids={"incident_id": _row(at).pk}, form={"number": _row(at).number})


def _repeat(at: Organisation) -> Made:
    return Made(form={"incident_id": _row(at).pk})


def _listed(made: Make, **query: object) -> Make:
    return lambda at: Made(mark=made(at).mark, query=query)


def _page(route: str, made: Make, method: str = "GET", permission: str = "") -> Specimen:
    return Specimen(route=f"dispatch.{route}", make=made, method=method, permission=permission)


def _operation(method: str, path: str, made: Make, place: Place = Place.PATH) -> Specimen:
    return Specimen(
        route=f"{method} /api/dispatch/{path}",
        make=made,
        method=method,
        place=place,
        permission=policies.DISPATCH_UNITS if "dispatches/" in path else "",
    )


def _lists(code: str, made: Make) -> list[Specimen]:
    return [
        Specimen(route=f"dispatch.{code}", make=_listed(made, size="200"), place=Place.LIST),
        Specimen(
            route=f"dispatch.{code}.export",
            make=_listed(made, format="csv"),
            place=Place.EXPORT,
        ),
        Specimen(route=f"dispatch.{code}.print", make=_listed(made, size="200"), place=Place.FILE),
    ]


def _call_number(at: Organisation) -> Made:
    return Made(mark=Call.objects.get(incident=_row(at)).number)


WHY = {"reason": "核实"}
ONE = "incidents/{incident_id}"
ORDER = "dispatches/{dispatch_id}"
SPECIMENS = [
    *_lists("incidents", _incident),
    *_lists("calls", _call_number),
    *_lists("dispatches", _dispatch),
    *_lists("actions", _call_number),
    _page("incident", _incident),
    _page("close", _incident, "POST"),
    _page("reopen", _with(_incident, **WHY), "POST"),
    _page("cancel", _with(_incident, **WHY), "POST"),
    _page("escalate", _with(_incident, **WHY), "POST"),
    _page("merge", _merged_into_another, "POST"),
    _page("unmerge", _with(_incident, **WHY), "POST"),
    _page("note", _with(_incident, text="备注"), "POST"),
    _page("desk_feedback", _with(_incident, result="SETTLED", text="完"), "POST"),
    _page("reveal", _call, "POST", policies.REVEAL_CALLER),
    _operation("GET", ONE, _incident),
    _operation("POST", f"{ONE}/close", _incident),
    _operation("POST", f"{ONE}/reopen", _with(_incident, **WHY)),
    _operation("POST", f"{ONE}/cancel", _with(_incident, **WHY)),
    _operation("POST", f"{ONE}/escalate", _with(_incident, **WHY)),
]
