"""kill -9 of every part under writers over HTTP: nothing lost, doubled or misnumbered.

The runs are those of `make bench NAME=reliability`; each prints what it met.
"""

import sys
from collections.abc import Iterator

import pytest

from benchmarks.reliability import controls, kills
from benchmarks.reliability.runs import under_kills
from benchmarks.reliability.verdict import broken_series, doubles
from benchmarks.reliability.world import World, world

KILLS = 20
FEW = 5


@pytest.fixture(scope="module")
def platform() -> Iterator[World]:
    with world() as running:
        yield running


@pytest.mark.long
@pytest.mark.parametrize("part", kills.PARTS)
def test_what_was_accepted_is_there_once_under_its_number(
    platform: World, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = under_kills(platform, kills.PARTS[part], times=KILLS, name=part)

    with capsys.disabled():
        sys.stdout.write(f"\n{part}: {outcome}\n")
    assert outcome.verdict.lost == []
    assert outcome.verdict.doubled == []
    assert outcome.verdict.misnumbered == []
    assert outcome.refused == []
    assert outcome.unfinished == 0
    assert len(outcome.accepted) >= KILLS * 8


@pytest.mark.long
class TestPositiveControls:
    """If one of these ever finds nothing, the runs above have stopped proving anything."""

    def test_a_key_of_its_own_for_each_try_doubles_records(self, platform: World) -> None:
        assert controls.a_new_key_each_time(platform, times=FEW).verdict.doubled

    def test_numbers_by_counting_are_given_twice(self, platform: World) -> None:
        assert controls.numbers_by_counting(platform) > 0

    def test_commits_that_do_not_wait_for_the_disk_are_lost(self, platform: World) -> None:
        """Last of the module: it breaks what the others rely on."""
        assert controls.asynchronous_commit(platform, times=FEW).verdict.lost


class TestTheVerdictItself:
    @pytest.mark.parametrize("given", [["I1-00001", "I1-00003"], ["I1-00001", "I1-00001"]])
    def test_a_gap_and_a_double_break_a_series(self, given: list[str]) -> None:
        assert broken_series(given) == ["I1"]

    def test_whole_series_of_two_days_are_sound(self) -> None:
        assert broken_series(["I1-00002", "I2-00001", "I1-00001"]) == []

    def test_doubles_are_counted_beyond_the_first(self) -> None:
        assert doubles([1, 2, 2, 2, 3, 3]) == 3
