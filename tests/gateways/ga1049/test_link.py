"""The link and a signal control system, over a real socket: what is asked, heard, set, refused."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from luchang.apps.signals.ports import (
    Controller,
    Fault,
    FaultSeen,
    FlowsSeen,
    LinkRefused,
    LinkSeen,
    PresenceSeen,
    Push,
    StageSeen,
)
from luchang.core.signals.control import ControllerFault, ControlMode, Presence
from luchang.gateways.ga1049.client import Account, Ga1049Link, account
from luchang.gateways.ga1049.dialect import SIGNALS, Dialect, dialect
from luchang.gateways.ga1049.fake import SimulatedLink, SimulatedSystem
from luchang.gateways.ga1049.messages import Kind, Message, Name
from luchang.gateways.ga1049.nodes import node
from luchang.gateways.simulated import SimulatedController
from tests.core.signals.layouts import crossing
from tests.gateways.ga1049.links import HASTY, QUICK, link_to
from tests.gateways.ga1049.scripted import (
    after_login,
    answering,
    polite,
    said,
    system_that,
)
from tests.gateways.signals import CONTROLLER, NOW, approved, locked


class TestReading:
    def test_a_state_says_mode_stage_and_lamps(
        self, link: Ga1049Link, system: SimulatedSystem
    ) -> None:
        one = system.controllers[CONTROLLER.crossing]

        state = link.read_state(CONTROLLER, at=NOW)

        assert state.presence is Presence.ONLINE
        assert (state.mode, state.plan_no) == (ControlMode.FIXED, 1)
        assert state.stage == one.stage(NOW)
        assert state.lamps == one.lamps(NOW)
        assert state.faults == []

    def test_a_fault_is_read_with_the_state(
        self, link: Ga1049Link, system: SimulatedSystem
    ) -> None:
        fault = Fault(ControllerFault.LAMP_OUTPUT, "红灯故障", NOW)
        system.controllers[CONTROLLER.crossing].faults.append(fault)

        state = link.read_state(CONTROLLER, at=NOW)

        assert (state.presence, state.faults) == (Presence.FAULTY, [fault])

    def test_a_question_the_system_does_not_offer_leaves_a_gap_and_no_more(self) -> None:
        def answer(request: Message) -> bytes:
            if request.objects[0].said("ObjName") == "CrossState":
                state = node("CrossState", ("CrossID", CONTROLLER.crossing), ("Value", "Online"))
                return said(request.answer(Kind.RESPONSE, [state]))
            error = node("SDO_Error", ("ErrType", "SDE_NotAllow"), ("ErrDesc", "no"))
            return said(request.answer(Kind.ERROR, [error]))

        with system_that(after_login(answer)) as server:
            state = link_to(server.account).read_state(CONTROLLER, at=NOW)

        assert (state.presence, state.mode, state.lamps) == (Presence.ONLINE, None, {})

    def test_a_junction_the_system_does_not_know_is_its_own_refusal(
        self, link: Ga1049Link
    ) -> None:
        with pytest.raises(LinkRefused) as refused:
            link.read_state(replace(CONTROLLER, crossing="nowhere", number="x"), at=NOW)

        assert refused.value.code == "SDE_Failure"
        assert "nowhere" in str(refused.value)

    def test_a_stored_plan_is_read(self, link: Ga1049Link, system: SimulatedSystem) -> None:
        assert link.read_plan(CONTROLLER, plan_no=1) == (
            system.controllers[CONTROLLER.crossing].plan
        )
        with pytest.raises(LinkRefused) as refused:
            link.read_plan(CONTROLLER, plan_no=9)
        assert refused.value.code == "not_stored"

    def test_the_other_namespace_is_spoken_too(self) -> None:
        spoken = replace(QUICK, namespace=SIGNALS, mode_object="CrossModePlan")
        system = SimulatedSystem(dialect=spoken, now=lambda: NOW)
        system.add(SimulatedController(CONTROLLER.number, CONTROLLER.crossing, crossing()))

        state = link_to(system.account, spoken=spoken).read_state(CONTROLLER, at=NOW)
        system.stop()

        assert state.mode is ControlMode.FIXED


class TestListening:
    def test_every_kind_of_report_arrives(self, link: Ga1049Link, system: SimulatedSystem) -> None:
        fault = Fault(ControllerFault.CLOCK, "时钟", NOW)
        system.controllers[CONTROLLER.crossing].faults.append(fault)
        system.add(SimulatedController("other", "other", crossing()))
        wanted = {"LinkSeen", "PresenceSeen", "ModeSeen", "StageSeen", "CycleSeen"}
        wanted |= {"LampsSeen", "FlowsSeen", "FaultSeen"}
        heard: list[Push] = []

        for push in link.subscribe([CONTROLLER], for_s=20):
            heard.append(push)
            if {type(each).__name__ for each in heard} == wanted:
                break

        assert {type(each).__name__ for each in heard} == wanted
        assert FaultSeen(CONTROLLER.number, fault) in heard
        flows = next(each for each in heard if isinstance(each, FlowsSeen))
        assert flows.interval_s == 300
        assert flows.lanes[1].vehicles_per_h > 0
        assert not any(getattr(each, "crossing", "") == "other" for each in heard)

    def test_a_broken_connection_is_said_and_made_anew(
        self, link: Ga1049Link, system: SimulatedSystem
    ) -> None:
        seen: list[bool] = []

        for push in link.subscribe([CONTROLLER], for_s=20):
            if isinstance(push, LinkSeen):
                seen.append(push.up)
            if seen == [True] and isinstance(push, PresenceSeen):
                system.hang_up()
            if seen == [True, False, True]:
                break

        assert seen == [True, False, True]

    def test_listening_ends_with_its_time_and_says_that_nothing_more_is_wanted(
        self, link: Ga1049Link, system: SimulatedSystem
    ) -> None:
        list(link.subscribe([CONTROLLER], for_s=0.3))

        assert system.heard[-1].objects[0].said("Cmd") == "Stop"

    def test_a_system_nobody_reaches_is_said_and_tried_again(self) -> None:
        with system_that(polite) as server:
            gone = server.account
        link = link_to(gone)

        heard = list(link.subscribe([CONTROLLER], for_s=0.3))

        assert len(heard) > 1
        assert all(isinstance(each, LinkSeen) and not each.up and each.why for each in heard)

    def test_a_wrong_password_is_not_tried_again(self, system: SimulatedSystem) -> None:
        link = link_to(replace(system.account, password="wrong"))

        with pytest.raises(LinkRefused) as refused:
            list(link.subscribe([CONTROLLER], for_s=20))

        assert refused.value.code == "SDE_Pwd"
        assert len(system.heard) == 1

    def test_a_broken_report_between_good_ones_is_passed_over(self) -> None:
        good = node("CrossStage", ("CrossID", CONTROLLER.crossing), ("CurStageNo", 2))
        broken = node("CrossStage", ("CrossID", CONTROLLER.crossing))

        def answer(request: Message) -> bytes:
            pushes = [
                said(replace(request.answer(Kind.PUSH, [each]), seq="9"))
                for each in (broken, good)
            ]
            return b"".join([pushes[0], b"<Message>?</Message>", pushes[1], polite(request)])

        with system_that(after_login(answer)) as server:
            link = link_to(server.account)
            for push in link.subscribe([CONTROLLER], for_s=20):
                if not isinstance(push, LinkSeen):
                    break
            link.close()

        assert push == StageSeen(CONTROLLER.crossing, 1, 0, None, None)


class TestBadDays:
    def test_a_system_that_is_not_there(self) -> None:
        with system_that(polite) as server:
            gone = server.account

        with pytest.raises(LinkRefused) as refused:
            link_to(gone).read_plan(CONTROLLER, plan_no=1)

        assert refused.value.code == "unreachable"
        assert gone.address in str(refused.value)

    def test_a_system_that_does_not_answer(self) -> None:
        with system_that(after_login(lambda _request: b"")) as server:
            link = link_to(server.account, spoken=HASTY)
            with pytest.raises(LinkRefused) as refused:
                link.read_plan(CONTROLLER, plan_no=1)

        assert refused.value.code == "silent"
        assert server.connections == 2  # a question is asked once more

    def test_a_system_that_speaks_something_else(self) -> None:
        with system_that(lambda _request: b"HTTP/1.1 400 </Message>") as server:
            link = link_to(server.account, spoken=HASTY)
            with pytest.raises(LinkRefused) as refused:
                link.read_plan(CONTROLLER, plan_no=1)

        assert refused.value.code == "garbled"

    def test_a_system_that_hangs_up(self) -> None:
        with (
            system_that(after_login(lambda _request: None)) as server,
            pytest.raises(LinkRefused) as refused,
        ):
            link_to(server.account).read_plan(CONTROLLER, plan_no=1)

        assert refused.value.code == "lost"

    def test_a_stored_plan_that_is_none(self) -> None:
        with (
            system_that(answering(node("PlanParam", ("PlanNo", "one")))) as server,
            pytest.raises(LinkRefused) as refused,
        ):
            link_to(server.account).read_plan(CONTROLLER, plan_no=1)

        assert refused.value.code == "garbled"

    def test_a_state_that_is_none(self) -> None:
        with (
            system_that(answering(node("CrossState", ("Value", "?")))) as server,
            pytest.raises(LinkRefused) as refused,
        ):
            link_to(server.account).read_state(CONTROLLER, at=NOW)

        assert refused.value.code == "garbled"

    def test_an_expired_token_is_renewed_by_logging_in_again(
        self, link: Ga1049Link, system: SimulatedSystem
    ) -> None:
        link.read_plan(CONTROLLER, plan_no=1)
        link._token = "stale"

        assert link.read_plan(CONTROLLER, plan_no=1).plan_no == 1
        logins = [each for each in system.heard if each.operations[0].name is Name.LOGIN]
        assert len(logins) == 2

    @pytest.mark.parametrize(
        ("error", "code"),
        [("SDE_UserName", "SDE_UserName"), ("SDE_NotAllow", "SDE_NotAllow"), ("?", "SDE_Unknown")],
    )
    def test_each_error_of_the_standard_has_its_own_sentence(self, error: str, code: str) -> None:
        told = node("SDO_Error", ("ErrObj", ""), ("ErrType", error), ("ErrDesc", "why"))
        with (
            system_that(lambda request: said(request.answer(Kind.ERROR, [told]))) as server,
            pytest.raises(LinkRefused) as refused,
        ):
            link_to(server.account).read_plan(CONTROLLER, plan_no=1)

        assert refused.value.code == code
        assert "why" in str(refused.value)

    def test_an_error_without_a_reason_and_a_login_without_a_token_are_refused(self) -> None:
        with (
            system_that(lambda request: said(request.answer(Kind.ERROR, []))) as server,
            pytest.raises(LinkRefused) as refused,
        ):
            link_to(server.account).read_plan(CONTROLLER, plan_no=1)
        assert refused.value.code == "SDE_Unknown"

        with (
            system_that(lambda request: said(request.answer(Kind.RESPONSE, []))) as server,
            pytest.raises(LinkRefused) as refused,
        ):
            link_to(server.account).read_plan(CONTROLLER, plan_no=1)
        assert refused.value.code == "SDE_Token"

    @pytest.mark.slow
    def test_heartbeats_are_sent_while_nothing_else_is_and_silence_ends_the_link(self) -> None:
        spoken = Dialect(answer_s=1.4, heartbeat_s=0.2, lost_s=1.5)
        with system_that(polite) as server:
            link = link_to(server.account, spoken=spoken)
            heard = [
                each
                for each in link.subscribe([CONTROLLER], for_s=2.0)
                if isinstance(each, LinkSeen)
            ]
            link.close()

        beats = [each for each in server.heard if each.kind is Kind.PUSH]
        assert len(beats) >= 3
        assert beats[0].objects[0].name == "SDO_HeartBeat"
        assert [each.up for each in heard][:2] == [True, False]


def report_refused(request: Message, code: str) -> bytes:
    """Answers everything, but refuses to switch reports on."""
    if request.objects and request.objects[0].name == "CrossReportCtrl":
        told = node("SDO_Error", ("ErrType", code), ("ErrDesc", "no"))
        return said(request.answer(Kind.ERROR, [told]))
    return polite(request)


class TestReports:
    def test_a_system_that_reports_without_being_told_is_listened_to(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        with system_that(lambda request: report_refused(request, "SDE_NotAllow")) as server:
            heard = list(link_to(server.account).subscribe([CONTROLLER], for_s=0.1))

        assert heard == [LinkSeen(up=True)]
        assert "no CrossStage" in caplog.text

    def test_a_report_refused_for_another_reason_ends_listening(self) -> None:
        with (
            system_that(lambda request: report_refused(request, "SDE_Version")) as server,
            pytest.raises(LinkRefused) as refused,
        ):
            list(link_to(server.account).subscribe([CONTROLLER], for_s=5))

        assert refused.value.code == "SDE_Version"

    def test_a_farewell_that_fails_is_no_failure_of_the_listening(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        def answer(request: Message) -> bytes | None:
            unsubscribed = request.operations[0].name is Name.UNSUBSCRIBE
            return None if unsubscribed else polite(request)

        with system_that(answer) as server:
            heard = list(link_to(server.account).subscribe([CONTROLLER], for_s=0.1))

        assert heard == [LinkSeen(up=True)]
        assert "连接中断" in caplog.text


class TestWire:
    def test_a_stream_of_nonsense_is_given_up(self) -> None:
        with system_that(after_login(lambda _request: b"<x></Message>" * 60)) as server:
            link = link_to(server.account)
            with pytest.raises(LinkRefused) as refused:
                link.read_plan(CONTROLLER, plan_no=1)

        assert refused.value.code == "garbled"

    def test_a_stream_that_is_not_text_is_given_up(self) -> None:
        with system_that(after_login(lambda _request: b"\xff</Message>")) as server:
            link = link_to(server.account)
            with pytest.raises(LinkRefused) as refused:
                link.read_plan(CONTROLLER, plan_no=1)

        assert refused.value.code == "garbled"

    def test_what_does_not_fit_the_protocol_is_not_sent(
        self, link: Ga1049Link, system: SimulatedSystem
    ) -> None:
        with pytest.raises(LinkRefused) as refused:
            link.read_plan(replace(CONTROLLER, crossing="a\x00"), plan_no=1)

        assert refused.value.code == "garbled"
        assert all(each.operations[0].name is Name.LOGIN for each in system.heard)

    def test_a_connection_closed_under_our_hands_is_lost(
        self, link: Ga1049Link, system: SimulatedSystem
    ) -> None:
        link.read_plan(CONTROLLER, plan_no=1)
        wire = link._connected()
        wire.close()

        with pytest.raises(LinkRefused) as sending:
            wire.send(link._message(Kind.PUSH, Name.NOTIFY, []))
        with pytest.raises(LinkRefused) as reading:
            wire.receive(1)

        assert {sending.value.code, reading.value.code} == {"lost"}
        assert link.read_plan(CONTROLLER, plan_no=1).plan_no == 1

    def test_a_connection_that_slept_too_long_is_made_anew_before_anything_is_sent(
        self, system: SimulatedSystem
    ) -> None:
        """An order sent into a dead connection would be lost, and nobody could say whether."""
        link = link_to(system.account, spoken=replace(QUICK, lost_s=0.2))
        link.release(CONTROLLER, locked(), at=NOW)
        time.sleep(0.3)

        link.release(CONTROLLER, locked(), at=NOW)

        logins = [each for each in system.heard if each.operations[0].name is Name.LOGIN]
        assert len(logins) == 2

    def test_an_order_refused_for_an_old_token_is_sent_with_a_new_one(
        self, link: Ga1049Link, system: SimulatedSystem
    ) -> None:
        link.release(CONTROLLER, locked(), at=NOW)
        link._token = "stale"

        link.release(CONTROLLER, locked(), at=NOW)

        assert link.read_state(CONTROLLER, at=NOW).mode is ControlMode.FIXED

    def test_answers_to_questions_nobody_waits_for_are_passed_over(self) -> None:
        def answer(request: Message) -> bytes:
            stale = replace(request.answer(Kind.RESPONSE, []), seq="1")
            return said(stale) + polite(request)

        with system_that(after_login(answer)) as server:
            link = link_to(server.account)
            with pytest.raises(LinkRefused) as refused:
                link.read_plan(CONTROLLER, plan_no=1)

        assert refused.value.code == "not_stored"


def test_an_account_comes_from_the_environment_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for address in ("", "host", "host:x", "host:99999", ":6000"):
        monkeypatch.setenv("LUCHANG_GA1049_ADDRESS", address)
        monkeypatch.setenv("LUCHANG_GA1049_USER", "u")
        with pytest.raises(LinkRefused) as refused:
            account()
        assert refused.value.code == "not_configured"

    monkeypatch.setenv("LUCHANG_GA1049_ADDRESS", "127.0.0.1:6000")
    monkeypatch.setenv("LUCHANG_GA1049_USER", "u")
    monkeypatch.setenv("LUCHANG_GA1049_PASSWORD", "secret")
    monkeypatch.setenv("LUCHANG_GA1049_LOCK_STAGE_FIELD", "StageNo")

    assert account() == Account("127.0.0.1", 6000, "u", "secret")
    assert "secret" not in repr(account())
    assert dialect().lock_stage_field == "StageNo"
    monkeypatch.setenv("LUCHANG_GA1049_MODE_OBJECT", "CrossMode")
    with pytest.raises(LinkRefused):
        dialect()


def test_the_simulated_link_speaks_the_protocol_and_says_what_it_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    system = SimulatedSystem(dialect=QUICK, now=lambda: NOW, push_s=0.05)
    link = SimulatedLink(system)
    unknown = Controller("J9", "9", "9")

    assert link.is_fake
    assert "FAKE" in caplog.text
    assert link.read_state(CONTROLLER, at=NOW).presence is Presence.ONLINE
    assert len(link.read_plan(unknown, plan_no=1).stages) == 2
    assert next(iter(link.subscribe([unknown], for_s=5))) == LinkSeen(up=True)
    assert link.unconfirmed
    sends: list[Callable[[], object]] = [
        lambda: link.send_plan(CONTROLLER, approved(), at=NOW),
        lambda: link.run_plan(CONTROLLER, approved(), at=NOW),
        lambda: link.lock_stage(CONTROLLER, locked(), at=NOW),
        lambda: link.release(CONTROLLER, locked(), at=NOW),
    ]
    for send in sends:
        with pytest.raises(LinkRefused):
            send()
    link.close()
    system.stop()
