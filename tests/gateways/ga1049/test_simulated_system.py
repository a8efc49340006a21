"""The simulated system refuses what a real one refuses, or its tests would prove nothing."""

import logging
import socket
import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest

from luchang.gateways.ga1049.answers import Answers, Refusal
from luchang.gateways.ga1049.client import Ga1049Link
from luchang.gateways.ga1049.fake import PASSWORD, USER, SimulatedSystem
from luchang.gateways.ga1049.messages import Address, Kind, Message, Name, Operation
from luchang.gateways.ga1049.nodes import Node, node
from luchang.gateways.ga1049.objects import query
from luchang.gateways.simulated import SimulatedController
from tests.core.signals.layouts import crossing
from tests.gateways.ga1049.links import QUICK
from tests.gateways.signals import CONTROLLER, NOW, approved

CROSS = ("CrossID", CONTROLLER.crossing)


def asked(name: Name, *objects: Node, token: str = "") -> Message:
    return Message(
        Kind.REQUEST,
        "1",
        Address("TICP"),
        Address("UTCS"),
        (Operation(name, objects),),
        token=token,
    )


@pytest.fixture
def answers() -> Answers:
    one = SimulatedController(CONTROLLER.number, CONTROLLER.crossing, crossing())
    made = Answers({one.crossing: one}, lambda: NOW, QUICK, USER, PASSWORD)
    made.to(asked(Name.LOGIN, node("SDO_User", ("UserName", USER), ("Pwd", PASSWORD))))
    return made


def refusal(answers: Answers, name: Name, *objects: Node) -> str:
    with pytest.raises(Refusal) as refused:
        answers.to(asked(name, *objects, token=answers.token))
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "objects", "code"),
    [
        (Name.LOGIN, (), "SDE_UserName"),
        (Name.LOGIN, (node("SDO_User", ("UserName", "x")),), "SDE_UserName"),
        (Name.LOGIN, (node("SDO_User", ("UserName", USER), ("Pwd", "密")),), "SDE_Pwd"),
        (Name.OTHER, (), "SDE_OperName"),
        (Name.GET, (query("RouteSpeed", CONTROLLER.crossing),), "SDE_NotAllow"),
        (Name.GET, (node("TSCCmd", ("ObjName", "PlanParam"), CROSS, ("No", "x")),), "SDE_Failure"),
        (Name.SET, (node("CrossParam", CROSS),), "SDE_NotAllow"),
        (Name.SET, (node("SetPlanParam", ("Oper", 2)),), "SDE_Failure"),
        (Name.SET, (node("LockFlowDirection", CROSS, ("LockStageNo", 9)),), "SDE_Failure"),
        (
            Name.SET,
            (node("CrossCtrlInfo", CROSS, ("ControlMode", "13"), ("PlanNo", 0)),),
            "SDE_Failure",
        ),
        (
            Name.SET,
            (node("CrossCtrlInfo", CROSS, ("ControlMode", "53"), ("PlanNo", 9)),),
            "SDE_Failure",
        ),
    ],
)
def test_what_a_real_system_would_refuse_is_refused(
    answers: Answers, name: Name, objects: tuple[Node, ...], code: str
) -> None:
    assert refusal(answers, name, *objects) == code


def test_nothing_is_answered_before_the_login_or_after_the_logout(answers: Answers) -> None:
    with pytest.raises(Refusal) as refused:
        answers.to(asked(Name.GET, token="guessed"))
    assert refused.value.code == "SDE_Token"

    answers.to(asked(Name.LOGOUT, token=answers.token))

    assert refusal(answers, Name.GET) == "SDE_Token"


def test_a_request_without_an_operation_is_refused(answers: Answers) -> None:
    empty = Message(Kind.REQUEST, "1", Address("TICP"), Address("UTCS"), ())

    with pytest.raises(Refusal):
        answers.to(empty)
    assert empty.answer(Kind.ERROR, []).operations[0].name is Name.OTHER


def test_reports_that_nobody_ordered_are_not_sent(answers: Answers) -> None:
    assert answers.news() == []

    answers.to(
        asked(
            Name.SUBSCRIBE, node("SDO_MsgEntity", ("ObjName", "CrossState")), token=answers.token
        )
    )

    assert [each.name for each in answers.news()] == ["CrossState"]
    assert answers.news() == []


def test_a_client_that_sends_nonsense_loses_its_connection_and_no_other(
    system: SimulatedSystem, link: Ga1049Link, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = (system.account.host, system.account.port)
    with closing(socket.create_connection(address, timeout=5)) as stranger:
        stranger.sendall(b"GET / HTTP/1.1 </Message>")
        assert stranger.recv(10) == b""

    assert link.read_plan(CONTROLLER, plan_no=1).plan_no == 1
    assert "a connection ended" in caplog.text


def test_a_rebuilt_junction_gets_a_new_controller_and_an_unchanged_one_keeps_its_plans(
    system: SimulatedSystem, link: Ga1049Link
) -> None:
    """A demo in which a layout was edited would refuse every plan of it from then on."""
    link.send_plan(CONTROLLER, approved(), at=NOW)
    rebuilt = replace(crossing(), stages=crossing().stages[::-1])

    system.add(SimulatedController(CONTROLLER.number, CONTROLLER.crossing, crossing()))
    kept = set(system.controllers[CONTROLLER.crossing].plans)
    system.add(SimulatedController(CONTROLLER.number, CONTROLLER.crossing, rebuilt))

    assert kept == {1, 3}
    assert set(system.controllers[CONTROLLER.crossing].plans) == {1}


def test_what_is_no_request_is_not_answered(system: SimulatedSystem, link: Ga1049Link) -> None:
    link.read_plan(CONTROLLER, plan_no=1)
    heard = len(system.heard)
    wire = link._connected()
    wire.send(link._message(Kind.PUSH, Name.NOTIFY, [Node("SDO_HeartBeat")]))
    link.read_plan(CONTROLLER, plan_no=1)

    assert len(system.heard) == heard + 1


def test_a_stopped_system_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    system = SimulatedSystem(push_s=0.05)
    address = (system.account.host, system.account.port)
    with closing(socket.create_connection(address, timeout=5)):
        system.stop()
    time.sleep(0.05)

    assert threading.active_count() == before
