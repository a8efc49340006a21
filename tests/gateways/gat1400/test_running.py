"""The process that takes passages: what it does when a part of it fails."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from luchang.apps.passages import services
from luchang.core.passages.passage import Passage
from luchang.gateways.gat1400 import running
from luchang.gateways.gat1400.keeping import Keeper
from luchang.kernel.segments import Store


def test_a_server_whose_writing_failed_ends_and_takes_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise every sender would wait for ever for an answer nobody can give."""

    async def fails(_keeper: Keeper) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Keeper, "run", fails)
    monkeypatch.setattr(running, "tell_durable", lambda _passages: None)
    monkeypatch.setattr(running, "_write_down", lambda _tallies: None)

    async def served() -> None:
        server = running.serve(Store.open(tmp_path), host="127.0.0.1", port=0, load=dict)
        await asyncio.wait_for(server, 30)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(served())


def test_one_listener_that_fails_keeps_passages_from_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Sequence[Passage]] = []

    def fails(_passages: Sequence[Passage]) -> None:
        raise ValueError

    monkeypatch.setattr(services.intake, "after_durable", [fails, heard.append])
    services.tell_durable(())

    assert heard == [()]
