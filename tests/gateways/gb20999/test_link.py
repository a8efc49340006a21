"""The link and a controller, over real datagrams: what is asked, lost, refused; nothing is set."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.apps.signals.ports import (
    Controller,
    LampsSeen,
    LinkRefused,
    LinkSeen,
    ModeSeen,
    PresenceSeen,
    StageSeen,
    StoredPlan,
    StoredStage,
)
from luchang.core.signals.control import ControlMode, LampState, Presence
from luchang.gateways.gb20999.chains import chains_of, stages_and_times
from luchang.gateways.gb20999.client import Gb20999Link
from luchang.gateways.gb20999.dialect import (
    ANSWERS_SEEN,
    Chain,
    Dialect,
    dialect,
    mode_at,
    plan_at,
    stage_at,
    stages_of,
    times_of,
)
from luchang.gateways.gb20999.fake import SimulatedDatagrams
from luchang.gateways.gb20999.frame import BadFrame, Frame, Item, Kind, Place, decode, encode
from luchang.gateways.simulated import SimulatedController
from tests.core.signals.layouts import crossing
from tests.gateways.signals import NOW, approved, locked

QUICK = Dialect(answer_s=1.0, poll_s=0.05)
HASTY = replace(QUICK, answer_s=0.15)
"""For controllers that shall not answer; those that shall get more time on a busy machine."""

ASKED = [mode_at(1), stage_at(1), plan_at(1), stages_of(1), times_of(1)]


@pytest.fixture
def server(caplog: pytest.LogCaptureFixture) -> Iterator[SimulatedDatagrams]:
    made = SimulatedDatagrams(
        SimulatedController("7", "1", crossing()), dialect=QUICK, now=lambda: NOW
    )
    assert "FAKE" in caplog.text
    yield made
    made.stop()


@pytest.fixture
def link() -> Iterator[Gb20999Link]:
    made = Gb20999Link(dialect=QUICK, may_set=True, now=lambda: NOW)
    yield made
    made.close()


@pytest.fixture
def hasty() -> Iterator[Gb20999Link]:
    made = Gb20999Link(dialect=HASTY, may_set=True, now=lambda: NOW)
    yield made
    made.close()


def at(server: SimulatedDatagrams) -> Controller:
    return Controller("J1", "7", "1", server.address, layout=crossing())


def silent() -> tuple[socket.socket, Controller]:
    """A port where somebody listens and says nothing of himself."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    made.settimeout(2)
    return made, Controller("J1", "7", "1", "{}:{}".format(*made.getsockname()))


class TestReading:
    def test_a_state_says_mode_plan_stage_and_lamps(
        self, link: Gb20999Link, server: SimulatedDatagrams
    ) -> None:
        state = link.read_state(at(server), at=NOW)

        assert (state.presence, state.mode, state.plan_no) == (
            Presence.ONLINE,
            ControlMode.FIXED,
            1,
        )
        assert state.stage == server.controller.stage(NOW)
        assert state.lamps == server.controller.lamps(NOW)
        assert state.faults is None

    def test_codes_nobody_knows_are_shown_as_they_are(self, server: SimulatedDatagrams) -> None:
        link = Gb20999Link(
            dialect=replace(QUICK, modes={}, lamps={}), may_set=False, now=lambda: NOW
        )

        state = link.read_state(at(server), at=NOW)
        link.close()

        assert (state.mode, state.raw_mode) == (None, "0x21")
        assert set(state.lamps.values()) == {LampState.UNKNOWN}

    def test_a_plan_is_read_with_the_length_of_its_stages(
        self, link: Gb20999Link, server: SimulatedDatagrams
    ) -> None:
        plan = link.read_plan(at(server), plan_no=1)
        held = server.controller.plan

        assert (plan.cycle_s, plan.offset_s) == (held.cycle_s, held.offset_s)
        assert [(one.stage, one.length_s) for one in plan.stages] == [
            (one.stage, one.length_s) for one in held.stages
        ]
        assert plan.stages[0].amber_s is None

    def test_a_plan_that_is_not_there_is_the_controllers_refusal(
        self, link: Gb20999Link, server: SimulatedDatagrams
    ) -> None:
        with pytest.raises(LinkRefused) as refused:
            link.read_plan(at(server), plan_no=9)

        assert refused.value.code == "controller_refused"
        assert "9.2.6.9" in str(refused.value)

    def test_a_lost_datagram_is_sent_again(
        self, hasty: Gb20999Link, server: SimulatedDatagrams
    ) -> None:
        server.deaf = 1

        assert hasty.read_state(at(server), at=NOW).stage is not None
        assert len(server.heard) > 3

    def test_a_controller_that_never_answers_is_silent_in_bounded_time(
        self, hasty: Gb20999Link
    ) -> None:
        listening, controller = silent()
        begun = time.monotonic()

        with pytest.raises(LinkRefused) as refused:
            hasty.read_state(controller, at=NOW)
        listening.close()

        assert refused.value.code == "silent"
        assert time.monotonic() - begun < 2

    def test_a_port_nobody_listens_on_is_silent_too(self, hasty: Gb20999Link) -> None:
        listening, controller = silent()
        listening.close()

        with pytest.raises(LinkRefused) as refused:
            hasty.read_state(controller, at=NOW)

        assert refused.value.code == "silent"

    def test_serials_are_compared_only_where_controllers_keep_to_the_standard(
        self, server: SimulatedDatagrams, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send = server.send
        monkeypatch.setattr(server, "send", lambda frame, to: send(replace(frame, serial=77), to))
        lenient = Gb20999Link(dialect=QUICK, may_set=False, now=lambda: NOW)
        strict = Gb20999Link(
            dialect=replace(HASTY, match_serial=True), may_set=False, now=lambda: NOW
        )

        assert lenient.read_state(at(server), at=NOW).plan_no == 1
        with pytest.raises(LinkRefused) as refused:
            strict.read_state(at(server), at=NOW)
        lenient.close()
        strict.close()

        assert refused.value.code == "silent"

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"number": "x"}, "unwritable"),
            ({"number": str(2**32)}, "unwritable"),
            ({"crossing": "0"}, "unwritable"),
            ({"crossing": "256"}, "unwritable"),
            ({"address": "no such host:1"}, "unreachable"),
            ({"address": ""}, "unwritable"),
            ({"address": "127.0.0.1:x"}, "unwritable"),
            ({"address": "127.0.0.1:99999"}, "unwritable"),
        ],
    )
    def test_a_controller_entered_wrongly_is_said_and_not_asked(
        self, link: Gb20999Link, changed: dict[str, str], code: str
    ) -> None:
        controller = replace(Controller("J1", "7", "1", "127.0.0.1:9"), **changed)  # type: ignore[arg-type]

        with pytest.raises(LinkRefused) as refused:
            link.read_state(controller, at=NOW)

        assert refused.value.code == code
        assert str(refused.value)


class TestBadDays:
    def test_a_plan_whose_places_are_all_empty_is_not_stored(
        self, link: Gb20999Link, server: SimulatedDatagrams
    ) -> None:
        server.controller.store(StoredPlan(5, "", 0, 0, ()))

        with pytest.raises(LinkRefused) as refused:
            link.read_plan(at(server), plan_no=5)

        assert refused.value.code == "not_stored"

    @pytest.mark.parametrize("value", [b"", b"12345"])
    def test_an_answer_of_the_wrong_length_is_garbled(
        self,
        link: Gb20999Link,
        server: SimulatedDatagrams,
        monkeypatch: pytest.MonkeyPatch,
        value: bytes,
    ) -> None:
        monkeypatch.setattr(server, "_held", lambda: dict.fromkeys(ASKED, value))
        reads: list[Callable[[], object]] = [
            lambda: link.read_state(at(server), at=NOW),
            lambda: link.read_plan(at(server), plan_no=1),
        ]

        for read in reads:
            with pytest.raises(LinkRefused) as refused:
                read()
            assert refused.value.code == "garbled"

    def test_answers_about_something_else_are_not_taken_for_ours(
        self, link: Gb20999Link, server: SimulatedDatagrams, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send = server.send

        def with_noise(frame: Frame, to: tuple[str, int]) -> None:
            other = Item(Place(14, 1), b"\x07")
            send(replace(frame, items=(other,)), to)
            send(replace(frame, kind=Kind.PUSH), to)
            send(frame, to)

        monkeypatch.setattr(server, "send", with_noise)

        assert link.read_state(at(server), at=NOW).plan_no == 1

    def test_a_port_of_ours_that_is_taken_is_said(self) -> None:
        taken, _controller = silent()
        link = Gb20999Link(
            dialect=replace(QUICK, port=taken.getsockname()[1]), may_set=False, now=lambda: NOW
        )

        with pytest.raises(LinkRefused) as refused:
            link.read_state(Controller("J1", "7", "1", "127.0.0.1:9"), at=NOW)
        taken.close()

        assert refused.value.code == "unreachable"

    def test_an_address_no_datagram_reaches_is_said(self, link: Gb20999Link) -> None:
        """A broadcast address entered by mistake must not look like a silent controller."""
        with pytest.raises(LinkRefused) as refused:
            link.read_state(Controller("J1", "7", "1", "255.255.255.255:9"), at=NOW)

        assert refused.value.code == "unreachable"


class TestHearing:
    def test_what_changes_is_reported_once(
        self, link: Gb20999Link, server: SimulatedDatagrams
    ) -> None:
        heard = list(link.subscribe([at(server)], for_s=0.3))

        assert [type(each) for each in heard] == [
            LinkSeen,
            PresenceSeen,
            ModeSeen,
            StageSeen,
            LampsSeen,
        ]

    def test_a_controller_that_falls_silent_is_offline(self, hasty: Gb20999Link) -> None:
        listening, controller = silent()

        heard = list(hasty.subscribe([controller], for_s=0.1))
        listening.close()

        assert heard[1:] == [PresenceSeen("1", Presence.OFFLINE)]

    @pytest.mark.parametrize("answer", ANSWERS_SEEN)
    def test_a_heartbeat_is_answered_as_configured(self, answer: int) -> None:
        listening, controller = silent()
        link = Gb20999Link(
            dialect=replace(HASTY, heartbeat_answer=answer), may_set=False, now=lambda: NOW
        )
        link._opened()
        ours = ("127.0.0.1", cast("socket.socket", link._socket).getsockname()[1])
        listening.sendto(encode(Frame(Kind.HEARTBEAT, controller=7, serial=9)), ours)
        list(link.subscribe([controller], for_s=0.1))

        answers = []
        listening.settimeout(0.3)
        while True:
            try:
                answers.append(decode(listening.recv(100)))
            except TimeoutError:
                break
        listening.close()
        link.close()

        beats = [each for each in answers if each.kind == answer]
        assert [(each.controller, each.serial) for each in beats] == [(7, 9)]

    def test_strangers_and_noise_are_dropped(
        self, link: Gb20999Link, server: SimulatedDatagrams, caplog: pytest.LogCaptureFixture
    ) -> None:
        stranger, _controller = silent()
        link._opened()
        ours = ("127.0.0.1", cast("socket.socket", link._socket).getsockname()[1])
        stranger.sendto(encode(Frame(Kind.HEARTBEAT)), ours)
        server._socket.sendto(b"\x7enoise", ours)

        assert link.read_state(at(server), at=NOW).plan_no == 1
        stranger.close()
        assert "was dropped" in caplog.text


class TestSetting:
    def test_nothing_is_set_even_where_all_is_signed_and_allowed(
        self, link: Gb20999Link, server: SimulatedDatagrams
    ) -> None:
        """How a controller takes a plan is not confirmed; a guess would move lamps."""
        controller = at(server)
        sends: list[Callable[[], object]] = [
            lambda: link.send_plan(controller, approved(), at=NOW),
            lambda: link.run_plan(controller, approved(), at=NOW),
            lambda: link.lock_stage(controller, locked(), at=NOW),
            lambda: link.release(controller, locked(), at=NOW),
        ]

        for send in sends:
            with pytest.raises(LinkRefused) as refused:
                send()
            assert refused.value.code == "unconfirmed"
        assert server.heard == []
        assert any("只读" in each for each in link.unconfirmed)

    def test_the_simulated_controller_refuses_settings(self, server: SimulatedDatagrams) -> None:
        asking, _controller = silent()
        host, port = server.address.split(":")
        for kind in (Kind.SET, Kind.HEARTBEAT, Kind.PUSH):
            asking.sendto(encode(Frame(kind, serial=3)), (host, int(port)))

        kinds = {decode(asking.recv(100)).kind for _ in range(2)}
        asking.close()

        assert kinds == {Kind.SET_ERROR, 0x80}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            StoredStage,
            stage=st.integers(0, 63),
            green_s=st.integers(1, 999),
            amber_s=st.none(),
            all_red_s=st.none(),
        ),
        max_size=16,
    ).map(tuple),
    st.sampled_from(Chain),
)
def test_chains_are_read_back_as_they_were_written(
    stages: tuple[StoredStage, ...], chain: Chain
) -> None:
    assert stages_and_times(*chains_of(stages, chain), chain) == stages


def test_chains_are_read_as_a_real_controller_wrote_them() -> None:
    """Four stages of 29, 31, 29 and 31 s, the first at the end: a cycle of 120 s."""
    stages = bytes(12) + bytes((4, 3, 2, 1))
    times = bytes(24) + bytes((0, 31, 0, 29, 0, 31, 0, 29))

    found = stages_and_times(stages, times, Chain.FIRST_LAST)

    assert [(one.stage, one.length_s) for one in found] == [(0, 29), (1, 31), (2, 29), (3, 31)]


@pytest.mark.parametrize(
    ("stages", "times"),
    [
        (bytes(15), bytes(32)),
        (bytes(16), bytes(31)),
        (bytes(15) + b"\x01", bytes(32)),
        (bytes(16), bytes(31) + b"\x05"),
    ],
)
def test_chains_that_do_not_fit_each_other_are_refused(stages: bytes, times: bytes) -> None:
    with pytest.raises(BadFrame):
        stages_and_times(stages, times, Chain.FIRST_LAST)


def test_more_stages_than_places_are_refused() -> None:
    with pytest.raises(BadFrame):
        chains_of([StoredStage(0, 5, None, None)] * 17, Chain.FIRST_FIRST)


def test_a_dialect_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUCHANG_GB20999_HEARTBEAT_ANSWER", "0x71")
    monkeypatch.setenv("LUCHANG_GB20999_PORT", "0")
    monkeypatch.setenv("LUCHANG_GB20999_CHAIN", "first_first")

    assert dialect() == Dialect(heartbeat_answer=0x71, chain=Chain.FIRST_FIRST)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LUCHANG_GB20999_HOST", "256"),
        ("LUCHANG_GB20999_PORT", "99999"),
        ("LUCHANG_GB20999_PORT", "x"),
        ("LUCHANG_GB20999_HEARTBEAT_ANSWER", "0x10"),
        ("LUCHANG_GB20999_CHAIN", "middle"),
    ],
)
def test_a_dialect_that_is_none_is_no_configuration(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """0x10 as the answer to a heartbeat would be a question to the controller."""
    monkeypatch.setenv(name, value)

    with pytest.raises(LinkRefused) as refused:
        dialect()

    assert refused.value.code == "not_configured"
