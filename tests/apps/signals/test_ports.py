"""The way out to controllers is closed unless it was opened, and each refusal has its words."""

import re
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from luchang.apps.signals.management.commands.watch_controller import Command
from luchang.apps.signals.ports import (
    PLAN_FAULTS,
    UTDF_TEXTS,
    LinkRefused,
    check_lock,
    check_plan,
    check_release,
    controller_link,
    fault_text,
    may_set_controllers,
    utdf_text,
)
from luchang.core.signals.checks import FaultCode, PlanFault
from luchang.core.signals.utdf import UtdfRefused
from luchang.gateways.ga1049.fake import SimulatedLink, shared_system
from luchang.gateways.gb20999.fake import SimulatedDatagrams
from luchang.gateways.gb20999.frame import Kind
from luchang.gateways.simulated import SimulatedController
from tests.core.signals.layouts import crossing
from tests.gateways.signals import CONTROLLER, NOW, approved, locked, signed

CORE = Path(__file__).parents[3] / "src" / "luchang" / "core" / "signals" / "utdf"
SIMULATED = "luchang.gateways.ga1049.fake.SimulatedLink"


def test_an_installation_has_no_controllers_until_it_is_told() -> None:
    """A link nobody configured must not show an invented state as a real one."""
    with override_settings(SIGNAL_LINK=""), pytest.raises(LinkRefused) as refused:
        controller_link()

    assert refused.value.code == "not_configured"


def test_an_installation_only_reads_until_it_is_told_otherwise() -> None:
    assert may_set_controllers() is False
    with override_settings(SIGNAL_SETTING=True):
        assert may_set_controllers() is True


def test_what_is_signed_allowed_and_safe_passes() -> None:
    check_plan(CONTROLLER, approved(), may_set=True, at=NOW)
    check_lock(CONTROLLER, locked(), may_set=True, at=NOW)
    check_release(CONTROLLER, locked(), may_set=True)


def test_an_expired_lock_may_still_be_ended_and_no_longer_begun() -> None:
    lock = locked()
    lock = replace(lock, approval=signed(lock.digest, valid_until=NOW))
    later = NOW + timedelta(minutes=1)

    check_release(CONTROLLER, lock, may_set=True)
    with pytest.raises(LinkRefused) as refused:
        check_lock(CONTROLLER, lock, may_set=True, at=later)
    assert refused.value.code == "expired"


def test_what_was_never_signed_cannot_be_released_either() -> None:
    """A release changes the street too."""
    with pytest.raises(LinkRefused) as refused:
        check_release(CONTROLLER, replace(locked(), stage=1), may_set=True)

    assert refused.value.code == "other_content"


@pytest.mark.parametrize("code", FaultCode)
def test_every_fault_of_a_plan_has_its_words(code: FaultCode) -> None:
    fault = PlanFault(code, 0, (2, 3), 5.0, 3.5)

    text = fault_text(fault)

    assert code in PLAN_FAULTS
    assert "%" not in text
    assert not re.search(r"[a-z_]{4,}", text)


def test_a_fault_counts_steps_and_lamps_as_officers_do() -> None:
    text = fault_text(PlanFault(FaultCode.AMBER, 1, (0,), 3.0, 2.0))

    assert text == "第2步：灯组1黄灯须3秒，只有2秒"
    assert "相位差" in fault_text(PlanFault(FaultCode.FRACTION, given_s=1.5))


def test_every_refusal_of_a_utdf_file_has_its_words() -> None:
    raised = {
        code
        for path in CORE.glob("*.py")
        for code in re.findall(r'UtdfRefused\(\s*"(\w+)"', path.read_text())
    } | {"two_stages", "no_stage"}

    assert raised == set(UTDF_TEXTS)
    for code in raised:
        assert "%" not in utdf_text(UtdfRefused(code, line=3, what="x"))


def test_every_refusal_of_a_link_has_its_words() -> None:
    named = dict.fromkeys(
        ("why", "most", "theirs", "ours", "what", "value", "address", "wait", "plan"), "x"
    )

    for code in LinkRefused.texts:
        assert "%(" not in str(LinkRefused(code, **named))


@override_settings(SIGNAL_LINK=SIMULATED)
def test_the_command_reads_listens_and_says_that_it_is_simulated() -> None:
    out = StringIO()

    call_command(Command(), "C1", "--number", "N1", "--plan", "1", "--seconds", "0.1", stdout=out)
    shared_system().stop()
    shared_system.cache_clear()

    text = out.getvalue()
    assert "模拟信号机" in text
    assert "待核对" in text
    assert "cycle_s=" in text
    assert "LinkSeen up=True" in text


@override_settings(SIGNAL_LINK="luchang.gateways.gb20999.client.Gb20999Link")
def test_the_command_reads_a_controller_and_only_that_where_nothing_else_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LUCHANG_GB20999_PORT", "0")
    server = SimulatedDatagrams(SimulatedController("7", "1", crossing()))
    out = StringIO()

    call_command(
        Command(),
        "1",
        "--number",
        "7",
        "--address",
        server.address,
        "--seconds",
        "0",
        stdout=out,
    )
    server.stop()

    assert "plan_no=1" in out.getvalue()
    assert "模拟信号机" not in out.getvalue()
    assert "LinkSeen" not in out.getvalue()
    assert {each.kind for each in server.heard} == {Kind.QUERY}


@override_settings(SIGNAL_LINK="")
def test_the_command_says_what_is_missing() -> None:
    with pytest.raises(CommandError, match="没有接入信号机"):
        call_command(Command(), "C1")


def test_the_simulated_link_is_found_by_its_setting() -> None:
    with override_settings(SIGNAL_LINK=SIMULATED):
        link = controller_link()
    link.close()
    shared_system().stop()
    shared_system.cache_clear()

    assert isinstance(link, SimulatedLink)
