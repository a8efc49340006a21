"""One city, two protocols: each controller is asked by its own, and neither hides the other."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from luchang.apps.signals.ports import (
    Controller,
    ControllerLink,
    LinkRefused,
    LinkSeen,
    PresenceSeen,
    Push,
)
from luchang.core.signals.control import Presence
from luchang.gateways.ga1049.client import Ga1049Link
from luchang.gateways.ga1049.fake import SimulatedLink, SimulatedSystem
from luchang.gateways.gb20999.client import Gb20999Link
from luchang.gateways.gb20999.dialect import Dialect
from luchang.gateways.gb20999.fake import SimulatedDatagrams
from luchang.gateways.simulated import SimulatedController
from luchang.gateways.switchboard import Switchboard
from tests.core.signals.layouts import crossing
from tests.gateways.ga1049.links import QUICK
from tests.gateways.signals import CONTROLLER, NOW, approved, locked


@pytest.fixture
def system() -> Iterator[SimulatedSystem]:
    made = SimulatedSystem(dialect=QUICK, now=lambda: NOW, push_s=0.05)
    made.add(SimulatedController(CONTROLLER.number, CONTROLLER.crossing, crossing()))
    yield made
    made.stop()


@pytest.fixture
def server() -> Iterator[SimulatedDatagrams]:
    made = SimulatedDatagrams(SimulatedController("7", "1", crossing()), now=lambda: NOW)
    yield made
    made.stop()


@pytest.fixture
def board(system: SimulatedSystem) -> Iterator[Switchboard]:
    made = Switchboard(
        system=Ga1049Link(account=system.account, dialect=QUICK, may_set=True, now=lambda: NOW),
        direct=Gb20999Link(dialect=Dialect(poll_s=0.05), may_set=True, now=lambda: NOW),
        may_set=True,
    )
    yield made
    made.close()


def direct(server: SimulatedDatagrams) -> Controller:
    return Controller("J1", "7", "1", server.address, layout=crossing())


def test_each_controller_is_asked_by_its_own_protocol(
    board: Switchboard, system: SimulatedSystem, server: SimulatedDatagrams
) -> None:
    assert board.read_state(CONTROLLER, at=NOW).faults == []
    assert board.read_state(direct(server), at=NOW).faults is None
    assert board.read_plan(CONTROLLER, plan_no=1).name == "模拟"
    assert board.read_plan(direct(server), plan_no=1).name == ""
    assert system.heard
    assert server.heard
    assert {each.split(" · ")[0] for each in board.unconfirmed} == {"GA/T 1049", "GB/T 20999"}


def test_what_may_be_set_is_each_protocols_own_matter(
    board: Switchboard, system: SimulatedSystem, server: SimulatedDatagrams
) -> None:
    board.send_plan(CONTROLLER, approved(), at=NOW)
    board.run_plan(CONTROLLER, approved(), at=NOW)
    board.lock_stage(CONTROLLER, locked(), at=NOW)
    board.release(CONTROLLER, locked(), at=NOW)
    sends: list[Callable[[], object]] = [
        lambda: board.send_plan(direct(server), approved(), at=NOW),
        lambda: board.lock_stage(direct(server), locked(), at=NOW),
    ]

    for send in sends:
        with pytest.raises(LinkRefused) as refused:
            send()
        assert refused.value.code == "unconfirmed"
    assert 3 in system.controllers[CONTROLLER.crossing].plans


def test_both_are_listened_to_at_once(board: Switchboard, server: SimulatedDatagrams) -> None:
    heard = list(board.subscribe([CONTROLLER, direct(server)], for_s=0.5))

    assert [each for each in heard if isinstance(each, LinkSeen)] == [LinkSeen(up=True)] * 2
    assert {each.crossing for each in heard if isinstance(each, PresenceSeen)} == {
        CONTROLLER.crossing,
        "1",
    }


def test_one_that_gives_up_does_not_silence_the_other(
    system: SimulatedSystem, server: SimulatedDatagrams
) -> None:
    """A wrong password for the system must not blind the city to the other controllers."""
    wrong = replace(system.account, password="wrong")
    board = Switchboard(
        system=Ga1049Link(account=wrong, dialect=QUICK, may_set=False, now=lambda: NOW),
        direct=Gb20999Link(dialect=Dialect(poll_s=0.05), may_set=False, now=lambda: NOW),
    )
    heard: list[Push] = []

    with pytest.raises(LinkRefused) as refused:
        heard.extend(board.subscribe([CONTROLLER, direct(server)], for_s=0.5))
    board.close()

    assert refused.value.code == "SDE_Pwd"
    assert PresenceSeen("1", Presence.ONLINE) in heard


def test_a_city_with_one_protocol_hears_that_one_only(
    board: Switchboard, server: SimulatedDatagrams
) -> None:
    heard = list(board.subscribe([direct(server)], for_s=0.1))

    assert heard[0] == LinkSeen(up=True)
    assert list(board.subscribe([], for_s=0.1)) == []


def test_every_link_is_one_in_the_eyes_of_the_types(
    board: Switchboard, system: SimulatedSystem
) -> None:
    """Checked by mypy: a method that changed its form in one link fails here, not at night."""
    links: list[ControllerLink] = [
        board,
        board.system,
        board.direct,
        SimulatedLink(system),
    ]

    assert [each.is_fake for each in links] == [False, False, False, True]
