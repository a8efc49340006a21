"""Calls, incidents, dispatches and feedbacks, as the routes of 122 take and show them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.models import Advice, Call, Incident
from luchang.apps.dispatch.services.dispatches import Order, dispatch_unit
from luchang.apps.dispatch.services.feedbacks import report_from_desk
from luchang.apps.dispatch.states import TargetKind
from luchang.apps.force.policies import SEE_FORCE
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from tests.factories import dispatch as make
from tests.factories import force
from tests.matrix.lists import of_list
from tests.matrix.protocol import OWN, Made, Make, Place, Specimen, nobody, once, own_of

_number = count(1)


def _row(at: Organisation) -> Incident:
    """A new incident that belongs to `at`, whoever took its call."""
    return make.incident(by=make.desk(at), at=datetime.now(UTC))


@once
def _incident(at: Organisation) -> Made:
    row = _row(at)
    return Made(ids={"incident_id": row.pk}, mark=row.number)


@once
def _call(at: Organisation) -> Made:
    call = Call.objects.get(incident__number=_incident(at).mark)
    return Made(ids={"call_id": call.pk}, mark=call.number, form={"reason": "核实"})


@once
def _dispatch(at: Organisation) -> Made:
    order = Order(kind=TargetKind.PERSON, target_id=force.officer(at=at).pk)
    sent = dispatch_unit(incident_id=_row(at).pk, order=order, by=SYSTEM, at=datetime.now(UTC))
    return Made(ids={"dispatch_id": sent.pk}, mark=sent.number)


@once
def _feedback(at: Organisation) -> Made:
    made = report_from_desk(
        incident_id=_row(at).pk,
        key=f"样{next(_number)}",
        facts=make.DONE,
        by=SYSTEM,
        at=datetime.now(UTC),
    )
    return Made(mark=made.number)


@once
def _advice(at: Organisation) -> Made:
    """Advice that somebody else asked for an incident of `at`."""
    made = Advice(
        incident=Incident.objects.get(number=_incident(at).mark),
        core_version="1",
        graph_digest="0",
        input_hash="0",
        problem=json.dumps({"incident": {"lon": 113.13, "lat": 27.83}}),
        candidates=[],
        unit_count=0,
        elapsed_ms=0.0,
        at=datetime.now(UTC),
    )
    made.keep()
    return Made(ids={"advice_id": made.pk, "unit_id": 1})


@once
def _officer(at: Organisation) -> Made:
    return Made(ids={"pk": force.officer(at=at).pk})


def _with(made: Make, **form: object) -> Make:
    def filled(at: Organisation) -> Made:
        before = made(at)
        return Made(ids=before.ids, mark=before.mark, form={**before.form, **form})

    return filled


def _on_own(at: Organisation, **form: object) -> Made:
    """An incident of the visitors' own unit, and something of `at` in the form."""
    return Made(ids=_incident(own_of(at)).ids, form=form)


@once
def _other_incident(at: Organisation) -> Made:
    row = _row(at)
    return Made(ids={"incident_id": row.pk}, mark=row.number)


def _merged_by_number(at: Organisation) -> Made:
    return _on_own(at, number=_other_incident(at).mark)


def _merged_by_key(at: Organisation) -> Made:
    return _on_own(at, other_id=_other_incident(at).ids["incident_id"])


def _both_there(at: Organisation) -> Made:
    """Two incidents of the same unit become one."""
    other = _other_incident(at)
    form = {"number": other.mark, "other_id": other.ids["incident_id"]}
    return Made(ids=_incident(at).ids, form=form)


def _merged(at: Organisation) -> Made:
    """The same as an operation takes it, which knows no numbers."""
    return Made(ids=_incident(at).ids, form={"other_id": _both_there(at).form["other_id"]})


def _kept(at: Organisation) -> Made:
    """An incident is handed to the unit it belongs to, which is refused where it is reached."""
    return Made(ids=_incident(at).ids, form={"organisation_id": at.pk, "reason": "管辖"})


def _linked(at: Organisation) -> Made:
    return Made(mark=f'/dispatch/incidents/{_incident(at).ids["incident_id"]}"')


def _found(at: Organisation) -> Made:
    return Made(query={"q": _incident(at).mark}, mark=_linked(at).mark)


def _transferred(at: Organisation) -> Made:
    return _on_own(at, organisation_id=at.pk, reason="管辖")


def _sent_there(at: Organisation) -> Made:
    return _on_own(at, target_id=_officer(at).ids["pk"], kind="PERSON")


def _sent(at: Organisation) -> Made:
    form = {"target_id": _officer(at).ids["pk"], "kind": "PERSON"}
    return Made(ids=_incident(at).ids, form=form)


def _repeated(at: Organisation) -> Made:
    return Made(form={"incident_id": _incident(at).ids["incident_id"]})


def _alike(at: Organisation) -> Made:
    """A report of what has just been registered at `at`."""
    form = {"longitude": 113.131, "latitude": 27.831, "category": "12", "text": "两车相撞"}
    return Made(form=form, mark=_incident(at).mark)


def _marked(made: Make) -> Make:
    return lambda at: Made(mark=made(at).mark)


def _same_force(actor: Actor, at: Organisation) -> bool:
    """An incident goes to any brigade of the same force, beyond the giver's reach too."""
    return at.path.split("/")[0] == actor.organisation_path.split("/")[0]


def _page(
    route: str, made: Make, method: str = "GET", place: Place = Place.PATH, *, beside: str = ""
) -> Specimen:
    return Specimen(f"dispatch.{route}", made, place, method, beside=beside)


def _operation(method: str, path: str, made: Make, place: Place = Place.PATH) -> Specimen:
    return Specimen(f"{method} /api/dispatch/{path}", made, place, method, headers=KEY)


def _answered(path: str, made: Make) -> Specimen:
    """What the crew or the desk does with an order; whoever sees the order is told so."""
    return Specimen(
        f"POST /api/dispatch/{ORDER}/{path}",
        made,
        method="POST",
        permission=policies.DISPATCH_UNITS,
        seen_by=policies.SEE,
        headers=KEY,
    )


WHY = {"reason": "核实"}
REPORT = {"result": "SETTLED", "text": "完"}
KEY: Mapping[str, str] = {"Idempotency-Key": "matrix"}
ONE = "incidents/<int:incident_id>"
ORDER = "dispatches/<int:dispatch_id>"
ELSEWHERE = ("city", "child", "sibling", "other")

PAGES = [
    _page("incident", _incident),
    _page("close", _incident, "POST"),
    _page("reopen", _with(_incident, **WHY), "POST"),
    _page("cancel", _with(_incident, **WHY), "POST"),
    _page("escalate", _with(_incident, **WHY), "POST"),
    _page("merge", _both_there, "POST"),
    _page("merge", _merged_by_number, "POST", Place.BODY, beside=OWN),
    _page("unmerge", _with(_incident, **WHY), "POST"),
    _page("note", _with(_incident, text="备注"), "POST"),
    _page("desk_feedback", _with(_incident, **REPORT), "POST"),
    _page("reveal", _call, "POST"),
    _page("board", _marked(_incident), place=Place.LIST),
    _page("map", _linked, place=Place.LIST),
]

OPERATIONS = [
    _operation("GET", ONE, _incident),
    _operation("GET", "incidents", _marked(_incident), Place.LIST),
    _operation("GET", "incidents.geojson", _marked(_incident), Place.LIST),
    _operation("POST", "duplicates", _alike, Place.FILTER),
    _operation("POST", "calls/repeat", _repeated, Place.BODY),
    _operation("GET", "advice/<int:advice_id>/routes/<int:unit_id>", _advice),
    _operation("POST", f"{ONE}/advice", _incident),
    _operation("POST", f"{ONE}/feedback", _with(_incident, **REPORT)),
    _operation("POST", f"{ONE}/close", _incident),
    _operation("POST", f"{ONE}/reopen", _with(_incident, **WHY)),
    _operation("POST", f"{ONE}/cancel", _with(_incident, **WHY)),
    _operation("POST", f"{ONE}/escalate", _with(_incident, **WHY)),
    _operation("POST", f"{ONE}/unmerge", _with(_incident, **WHY)),
    _operation("POST", f"{ONE}/merge", _merged),
    _operation("POST", f"{ONE}/transfer", _kept),
    _operation("POST", f"{ONE}/dispatches", _sent),
    _answered("sign", _dispatch),
    _answered("arrive", _dispatch),
    _answered("handle", _dispatch),
    _answered("finish", _dispatch),
    _answered("return", _with(_dispatch, **WHY)),
    _answered("feedback", _with(_dispatch, **REPORT)),
    _operation("POST", f"{ORDER}/cancel", _with(_dispatch, **WHY)),
    Specimen(f"POST /api/dispatch/{ONE}/merge", _merged_by_key, Place.BODY, "POST", beside=OWN),
    Specimen(
        f"POST /api/dispatch/{ONE}/transfer",
        _transferred,
        Place.BODY,
        "POST",
        beside=OWN,
        reached=_same_force,
        where=ELSEWHERE,
    ),
    Specimen(
        f"POST /api/dispatch/{ONE}/dispatches",
        _sent_there,
        Place.BODY,
        "POST",
        permission=SEE_FORCE,
        beside=OWN,
        beside_by=policies.DISPATCH_UNITS,
        refusals=frozenset({409}),  # like an officer who is not on duty
    ),
]

SPECIMENS = [
    *of_list("dispatch.incidents", _incident),
    *of_list("dispatch.calls", _call),
    *of_list("dispatch.dispatches", _dispatch),
    *of_list("dispatch.feedbacks", _feedback),
    *of_list("dispatch.actions", _call),
    *PAGES,
    *OPERATIONS,
    Specimen("search", _found, Place.LIST, permission=policies.SEE),
    Specimen("dispatch.patrol_tasks", _marked(_dispatch), Place.LIST, reached=nobody),
    Specimen("dispatch.patrol", _marked(_dispatch), Place.LIST, reached=nobody),
]
