"""What is told of one organisation reaches nobody's stream whose reach does not cover it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import transaction
from django.test import Client

from luchang.apps.dispatch.policies import SEE
from luchang.apps.force import services as force_services
from luchang.apps.force.policies import SEE_FORCE
from luchang.apps.force.services import ReportedFix
from luchang.apps.force.states import PositionSource
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.kernel.live import services as live
from luchang.kernel.live import sse
from luchang.kernel.live.hub import Subscriber
from luchang.kernel.live.models import StreamEvent
from luchang.kernel.live.selectors import Message
from luchang.kernel.records import notices
from tests.factories import dispatch, force, identity
from tests.matrix.crowd import Crowd
from tests.matrix.protocol import WHERE

Told = list[Message]
_number = count(1)


@dataclass(frozen=True)
class Deed:
    """Something that is told, and whom: those who reach it by `permission`, or one person."""

    name: str
    do: Callable[[Organisation], object]
    topics: dict[str, str]
    """Topic, with its kind where that differs, to the permission it is heard by; empty for what
    is told to one person."""

    def __str__(self) -> str:
        return self.name

    def key_of(self, news: Message) -> str:
        """Its key in `topics`; empty for what was told on the way to the deed."""
        whole = f"{news.topic} {news.kind}"
        return next((key for key in (news.topic, whole) if key in self.topics), "")


def _now() -> datetime:
    return datetime.now(UTC)


def _registers(at: Organisation) -> None:
    dispatch.incident(by=dispatch.desk(at), at=_now())


def _sends(at: Organisation) -> None:
    dispatch.sent(dispatch.incident(by=dispatch.desk(at)), dispatch.crew(at=at))


def _signs_on(at: Organisation) -> None:
    planned = force.shift(of=force.unit(at=at), starts_at=_now(), ends_at=_now() + 4 * force.HOURS)
    force_services.sign_on(shift_id=planned.pk, by=SYSTEM, at=_now())


def _moves(at: Organisation) -> None:
    unit = force.crew_on_duty(of=force.unit(at=at)).unit
    fix = ReportedFix(unit_id=unit.pk, longitude=113.1, latitude=27.8, at=_now())
    force_services.report_positions(
        fixes=[fix], source=next(iter(PositionSource)), by=SYSTEM, at=_now()
    )


def _notifies(at: Organisation) -> None:
    kind, key = notices.declared()[0].code, f"样{next(_number)}"
    notices.notify(user_ids=[identity.user(at=at).pk], kind=kind, key=key, title="样", at=_now())


DEEDS = [
    Deed("an incident is registered", _registers, {"incidents": SEE}),
    Deed(
        "a unit is sent",
        _sends,
        {"incidents": SEE, "dispatches": SEE, "units busy": SEE, "tasks": "", "notice": ""},
    ),
    Deed("a crew signs on", _signs_on, {"units": SEE_FORCE}),
    Deed("a unit moves", _moves, {"positions": SEE_FORCE}),
    Deed("somebody is notified", _notifies, {"notice": ""}),
]


@pytest.fixture
def told(subscribers: dict[str, Subscriber], monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """What was announced in this test, kept or passing, as the hub would pass it on.

    The subscribers come first: visitors are made for all tests, deeds are undone after each.
    """
    del subscribers
    heard: Told = []
    keep = StreamEvent.save

    def kept(made: StreamEvent, **how: object) -> None:
        keep(made, **how)  # type: ignore[arg-type]
        heard.append(
            Message(
                seq=made.pk,
                topic=made.topic,
                kind=made.kind,
                data=made.data,
                permission=made.permission,
                organisation_id=made.organisation_id,
                organisation_path=made.organisation_path,
                user_id=made.user_id,
            )
        )

    def passing(**fields: object) -> None:
        heard.append(Message(seq=0, **fields))  # type: ignore[arg-type]

    monkeypatch.setattr(StreamEvent, "save", kept)
    monkeypatch.setattr(live, "_notify", passing)
    with transaction.atomic():
        yield heard
        transaction.set_rollback(True)


@pytest.fixture
def subscribers(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> dict[str, Subscriber]:
    """The stream each visitor opens through the door, as the hub knows it."""
    opened: list[Subscriber] = []

    def frames(subscriber: Subscriber, since: int | None) -> Iterator[str]:
        del since
        opened.append(subscriber)
        return iter([])

    monkeypatch.setattr(sse, "frames", frames)
    topics = ",".join({key.partition(" ")[0] for deed in DEEDS for key in deed.topics})
    found: dict[str, Subscriber] = {}
    for visitor in crowd.with_codes((SEE,)) + crowd.with_codes((SEE_FORCE,)):
        opened.clear()
        visitor.fresh().get(f"/live?topics={topics}")
        found[f"{visitor.name} {len(found)}"] = opened.pop()
    return found


def faults(deed: Deed, crowd: Crowd, told: Told, subscribers: dict[str, Subscriber]) -> list[str]:
    """Every stream that hears what its owner does not reach, or misses what he does."""
    found = []
    for where in WHERE:
        at: Organisation = getattr(crowd.tree, where)
        told.clear()
        deed.do(at)
        news = [each for each in told if deed.key_of(each)]
        assert {deed.key_of(each) for each in news} == set(deed.topics)
        for name, stream in subscribers.items():
            for each in news:
                code = deed.topics[deed.key_of(each)]
                expected = bool(code) and stream.actor.covers(
                    code, organisation_id=at.pk, path=at.path
                )
                if stream.hears(each) != expected:
                    found.append(f"{name} on {where}: {each.topic} {each.kind} {not expected}")
    return found


@pytest.mark.parametrize("deed", DEEDS, ids=str)
def test_a_stream_carries_what_its_owner_reaches(
    deed: Deed, crowd: Crowd, told: Told, subscribers: dict[str, Subscriber]
) -> None:
    assert faults(deed, crowd, told, subscribers) == []


def test_a_message_that_names_no_reach_is_heard_by_nobody(
    subscribers: dict[str, Subscriber],
) -> None:
    """A caller that forgets to say whom it is for tells nobody, rather than everybody."""
    forgotten = Message(seq=1, topic="incidents", kind="new", data={})

    assert not any(stream.hears(forgotten) for stream in subscribers.values())


def test_the_cell_finds_a_stream_without_a_scope(
    crowd: Crowd,
    told: Told,
    subscribers: dict[str, Subscriber],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: were everybody told everything, the sibling's incident would show."""
    monkeypatch.setattr(Message, "is_for", lambda news, actor: True)

    found = faults(DEEDS[0], crowd, told, subscribers)

    assert any("on sibling: incidents" in fault for fault in found)


def test_the_stream_of_122_is_the_askers_too(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Subscriber] = []

    def frames(stream: Subscriber, since: int | None) -> Iterator[str]:
        del since
        opened.append(stream)
        return iter([])

    monkeypatch.setattr(sse, "frames", frames)

    for visitor in crowd.with_codes((SEE,)):
        opened.clear()
        answer = visitor.fresh().get("/api/dispatch/stream?topics=incidents,tasks")
        if visitor.actor.may(SEE):
            assert opened[0].actor.reaches == visitor.actor.reaches
            assert opened[0].actor.user_id == visitor.actor.user_id
            assert opened[0].topics == {"incidents"}
        else:
            assert (answer.status_code, opened) == (403, [])


def test_nobody_signed_in_opens_no_stream(crowd: Crowd) -> None:
    del crowd
    assert Client().get("/live?topics=incidents").status_code == 302
    assert Client().get("/api/dispatch/stream").status_code == 401


LONGEST_LIFE = timedelta(seconds=60)


def test_a_stream_is_not_kept_longer_than_a_reach_may_be_stale() -> None:
    """Who loses a post without being told so loses the stream within a minute."""
    assert timedelta(seconds=sse.LIFE_S) <= LONGEST_LIFE
