"""A simulated system and a link to it, both closed after each test."""

from collections.abc import Iterator

import pytest

from luchang.gateways.ga1049.client import Ga1049Link
from luchang.gateways.ga1049.fake import SimulatedSystem
from luchang.gateways.simulated import SimulatedController
from tests.core.signals.layouts import crossing
from tests.gateways.ga1049.links import OPENED, QUICK, link_to
from tests.gateways.signals import CONTROLLER, NOW


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """A link left open would be reported in whatever test comes next."""
    yield
    while OPENED:
        OPENED.pop().close()


@pytest.fixture
def system() -> Iterator[SimulatedSystem]:
    made = SimulatedSystem(dialect=QUICK, now=lambda: NOW, push_s=0.05)
    made.add(SimulatedController(CONTROLLER.number, CONTROLLER.crossing, crossing()))
    yield made
    made.stop()


@pytest.fixture
def link(system: SimulatedSystem) -> Ga1049Link:
    return link_to(system.account)
