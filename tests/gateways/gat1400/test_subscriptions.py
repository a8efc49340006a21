"""Who subscribed and was approved is told every passage, nobody else is told anything."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from luchang.apps.passages import services
from luchang.apps.passages.models import Camera, Delivery, Subscription
from luchang.apps.passages.policies import SHARE
from luchang.apps.passages.selectors.intake import senders
from luchang.apps.passages.services.subscriptions import GIVEN_UP
from luchang.apps.passages.states import CameraStatus, ErasureStatus, SubscriptionStatus
from luchang.gateways.gat1400 import objects
from luchang.gateways.gat1400.notifying import Notifier
from luchang.gateways.gat1400.requests import Asked
from luchang.gateways.gat1400.subscribing import Subscribing
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import SYSTEM, Actor, Unreached
from luchang.kernel.segments import Store
from luchang.kernel.segments.log import closed_in
from tests.factories import identity as make
from tests.factories.passages import AT, camera, erasure, passage, subscription

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


class Receiver:
    """A platform that takes notifications over real HTTP; `fails` says with what it answers."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.fails: list[tuple[int, bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                body = self.rfile.read(length)
                if len(body) < length:  # its sender was killed
                    return
                code, said = outer.fails.pop(0) if outer.fails else (200, b"{}")
                if (code, said) == (200, b"{}"):
                    outer.bodies.append(json.loads(body))
                self.send_response(code)
                self.send_header("content-length", str(len(said)))
                if code == 307:
                    self.send_header("location", self.path + "/elsewhere")
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/VIID/SubscribeNotifications"

    def vehicles(self) -> list[dict[str, Any]]:
        return [
            vehicle
            for body in self.bodies
            for told in body["SubscribeNotificationListObject"]["SubscribeNotificationObject"]
            for vehicle in told["MotorVehicleObjectList"]["MotorVehicleObject"]
        ]

    def plates(self) -> list[str]:
        return [each["PlateNo"] for each in self.vehicles()]


@contextmanager
def serving(receiver: Receiver) -> Iterator[Receiver]:
    thread = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving(Receiver()) as made:
        yield made


class House:
    """The store, one approved subscription of one camera, and a notifier with its own clock."""

    def __init__(self, folder: Path, receiver: Receiver, **more: Any) -> None:
        self.at = AT
        self.store = Store.open(folder)
        self.folder = folder
        self.camera = camera()
        self.root = self.camera.organisation
        self.row = subscription(at=self.root, of=[self.camera], address=receiver.address, **more)
        self.notifier = Notifier(folder, now=lambda: self.at)
        self.officer = make.actor_with(SHARE, at=self.root)

    def approve(self) -> None:
        services.approve_subscription(subscription_id=self.row.pk, by=self.officer, at=self.at)

    def sees(self, *numbers: int, by: Camera | None = None) -> None:
        self.at += SECOND
        self.store.append(
            [
                passage(by or self.camera, plate=f"湘BD{number:04d}", at=self.at)
                for number in numbers
            ]
        )
        self.at += SECOND

    @property
    def delivery(self) -> Delivery:
        return Delivery.objects.get(pk=self.row.pk)

    def status(self) -> str:
        return Subscription.objects.get(pk=self.row.pk).status


def named(*numbers: int) -> list[str]:
    return [f"湘BD{number:04d}" for number in numbers]


class TestTelling:
    def test_nothing_leaves_the_house_before_an_officer_approves(
        self, tmp_path: Path, receiver: Receiver
    ) -> None:
        house = House(tmp_path, receiver)
        house.sees(1)
        house.notifier.step()
        assert receiver.bodies == []

        house.at += SECOND
        house.approve()
        house.sees(2, 3)
        house.sees(4, by=camera())
        house.notifier.step()
        house.notifier.step()

        assert receiver.plates() == named(2, 3)
        moved = AuditEntry.objects.filter(subject="passages.subscription", action=Action.MOVE)
        assert any(receiver.address in str(each.detail) for each in moved)

    def test_a_notification_reads_back_as_the_passage_it_was(
        self, tmp_path: Path, receiver: Receiver
    ) -> None:
        house = House(tmp_path, receiver)
        house.approve()
        house.sees(7)
        house.notifier.step()

        [vehicle] = receiver.vehicles()
        row = objects.read_motor_vehicle(json.dumps(vehicle).encode())
        assert (len(row.key), row.device_id) == (48, house.camera.device_id)
        assert (row.plate_no, row.plate_class, row.lane_no) == ("湘BD0007", "02", 1)
        assert vehicle["PassTime"] == "20260302100001"

    def test_what_is_not_taken_comes_again_in_order_and_later(
        self, tmp_path: Path, receiver: Receiver
    ) -> None:
        house = House(tmp_path, receiver)
        house.approve()
        refused = b'{"ResponseStatusListObject":{"ResponseStatusObject":[{"StatusCode":"2"}]}}'
        receiver.fails = [(503, b""), (200, refused), (307, b"")]
        house.sees(1)
        for wait_s in (0, 4, 3, 20, 70):
            house.at += timedelta(seconds=wait_s)
            house.notifier.step()
            house.sees(2)
            if wait_s == 0:
                assert house.delivery.last_error == "HTTP 503"
        assert receiver.plates()[:1] == named(1)
        assert set(receiver.plates()) == set(named(1, 2))
        assert (house.delivery.failures, house.delivery.last_error) == (0, "")

    def test_another_process_goes_on_where_the_last_one_stopped(
        self, tmp_path: Path, receiver: Receiver
    ) -> None:
        """A restart would else send all again, or skip what came in between."""
        house = House(tmp_path, receiver)
        house.approve()
        house.sees(1)
        house.notifier.step()
        house.sees(2)
        house.store.seal()
        house.sees(3)
        again = Notifier(tmp_path, now=lambda: house.at)
        again.step()
        assert receiver.plates() == named(1, 2, 3)
        assert house.delivery.passages == 3

    def test_an_erased_vehicle_is_not_sent_however_long_it_waited(
        self, tmp_path: Path, receiver: Receiver
    ) -> None:
        house = House(tmp_path, receiver)
        house.approve()
        receiver.fails = [(503, b"")]
        gone = erasure()
        house.store.append(
            [passage(house.camera, plate=gone.plate, at=house.at + SECOND),
             passage(house.camera, plate="湘BD9999", at=house.at + SECOND)]
        )  # fmt: skip
        house.notifier.step()
        gone.decide(ErasureStatus.APPROVED, by=make.actor_with(SHARE, at=gone.organisation), at=AT)
        house.at += timedelta(minutes=1)
        house.notifier.step()
        assert receiver.plates() == ["湘BD9999"]

    def test_the_log_waits_for_who_is_told_and_for_nobody_else(
        self, tmp_path: Path, receiver: Receiver
    ) -> None:
        """A subscription that ended must not fill the disk."""
        house = House(tmp_path, receiver)
        house.approve()
        house.notifier.step()
        receiver.fails = [(503, b"")]
        house.sees(1)
        house.notifier.step()
        house.store.seal()
        house.sees(2)
        house.store.seal()
        assert closed_in(tmp_path / "log")
        services.end_subscription(
            subscription_id=house.row.pk, reason="协议终止", by=house.officer, at=house.at
        )
        house.notifier.step()
        house.sees(3)
        house.store.seal()
        assert closed_in(tmp_path / "log") == []
        assert receiver.bodies == []

    def test_it_ends_at_its_time_and_after_days_of_failing(
        self, tmp_path: Path, receiver: Receiver
    ) -> None:
        house = House(tmp_path, receiver, ends_at=AT + timedelta(hours=1))
        house.approve()
        house.at += timedelta(hours=2)
        house.notifier.step()
        assert house.status() == SubscriptionStatus.EXPIRED

        other = House(tmp_path / "other", receiver)
        other.approve()
        receiver.fails = [(500, b"")] * 2
        other.sees(1)
        other.notifier.step()
        other.at += GIVEN_UP + SECOND
        other.notifier.step()
        assert other.status() == SubscriptionStatus.ENDED

    def test_a_suspended_subscriber_is_told_nothing(
        self, tmp_path: Path, receiver: Receiver
    ) -> None:
        house = House(tmp_path, receiver)
        house.approve()
        house.sees(1)
        house.row.subscriber.become(CameraStatus.SUSPENDED, by=SYSTEM, at=AT, reason="核查")
        house.notifier.step()
        assert receiver.bodies == []

    def test_it_waits_as_long_as_the_subscriber_asked(
        self, tmp_path: Path, receiver: Receiver
    ) -> None:
        house = House(tmp_path, receiver)
        Subscription.objects.filter(pk=house.row.pk).update(interval_s=60)
        house.approve()
        house.sees(1)
        house.notifier.step()
        house.sees(2)
        house.notifier.step()
        assert receiver.plates() == named(1)
        house.at += timedelta(minutes=1)
        house.notifier.step()
        assert receiver.plates() == named(1, 2)


class TestApproving:
    def test_nobody_lets_out_what_other_units_cameras_see(self) -> None:
        own, foreign = camera(), camera()
        row = subscription(at=own.organisation, of=[own, foreign])
        by = make.actor_with(SHARE, at=own.organisation)
        with pytest.raises(services.SubscriptionRefused) as refused:
            services.approve_subscription(subscription_id=row.pk, by=by, at=AT)
        assert refused.value.code == "beyond_reach"
        elsewhere = make.actor_with(SHARE, at=foreign.organisation)
        with pytest.raises(Unreached):
            services.end_subscription(subscription_id=row.pk, reason="核查", by=elsewhere, at=AT)

    def test_the_page_says_who_is_told_what_and_how_it_goes(self) -> None:
        row = subscription()
        person = make.user_with(SHARE, at=row.organisation)
        services.approve_subscription(
            subscription_id=row.pk, by=make.actor_with(SHARE, at=row.organisation), at=AT
        )
        Delivery.objects.filter(pk=row.pk).update(
            failures=2, failing_since=AT, next_at=AT, last_error="HTTP 503"
        )
        browser = make.browser_of(person)
        for address in (
            reverse("passages.subscriptions"),
            reverse("passages.subscription", args=[row.pk]),
        ):
            page = browser.get(address).content.decode()
            assert row.address in page
            assert "HTTP 503" in page


def asked(rows: Sequence[dict[str, object]] | bytes, *, of: Camera, **more: Any) -> Any:
    """What a subscriber is answered."""
    subscribing = Subscribing(ThreadPoolExecutor(1))
    body = {"SubscribeListObject": {"SubscribeObject": rows}}
    content = rows if isinstance(rows, bytes) else json.dumps(body).encode()
    act = getattr(subscribing, more.pop("act", "subscribe"))
    request = Asked("POST", "/VIID/Subscribes", {}, "10.0.0.1", AT, more.pop("query", ""))

    waiting = act(request, senders()[of.device_id], content)
    with pytest.raises(StopIteration) as done:
        waiting.send(None)
    answer = done.value.value
    return answer.status, json.loads(answer.body)


def wanted(of: Camera, **more: object) -> dict[str, object]:
    said: dict[str, object] = {
        "SubscribeID": "430200000000032026030210000000001",
        "Title": "演示订阅",
        "SubscribeDetail": "13",
        "ResourceURI": of.device_id,
        "ReceiveAddr": "http://127.0.0.1:9/VIID/SubscribeNotifications",
        "BeginTime": "20260302100000",
        "EndTime": "20991231235959",
        "ReportInterval": "3",
        "OperateType": 0,
        "SubscribeStatus": 0,
    }
    return {**said, **more}


def codes(answer: Any) -> list[int]:
    _, body = answer
    return [
        each["StatusCode"] for each in body["ResponseStatusListObject"]["ResponseStatusObject"]
    ]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is asked in the thread of the test, whose transaction others do not see."""

    async def ask(_self: Subscribing, _asked: Asked, work: Callable[[], Any]) -> Any:
        return work()

    monkeypatch.setattr(Subscribing, "_ask", ask)


@pytest.mark.usefixtures("at_once")
class TestSubscribing:
    def test_it_waits_for_an_officer_and_the_same_again_is_the_same(self) -> None:
        of = camera()
        assert codes(asked([wanted(of)], of=of)) == [0]
        assert codes(asked([wanted(of)], of=of)) == [0]
        row = Subscription.objects.get()
        assert (row.status, row.interval_s) == (SubscriptionStatus.ASKED, 3)
        assert [each.pk for each in row.cameras.all()] == [of.pk]

    def test_another_address_has_to_be_approved_anew(self) -> None:
        """Else an approved subscription is turned to wherever its secret is stolen to."""
        of = camera()
        asked([wanted(of)], of=of)
        row = Subscription.objects.get()
        officer: Actor = make.actor_with(SHARE, at=of.organisation)
        services.approve_subscription(subscription_id=row.pk, by=officer, at=AT)
        asked([wanted(of, ReceiveAddr="http://10.9.9.9/steal")], of=of)
        assert list(Subscription.objects.order_by("pk").values_list("status", flat=True)) == [
            SubscriptionStatus.CANCELLED,
            SubscriptionStatus.ASKED,
        ]

    def test_it_is_listed_and_cancelled_by_its_own_subscriber_only(self) -> None:
        of, other = camera(), camera()
        asked([wanted(of)], of=of)
        code = str(wanted(of)["SubscribeID"])

        def listed(by: Camera) -> list[int]:
            _, body = asked([], of=by, act="known")
            return [
                each["SubscribeStatus"] for each in body["SubscribeListObject"]["SubscribeObject"]
            ]

        assert (listed(of), listed(other)) == ([9], [])
        query = f"IDList={code}"
        assert codes(asked([], of=other, act="cancel", query=query)) == [8]
        assert codes(asked([], of=of, act="cancel", query=query)) == [0]
        assert listed(of) == [1]
        assert codes(asked([wanted(of)], of=of)) == [0]
        assert codes(asked([wanted(of, OperateType=1)], of=of)) == [0]
        assert listed(of) == [1, 1]

    @pytest.mark.parametrize(
        "fault",
        [
            {"SubscribeDetail": "12"},
            {"SubscribeDetail": "3,13"},
            {"ResourceURI": "9" * 20},
            {"ResourceURI": ""},
            {"ReceiveAddr": "file:///etc/passwd"},
            {"ReceiveAddr": "http://user:secret@10.0.0.1/"},
            {"ReceiveAddr": "http://10.0.0.1:99999/"},
            {"EndTime": "20200101000000"},
            {"EndTime": "soon"},
            {"SubscribeID": ""},
            {"ReportInterval": -1},
        ],
    )
    def test_each_wrong_one_is_named_and_the_others_are_taken(
        self, fault: dict[str, object]
    ) -> None:
        of = camera()
        rows = [wanted(of, SubscribeID="1" * 33, **fault) if "SubscribeID" not in fault
                else wanted(of, **fault), wanted(of)]  # fmt: skip
        assert codes(asked(rows, of=of)) == [8, 0]
        assert Subscription.objects.count() == 1

    @pytest.mark.parametrize("body", [b"{", b"[]", b'{"SubscribeListObject":{}}'])
    def test_no_body_breaks_it(self, body: bytes) -> None:
        assert asked(body, of=camera())[0] == 400
