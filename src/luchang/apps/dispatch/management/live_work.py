"""Live work for a demo city: invented calls, cars on real roads, crews that answer.

Everything is decided by the seed; only the moments at which it happens follow the clock.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from luchang.apps.dispatch.models import Advice, Dispatch, Incident
from luchang.apps.dispatch.selectors import categories
from luchang.apps.dispatch.services import advice, calls, dispatches, feedbacks, incidents
from luchang.apps.dispatch.services.dispatches import Order
from luchang.apps.dispatch.services.feedbacks import FeedbackFacts
from luchang.apps.dispatch.services.intake import CallFacts, IncidentFacts
from luchang.apps.dispatch.services.refusals import Refused
from luchang.apps.dispatch.states import ACTIVE, WAITING, DispatchStatus, IncidentStatus
from luchang.apps.force import selectors as force
from luchang.apps.force import services as force_services
from luchang.apps.force.services import ReportedFix
from luchang.apps.force.states import PositionSource
from luchang.apps.places import selectors as places
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.states import IllegalTransition

SOURCE = "demo"
CALL_EVERY_S = 40.0
OPENING_EVERY_S = 6.0
STEADY = 10
"""While fewer incidents are open calls come quicker: whoever starts the demo wants to see work."""

MOST_OPEN = 25
"""A demo shows work, not a disaster."""
SPEED_KMH = 60.0
TRIED = 5
SIGN_AFTER = timedelta(seconds=8)
HANDLE_FOR = timedelta(minutes=3)
CLOSE_AFTER = timedelta(seconds=40)
SURNAMES = "赵钱孙李周吴郑王冯陈"
SAID = {
    "11": "两车追尾，人没事，占着一个车道",
    "12": "摩托车和小车相撞，有人受伤",
    "15": "一台车撞到护栏上了",
    "21": "路口堵死了，几个方向都走不动",
    "22": "消防通道被一台车堵住了",
    "23": "我的车抛锚在桥上",
    "31": "红绿灯不亮了",
    "32": "路中间掉了一堆货",
    "41": "老人走在快车道上，需要帮忙",
}
FOUND = FeedbackFacts(result="SETTLED", text="演示：现场处理完毕，道路恢复通行")


@dataclass
class LiveWork:
    """One running demo; `step` is called every second or two."""

    dice: random.Random
    next_call_at: datetime
    ways: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    """Dispatch -> points still to drive, about fifty metres apart."""

    def step(self, *, at: datetime) -> None:
        if at >= self.next_call_at:
            open_now = Incident.objects.live().filter(source=SOURCE).count()
            every_s = CALL_EVERY_S if open_now >= STEADY else OPENING_EVERY_S
            self.next_call_at = at + timedelta(seconds=self.dice.expovariate(1.0 / every_s))
            if open_now < MOST_OPEN:
                self._call(at=at)
        self._send(at=at)
        self._answer(at=at)
        self._drive(at=at)
        self._close(at=at)

    def _call(self, *, at: datetime) -> None:
        graph = places.graph()
        node = self.dice.randrange(graph.node_count)
        lon, lat = float(graph.node_lon[node]), float(graph.node_lat[node])
        code = self.dice.choice(sorted(SAID))
        kind = categories.category(code)
        calls.take_call(
            source=SOURCE,
            key=f"{at.isoformat()}-{node}",
            call=CallFacts(
                source=SOURCE,
                caller_number=f"1380000{self.dice.randrange(10_000):04d}",
                caller_name=f"{self.dice.choice(SURNAMES)}某",
            ),
            incident=IncidentFacts(
                category=code,
                grade=kind.grade if kind else "4",
                address=places.describe_point(lon, lat)[:200],
                longitude=lon,
                latitude=lat,
                description=SAID[code],
                plates=(f"湘B·D{self.dice.randrange(10_000):04d}",),
            ),
            by=SYSTEM,
            at=at,
        )

    def _send(self, *, at: datetime) -> None:
        waiting = Incident.objects.filter(source=SOURCE, status__in=WAITING).located()
        for incident in waiting.filter(received_at__lte=at - SIGN_AFTER).order_by("grade", "pk"):
            try:
                given = advice.advise(incident_id=incident.pk, by=SYSTEM, at=at)
            except Refused:
                continue
            self._first_free(incident, given, at=at)

    def _first_free(self, incident: Incident, given: Advice, *, at: datetime) -> None:
        for each in given.candidates[:TRIED]:
            if not each["can_go"]:
                continue
            order = Order(target_id=each["unit_id"], advice_id=given.pk)
            try:
                dispatches.dispatch_unit(incident_id=incident.pk, order=order, by=SYSTEM, at=at)
            except Refused:
                continue
            return

    def _answer(self, *, at: datetime) -> None:
        for sent in self._active():
            try:
                _step_on(sent, at=at)
            except (Refused, IllegalTransition):  # somebody at a desk was quicker
                continue

    def _drive(self, *, at: datetime) -> None:
        """Every unit on the way goes on along its road; at the end it arrives."""
        units = {unit.unit_id: unit for unit in force.duty_units(at=at)}
        fixes = []
        for sent in self._active().filter(status=DispatchStatus.SIGNED, unit__isnull=False):
            unit = units.get(sent.unit_id or 0)
            if unit is None:
                continue
            way = self._way(sent, unit, at=at)
            if not way:
                dispatches.arrive(dispatch_id=sent.pk, by=SYSTEM, at=at)
                continue
            lon, lat = way.pop(0)
            fixes.append(
                ReportedFix(
                    unit_id=unit.unit_id,
                    longitude=lon,
                    latitude=lat,
                    at=at,
                    speed_kmh=SPEED_KMH,
                )
            )
        if fixes:
            force_services.report_positions(
                fixes=fixes, source=PositionSource.DEMO, by=SYSTEM, at=at
            )

    def _way(
        self, sent: Dispatch, unit: force.DutyUnit, *, at: datetime
    ) -> list[tuple[float, float]]:
        if sent.pk not in self.ways:
            goal = (sent.incident.longitude or 0.0, sent.incident.latitude or 0.0)
            found = places.route_between((unit.longitude, unit.latitude), goal, at=at)
            self.ways[sent.pk] = list(found.line[1:]) if found else []
        return self.ways[sent.pk]

    def _close(self, *, at: datetime) -> None:
        done = Incident.objects.filter(
            source=SOURCE, status=IncidentStatus.FEEDBACK, feedback_at__lte=at - CLOSE_AFTER
        )
        for incident in done:
            incidents.close_incident(incident_id=incident.pk, by=SYSTEM, at=at)

    def _active(self) -> QuerySet[Dispatch]:
        return Dispatch.objects.filter(incident__source=SOURCE, status__in=ACTIVE).select_related(
            "incident"
        )


def _step_on(sent: Dispatch, *, at: datetime) -> None:
    if sent.status == DispatchStatus.SENT and _since(sent.sent_at, at) > SIGN_AFTER:
        dispatches.sign(dispatch_id=sent.pk, by=SYSTEM, at=at)
    if sent.status == DispatchStatus.ARRIVED and _since(sent.arrived_at, at) > HANDLE_FOR:
        feedbacks.report(dispatch_id=sent.pk, key="demo", facts=FOUND, by=SYSTEM, at=at)


def _since(moment: datetime | None, at: datetime) -> timedelta:
    return at - moment if moment else timedelta(0)
