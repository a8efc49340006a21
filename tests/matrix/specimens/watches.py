"""Watches and alarms, as their routes take them."""

from datetime import UTC, datetime, timedelta

from luchang.apps.passages.policies import APPROVE_WATCH, RECEIVE_ALARM, SEE_WATCHES
from luchang.apps.passages.services import prolonging
from luchang.apps.passages.views.watch_ledgers import RECEIPT_LEDGER, WATCH_LEDGER
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from tests.factories import passages, watches
from tests.factories.workbooks import workbook
from tests.matrix.ledgers import of_ledger, opened
from tests.matrix.lists import bulk
from tests.matrix.protocol import Made, Place, Specimen, once


def _now() -> datetime:
    return datetime.now(UTC)


@once
def _watch(at: Organisation) -> Made:
    made = watches.watch(at=at, now=_now())
    return Made(ids={"pk": made.pk}, mark=made.number)


@once
def _proposed(at: Organisation) -> Made:
    made = watches.watch(at=at, now=_now(), is_active=False)
    return Made(ids={"pk": made.pk}, form={"reason": "事由不足"})


@once
def _asking_for_time(at: Organisation) -> Made:
    made = watches.watch(at=at, now=_now())
    prolonging.ask_for_more_time(
        watch_id=made.pk,
        until=made.ends_at + timedelta(days=10),
        reason="未查获",
        by=SYSTEM,
        at=_now(),
    )
    return Made(ids={"pk": made.pk}, form={"reason": "无必要"})


@once
def _prolongable(at: Organisation) -> Made:
    made = watches.watch(at=at, now=_now())
    return Made(ids={"pk": made.pk}, form={"until": _moment(40), "reason": "未查获"})


@once
def _receipt(at: Organisation) -> Made:
    made = watches.receipt(at=at, now=_now())
    form = {"finding": "FOUND", "report": "已拦停"}
    return Made(ids={"pk": made.pk}, mark=made.alarm.number, form=form)


@once
def _pictured(at: Organisation) -> Made:
    made = watches.receipt(at=at, now=_now(), image=passages.kept_picture(_now()))
    return Made(ids={"pk": made.pk})


@once
def _on_desk(at: Organisation) -> Made:
    return Made(mark=watches.receipt(at=at, now=_now()).alarm.plate)


def _next_plate() -> str:
    return watches.proposal().plate


def _moment(days: int) -> str:
    return f"{local(_now() + timedelta(days=days)):%Y-%m-%dT%H:%M}"


def _filled(at: Organisation) -> Made:
    form = {
        "organisation": at.pk, "receivers": [at.pk], "category": "CASE", "response": "STOP",
        "plate": _next_plate(), "plate_type": 2, "plate_colour": 0, "body_colour": 0, "kind": 0,
        "starts_at": _moment(0), "ends_at": _moment(10), "reason": "演示布控",
        "case_number": "演示案件", "legal_basis": "待核实",
    }  # fmt: skip
    return Made(form=form)


def _imported(at: Organisation) -> Made:
    """A workbook with a watch for `at`."""
    row = {
        "号牌号码": _next_plate(), "号牌种类": "小型汽车", "布控类别": "被盗抢车辆",
        "处置要求": "拦截核查", "申请单位": at.code, "接收单位": "",
        "开始时间": _moment(0).replace("T", " "), "结束时间": _moment(10).replace("T", " "),
        "案件编号": "演示案件", "法律依据": "待核实", "布控事由": "演示布控",
    }  # fmt: skip
    return Made(files={"file": ("布控.xlsx", workbook(list(row), list(row.values())))})


def _sought(at: Organisation) -> Made:
    made = _watch(at)
    return Made(query={"q": made.mark}, mark=f'/watches/{made.ids["pk"]}"')


SPECIMENS = [
    *of_ledger(
        WATCH_LEDGER,
        _watch,
        deeds={
            "approve": _proposed,
            "reject": _proposed,
            "prolong": _prolongable,
            "grant_time": _asking_for_time,
            "deny_time": _asking_for_time,
        },
    ),
    bulk("passages.watches", _proposed, "approve", permission=APPROVE_WATCH),
    bulk("passages.watches", _asking_for_time, "grant_time", permission=APPROVE_WATCH),
    *of_ledger(RECEIPT_LEDGER, _receipt),
    Specimen("passages.alarm_picture", _pictured, permission=RECEIVE_ALARM),
    opened(WATCH_LEDGER, "propose", _filled),
    Specimen("passages.watches.import", _imported, Place.IMPORT, "POST"),
    Specimen("passages.alarm_desk", _on_desk, Place.LIST, permission=RECEIVE_ALARM),
    Specimen("passages.alarm_cards", _on_desk, Place.LIST, permission=RECEIVE_ALARM),
    Specimen("search", _sought, Place.LIST, permission=SEE_WATCHES),
]
