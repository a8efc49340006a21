"""A notifier that is killed and a receiver that asks who is there: nothing is left untold."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from luchang.apps.passages import services
from luchang.apps.passages.models import Delivery, Subscription
from luchang.apps.passages.policies import SHARE
from luchang.gateways.gat1400 import notifying
from luchang.gateways.gat1400.digest import Credentials, Nonces, Outcome
from luchang.kernel import clock
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import Unreached
from luchang.kernel.segments import Store
from tests.factories import identity as make
from tests.factories.passages import AT, camera, passage, subscription
from tests.gateways.gat1400.test_subscriptions import House, Receiver, named, serving
from tests.server import database_address

PATIENCE_S = 120.0


@contextmanager
def forking(folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.gateways.gat1400.notifying_child", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=dict(
            os.environ,
            DATABASE_URL=database_address(),
            DJANGO_SETTINGS_MODULE="luchang.config.settings",
            PYTHONPATH="src:.",
        ),
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


class Road:
    """Passages of one camera go on arriving, each a moment after the one before."""

    def __init__(self, folder: Path, address: str) -> None:
        self.store, self.plates = Store.open(folder), list[str]()
        self._now, self._camera = clock.now(), camera()
        place = self._camera.organisation
        self.row = subscription(at=place, of=[self._camera], address=address)
        officer = make.actor_with(SHARE, at=place)
        services.approve_subscription(subscription_id=self.row.pk, by=officer, at=self._now)

    def sees(self) -> None:
        moment = self._now + timedelta(seconds=1, milliseconds=len(self.plates))
        self.plates.append(f"湘B{len(self.plates):05d}")
        self.store.append([passage(self._camera, plate=self.plates[-1], at=moment)])
        time.sleep(0.02)

    def sees_until(self, holds: Callable[[], bool]) -> None:
        limit = time.monotonic() + PATIENCE_S
        while not holds():
            self.sees()
            assert time.monotonic() < limit, "nothing was told"


def born(process: subprocess.Popen[str]) -> int:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return int(process.stdout.readline())


def killed(process: subprocess.Popen[str], child: int) -> None:
    assert process.stdout is not None
    os.kill(child, signal.SIGKILL)
    assert process.stdout.readline() == "dead\n"


def kill_again_and_again(folder: Path, receiver: Receiver, kills: int) -> None:
    """Passages arrive and are sealed meanwhile; the last notifier is left alone to the end."""
    road, chance = Road(folder, receiver.address), random.Random(kills)
    with forking(folder) as process:
        for _ in range(kills):
            child, told = born(process), len(receiver.bodies)
            road.sees_until(lambda before=told: len(receiver.bodies) > before)  # type: ignore[misc]  # mypy infers no default
            over = time.monotonic() + chance.uniform(0.0, 0.3)
            road.sees_until(lambda limit=over: time.monotonic() > limit)  # type: ignore[misc]  # as above
            killed(process, child)
            road.store.seal()
        child = born(process)
        limit = time.monotonic() + PATIENCE_S
        while set(road.plates) - set(receiver.plates()):
            assert time.monotonic() < limit, "some were never told"
            time.sleep(0.1)
        time.sleep(1.0)  # the last answer is written down
        killed(process, child)
    taken = receiver.vehicles()
    by_key = {each["MotorVehicleID"]: each["PlateNo"] for each in taken}
    assert sorted(by_key.values()) == sorted(road.plates), "sent again it has another number"
    again = len(taken) - len(road.plates)
    assert again <= kills * notifying.AT_ONCE
    assert Delivery.objects.get(pk=road.row.pk).passages <= len(taken)
    print(f"{kills} kills, {len(road.plates)} passages, {again} told again")  # noqa: T201 - the figure


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_three_kills_leave_nothing_untold(tmp_path: Path) -> None:
    with serving(Receiver()) as receiver:
        kill_again_and_again(tmp_path, receiver, 3)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_hundred_kills_leave_nothing_untold(tmp_path: Path) -> None:
    with serving(Receiver()) as receiver:
        kill_again_and_again(tmp_path, receiver, 100)


class Guarded(Receiver):
    """A platform that lets in only who answers its challenge (RFC 2617)."""

    NAME, SECRET = "43020000011190000001", "only-for-tests"

    def __init__(self) -> None:
        super().__init__()
        self.challenges = 0
        nonces, outer = Nonces("elsewhere"), self
        plain: Any = self.server.RequestHandlerClass

        class Handler(plain):  # type: ignore[misc]  # made when the receiver is
            def do_POST(self: BaseHTTPRequestHandler) -> None:  # noqa: N802 - as the base has it
                said = Credentials.parse(self.headers.get("authorization", ""))
                if said is not None and said.username == outer.NAME:
                    text = f"{outer.NAME}:elsewhere:{outer.SECRET}".encode()
                    a1 = hashlib.md5(text, usedforsecurity=False).hexdigest()
                    outcome = nonces.judge(
                        said, a1, method="POST", path=self.path, now_s=time.monotonic()
                    )
                    if outcome is Outcome.RIGHT:
                        plain.do_POST(self)
                        return
                outer.challenges += 1
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(401)
                self.send_header("www-authenticate", nonces.challenge(now_s=time.monotonic()))
                self.send_header("content-length", "0")
                self.end_headers()

        self.server.RequestHandlerClass = Handler


@pytest.mark.django_db
class TestDigest:
    def test_a_receiver_that_asks_for_digest_is_told_once_its_secret_is_set(
        self, tmp_path: Path
    ) -> None:
        """And what waited meanwhile is told then: no 401 loses a passage."""
        with serving(Guarded()) as receiver:
            assert isinstance(receiver, Guarded)
            house = House(tmp_path, receiver)
            house.approve()
            house.sees(1)
            house.notifier.step()
            assert receiver.bodies == []
            assert house.delivery.last_error.startswith("HTTP 401")

            services.set_receiver(
                subscription_id=house.row.pk,
                name=Guarded.NAME,
                secret=Guarded.SECRET,
                by=house.officer,
                at=house.at,
            )
            house.at += timedelta(minutes=10)
            house.sees(2)
            house.notifier.step()

            assert receiver.plates() == named(1, 2)
            asked = receiver.challenges
            house.sees(3)
            house.notifier.step()
            assert receiver.plates() == named(1, 2, 3)
            assert receiver.challenges - asked <= 1

    def test_a_wrong_secret_is_told_on_the_page_and_kept_out_of_everything_else(
        self, tmp_path: Path
    ) -> None:
        with serving(Guarded()) as receiver:
            house = House(tmp_path, receiver)
            house.approve()
            services.set_receiver(
                subscription_id=house.row.pk,
                name=Guarded.NAME,
                secret="not-the-secret",
                by=house.officer,
                at=house.at,
            )
            house.sees(1)
            house.notifier.step()

        assert receiver.bodies == []
        assert "wrong or missing" in house.delivery.last_error
        row = Subscription.objects.get(pk=house.row.pk)
        assert (row.receiver_name, row.receiver_secret) == (Guarded.NAME, "not-the-secret")
        kept = AuditEntry.objects.filter(subject="passages.subscription")
        assert "not-the-secret" not in str([each.detail for each in kept])

    def test_only_who_shares_there_sets_it(self) -> None:
        row = subscription()
        stranger = make.actor_with(SHARE)
        with pytest.raises(Unreached):
            services.set_receiver(subscription_id=row.pk, name="", secret="x", by=stranger, at=AT)
