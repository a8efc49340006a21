import pytest

from luchang.kernel import bus


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
