import pytest

from luchang.kernel import bus
from tests.factories import identity
from tests.factories.identity import Tree


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[bus.Event]:
    """Every event published in the test, in order."""
    heard: list[bus.Event] = []
    publish = bus.publish

    def listen(event: bus.Event) -> None:
        heard.append(event)
        publish(event)

    monkeypatch.setattr(bus, "publish", listen)
    return heard


@pytest.fixture
def tree(db: None) -> Tree:
    del db
    return identity.tree()
