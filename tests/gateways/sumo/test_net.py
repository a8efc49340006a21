"""A net as the simulator writes it becomes junctions as the core reads them."""

from pathlib import Path

import pytest

from luchang.core.signals.junction import Turn
from luchang.core.signals.safety import faults
from luchang.gateways.sumo.net import UnreadableNet, read_net
from tests.gateways.sumo.nets import crossing
from tests.simulator import needs_simulator


@needs_simulator
def test_a_crossing_is_read_with_its_lanes_links_and_stages(tmp_path: Path) -> None:
    net = read_net(crossing(tmp_path).net)

    (junction,) = net.network.junctions
    assert junction.junction_id == "A0"
    assert {link.turn for link in junction.links} == {Turn.LEFT, Turn.THROUGH, Turn.RIGHT}
    assert all(link.from_lane in junction.lanes for link in junction.links)
    assert {stage.name for stage in junction.stages} == set(net.states["A0"])
    assert all(link.from_lane in junction.lanes[link.inside].feeders for link in junction.links)


@needs_simulator
def test_the_programme_of_a_net_breaks_no_rule_read_from_the_same_net(tmp_path: Path) -> None:
    """Conflicts read one place off would make the simulator's own programme unsafe."""
    net = read_net(crossing(tmp_path).net)
    (junction,) = net.network.junctions
    phases = net.programmes["A0"].phases
    states = [
        phase.state for _ in range(3) for phase in phases for _ in range(int(phase.duration_s))
    ]

    assert junction.conflicts.any()
    assert junction.yields.any()
    assert faults(junction, states) == []


@needs_simulator
def test_left_turns_yield_to_the_traffic_opposite_and_not_the_other_way(tmp_path: Path) -> None:
    net = read_net(crossing(tmp_path).net)
    (junction,) = net.network.junctions
    left = next(k for k in junction.links if k.turn is Turn.LEFT and k.from_lane.startswith("top"))
    opposite = next(
        k for k in junction.links if k.turn is Turn.THROUGH and k.from_lane.startswith("bottom")
    )

    assert junction.yields[left.index, opposite.index]
    assert not junction.yields[opposite.index, left.index]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<net></net>", "no signal"),
        ("<net", "net.xml"),
        ('<!DOCTYPE net [<!ENTITY a "b">]><net>&a;</net>', "document type"),
        ('<net><lane id="a"/></net>', "length"),
    ],
)
def test_what_is_no_net_is_refused_with_its_reason(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "net.xml"
    path.write_text(text)

    with pytest.raises(UnreadableNet, match=why):
        read_net(path)


def test_a_missing_net_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableNet):
        read_net(tmp_path / "none.net.xml")
