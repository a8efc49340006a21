"""The pages of watches and alarms, as an officer meets them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from luchang.apps.passages.models import AlarmReceipt, VehicleWatch
from luchang.apps.passages.policies import (
    APPROVE_WATCH,
    PROPOSE_WATCH,
    RECEIVE_ALARM,
    SEE_CAMERAS,
    SEE_WATCHES,
)
from luchang.apps.passages.selectors import watching
from luchang.apps.passages.services import alarms
from luchang.apps.passages.states import Finding, ReceiptStatus, WatchStatus
from luchang.apps.passages.views.watch_imports import WATCH_IMPORT
from luchang.core.common.personal import mask_plate
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.identity.states import Scope
from luchang.kernel.lists.imports.planning import Fate, plan
from tests.factories import identity, watches
from tests.factories.workbooks import workbook

pytestmark = pytest.mark.django_db
WATCHING = (SEE_WATCHES, PROPOSE_WATCH, SEE_CAMERAS)
RECEIVING = (RECEIVE_ALARM, SEE_CAMERAS)


def now() -> datetime:
    return datetime.now(UTC)


def test_a_watch_goes_through_its_pages_from_the_form_to_the_answer() -> None:
    place = identity.organisation()
    officer = identity.browser_of(identity.user_with(*WATCHING, at=place))
    leader = identity.browser_of(identity.user_with(SEE_WATCHES, APPROVE_WATCH, at=place))
    desk = identity.browser_of(identity.user_with(*RECEIVING, at=place))
    shown = officer.get(reverse("passages.watch.propose") + "?plate=湘BD7001&plate_type=2")
    assert "湘BD7001" in shown.text
    form = {
        "organisation": place.pk, "receivers": [place.pk], "category": "STOLEN",
        "response": "STOP", "plate": "湘B·D7001", "plate_type": 2, "plate_colour": 0,
        "body_colour": 0, "kind": 0, "starts_at": f"{local(now()):%Y-%m-%dT%H:%M}",
        "ends_at": f"{local(now() + timedelta(days=3)):%Y-%m-%dT%H:%M}", "reason": "演示布控",
        "case_number": "演示案件", "legal_basis": "待核实",
    }  # fmt: skip
    sent = officer.post(reverse("passages.watch.propose"), form)
    row = VehicleWatch.objects.get()
    assert sent.headers["Location"] == reverse("passages.watch", args=[row.pk])
    assert row.plate == "湘BD7001"

    officer.post(reverse("passages.watch.approve", args=[row.pk]))
    row.refresh_from_db()
    assert row.status == WatchStatus.PROPOSED, "he does not hold the approval"
    leader.post(reverse("passages.watch.approve", args=[row.pk]))
    row.refresh_from_db()
    assert row.status == WatchStatus.ACTIVE

    watches.alarm(row, now=now())
    page = desk.get(reverse("passages.alarm_desk")).text
    assert "湘BD7001" in page
    receipt = AlarmReceipt.objects.get()
    desk.post(reverse("passages.receipt.sign", args=[receipt.pk]))
    desk.post(
        reverse("passages.receipt.answer", args=[receipt.pk]),
        {"finding": Finding.FOUND, "report": "已拦停"},
    )
    receipt.refresh_from_db()
    assert (receipt.status, receipt.finding) == (ReceiptStatus.ANSWERED, Finding.FOUND)
    story = officer.get(reverse("passages.watch", args=[row.pk])).text
    assert "已查获" in story


def test_lists_mask_the_plate_and_the_desk_puts_every_look_on_record() -> None:
    """Would catch a plate in clear on a list, and a desk nobody could be asked about."""
    row = watches.receipt(now=now())
    person = identity.user_with(*RECEIVING, SEE_WATCHES, at=row.organisation)
    browser, plate = identity.browser_of(person), row.alarm.plate

    for name in ("passages.watches", "passages.receipts"):
        listed = browser.get(reverse(name)).text
        assert plate not in listed
        assert mask_plate(plate) in listed
    assert not AuditEntry.objects.filter(action=Action.READ, actor_id=person.pk).exists()
    assert plate in browser.get(reverse("passages.alarm_cards")).text
    assert plate in browser.get(reverse("passages.receipt", args=[row.pk])).text

    looks = AuditEntry.objects.of("passages.alarmreceipt", str(row.pk))
    assert looks.filter(action=Action.READ, actor_id=person.pk).count() == 2


def test_each_tile_of_the_desk_leads_to_as_many_rows() -> None:
    """Would catch a tile that counts other alarms than the list behind it shows."""
    found, waiting = watches.receipt(now=now()), watches.receipt(now=now())
    yesterday = watches.receipt(now=now() - timedelta(days=1))
    alarms.answer_alarm(
        receipt_id=found.pk, finding=Finding.FOUND, report="已拦停", by=SYSTEM, at=now()
    )
    places = [each.organisation for each in (found, waiting, yesterday)]
    person = identity.user_with(*RECEIVING, at=places[0], scope=Scope.CHOSEN, chosen=places)
    browser = identity.browser_of(person)
    counted = watching.tally(actor_for(person, at=now()), at=now())
    assert (counted.raised, counted.waiting, counted.found, counted.missed) == (2, 1, 1, 0)

    listed = reverse("passages.receipts") + "?raised_at=today"
    for more, rows in (("", (found, waiting)), ("&finding=FOUND", (found,))):
        page = browser.get(listed + more).text
        assert (
            f'href="{listed}{more}"'.replace("&", "&amp;")
            in browser.get(reverse("passages.alarm_cards")).text
        )
        assert [each.alarm.number in page for each in (found, waiting, yesterday)] == [
            each in rows for each in (found, waiting, yesterday)
        ]


def test_a_masked_plate_of_an_export_is_not_taken_for_a_pattern() -> None:
    """An import of 湘B***01 would watch every vehicle like it."""
    place = identity.organisation()
    actor = identity.actor_with(*WATCHING, at=place)
    head = [str(each.title) for each in WATCH_IMPORT.columns]
    span = [f"{local(now() + timedelta(days=days)):%Y-%m-%d %H:%M:%S}" for days in (0, 9)]

    def row(plate: str) -> list[object]:
        why = ["演示案件", "待核实", "演示布控"]
        return [plate, "小型汽车", "逾期未检验", "发现即报", place.code, "", *span, *why]

    judged = plan(
        WATCH_IMPORT,
        workbook(head, row("湘B***01"), row("湘BD?001"), row("湘BI0001"), row("湘B·D7002")),
        actor,
    )

    assert [each.fate for each in judged.rows] == [Fate.WRONG] * 3 + [Fate.NEW]
    assert "完整号牌" in judged.rows[0].faults[0].how
    made = WATCH_IMPORT.create(judged.rows[3].values, actor, now())
    assert isinstance(made, VehicleWatch)
    assert (made.status, list(made.receivers.all())) == (WatchStatus.PROPOSED, [place])
