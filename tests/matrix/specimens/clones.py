"""Suspected clones, as their routes take them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from luchang.apps.passages.policies import JUDGE_CLONE, SEE_CLONES
from luchang.apps.passages.services.clones import confirm_clone
from luchang.apps.passages.views.clone_ledgers import CLONE_LEDGER
from luchang.kernel import clock
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from tests.factories import clones, passages
from tests.matrix.ledgers import of_ledger
from tests.matrix.lists import of_list
from tests.matrix.protocol import Made, Place, Specimen, once

if TYPE_CHECKING:
    from luchang.apps.passages.models import CloneSuspect
    from luchang.kernel.identity.models import Organisation


def _made(row: CloneSuspect, **form: object) -> Made:
    said = {"reason": "已核对两端图片", "explanation": "MISREAD", **form}
    return Made(ids={"pk": row.pk}, mark=row.number, form=said)


@once
def _suspect(at: Organisation) -> Made:
    return _made(clones.suspect(at=at))


@once
def _confirmed(at: Organisation) -> Made:
    row = clones.suspect(at=at)
    confirm_clone(suspect_id=row.pk, reason="两车颜色不同", by=SYSTEM, at=clock.now())
    return _made(row)


@once
def _to_watch(at: Organisation) -> Made:
    row = clones.suspect(at=at)
    confirm_clone(suspect_id=row.pk, reason="两车颜色不同", by=SYSTEM, at=clock.now())
    now = clock.now()
    return _made(
        row,
        response="STOP",
        organisation=at.pk,
        receivers=[at.pk],
        starts_at=f"{local(now):%Y-%m-%dT%H:%M}",
        ends_at=f"{local(now + timedelta(days=10)):%Y-%m-%dT%H:%M}",
        case_number="演示案件",
        legal_basis="待核实",
    )


@once
def _pictured(at: Organisation) -> Made:
    now = clock.now()
    row = clones.suspect(at=at, found_at=now, image=passages.kept_picture(now))
    return Made(ids={"pk": row.pk, "move": row.impossible_moves.get().pk, "side": "end"})


@once
def _left_out(at: Organisation) -> Made:
    return Made(mark=clones.left_out(passages.camera(at=at)).camera.name)


def _sought(at: Organisation) -> Made:
    made = _suspect(at)
    return Made(query={"q": made.mark}, mark=f'/passages/clones/{made.ids["pk"]}"')


SPECIMENS = [
    *of_ledger(CLONE_LEDGER, _suspect, deeds={"reopen": _confirmed, "watch": _to_watch}),
    *of_list("passages.left_out", _left_out),
    Specimen("passages.clone_picture", _pictured, permission=JUDGE_CLONE),
    Specimen("search", _sought, Place.LIST, permission=SEE_CLONES),
]
