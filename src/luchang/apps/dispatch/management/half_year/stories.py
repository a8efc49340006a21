"""One invented incident from its call to its closing: rows as they will stand in the tables."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from luchang.apps.dispatch.management.half_year import words
from luchang.apps.dispatch.management.half_year.ground import (
    GRADE_OF,
    GROUP_OF,
    Crew,
    Ground,
    Spot,
)
from luchang.apps.dispatch.management.half_year.marks import SOURCE
from luchang.apps.dispatch.management.half_year.plan import BY_HOUR
from luchang.apps.dispatch.models import ServiceLevel
from luchang.apps.dispatch.states import (
    AreaClass,
    CallChannel,
    CallLink,
    CallStatus,
    DispatchReason,
    DispatchStatus,
    Grade,
    IncidentStatus,
    TargetKind,
)
from luchang.kernel import clock

S, D = IncidentStatus, DispatchStatus
Values = dict[str, Any]
SHORTEST_S = 60
EARLIEST_S, LATEST_S = 300, 86_100
"""Within the day, so that a call and the incident it opens fall on the same one."""
REINFORCED, RETURNED, CALLED_OFF = 0.08, 0.015, 0.01
BUSY = timedelta(minutes=25)
HANDLING_PRESSED = 0.88
CORRECTED, NOT_FOUND = 0.1, 0.02
REGRADED = 0.06
HOURS, HOURS_REACHED = range(24), list(accumulate(BY_HOUR))
PEAK = 1.4
"""Roads are slower where so many more report."""
CHANNELS = (
    (CallChannel.PHONE_122, CallChannel.TRANSFER_110, CallChannel.PATROL, CallChannel.VIDEO),
    (70, 22, 5, 3),
)


@dataclass
class Told:
    """A row that is not numbered yet, with the states it went through."""

    at: datetime
    """When it was numbered; rows of a day are numbered in this order."""
    values: Values
    moves: list[tuple[str, datetime, str]] = field(default_factory=list)
    """State, moment, reason."""
    of: "Told | None" = None
    """The incident it belongs to, or was merged into."""
    by: "Told | None" = None
    """The order a feedback answers."""

    def move(self, status: str, at: datetime, reason: str = "") -> None:
        self.values["status"] = status
        self.moves.append((status, at, reason))


@dataclass
class Story:
    """Everything about one incident."""

    incident: Told
    spot: Spot
    level: ServiceLevel | None
    calls: list[Told] = field(default_factory=list)
    orders: list[Told] = field(default_factory=list)
    feedbacks: list[Told] = field(default_factory=list)

    @property
    def ends_at(self) -> datetime:
        """Until then other calls and incidents may join it."""
        return self.incident.moves[-1][1]

    def actions(self) -> list[datetime]:
        """When anything was done about it, as the ledger of actions counts."""
        calls = [each.values["answered_at"] for each in self.calls]
        orders = [
            each.values.get(name)
            for each in self.orders
            for name in ("sent_at", "signed_at", "arrived_at")
        ]
        reports = [each.values["at"] for each in self.feedbacks]
        closed = self.incident.values.get("closed_at")
        return [at for at in (*calls, *orders, *reports, closed) if at is not None]


class Storyteller:
    """Invents what happens on one day."""

    def __init__(self, day: date, ground: Ground, dice: Random) -> None:
        self.day = datetime.combine(day, time.min, clock.SHANGHAI)
        self.ground, self.dice = ground, dice

    # Incidents

    def incident(self, area: AreaClass) -> Story:
        """One that was dealt with to its end."""
        story = self._opened(area, self._moment())
        if story.incident.values["category"] in words.BY_TELEPHONE:
            self._settle_by_telephone(story)
        else:
            self._send(story)
        self._called_again(story)
        return story

    def unfounded(self, area: AreaClass) -> Story:
        """One that was cancelled before anybody was sent."""
        story = self._opened(area, self._moment())
        at = story.incident.at + self._span(600.0)
        story.incident.move(S.CANCELLED, at, self.dice.choice(words.UNFOUNDED))
        return story

    def doubled(self, main: Story) -> Story | None:
        """The same reported once more as an incident and merged; None where it is too late."""
        at = main.incident.at + timedelta(seconds=self.dice.randrange(60, 600))
        merged_at = at + timedelta(seconds=self.dice.randrange(60, 240))
        first_order = main.orders[0].at if main.orders else None
        if first_order is None or merged_at >= main.ends_at or at.date() != self.day.date():
            return None
        area = AreaClass(main.incident.values["area_class"])
        story = self._opened(area, at, at_spot=main.spot)
        story.incident.of = main.incident
        story.incident.move(S.MERGED, merged_at, "重复登记")
        return story

    def _opened(self, area: AreaClass, at: datetime, *, at_spot: Spot | None = None) -> Story:
        category = self.dice.choices(list(words.MIX), list(words.MIX.values()))[0]
        spot = at_spot or self.dice.choice(self.ground.spots[area])
        grade = GRADE_OF[category]
        if self.dice.random() < REGRADED:
            grade = self.dice.choice([Grade.SECOND, Grade.THIRD])
        level = self.ground.level(area, grade, GROUP_OF[category])
        incident = Told(at, self._facts(area, category, grade, spot, at))
        incident.move(S.OPEN, at)
        incident.values["service_level_id"] = level.pk if level else None
        incident.values["dispatch_due_at"] = _due(level.dispatch_s if level else None, at)
        story = Story(incident, spot, level)
        call = self._call(at, about=incident)
        call.move(CallStatus.REGISTERED, at)
        for name in ("address", "longitude", "latitude", "description"):
            call.values[name] = incident.values[name]
        story.calls.append(call)
        return story

    def _facts(
        self, area: AreaClass, category: str, grade: Grade, spot: Spot, at: datetime
    ) -> Values:
        is_crash = category in {"11", "12", "13", "14", "15"}
        plates = [f"湘BD{self.dice.randrange(10_000):04d}"] if is_crash else []
        return {
            "organisation_id": spot.brigade.pk,
            "grade": grade.value,
            "initial_category": category,
            "category": category,
            "area_class": area.value,
            "division_code": spot.division,
            "address": spot.address,
            "longitude": spot.longitude,
            "latitude": spot.latitude,
            "description": self.dice.choice(words.SAID[category]),
            "plates": plates,
            "injured": self.dice.choices([1, 2, 3], [80, 16, 4])[0] if category == "12" else None,
            "dead": 1 if category == "13" else None,
            "has_hazardous_goods": category == "42",
            "is_hit_and_run": category == "14",
            "source": SOURCE,
            "occurred_at": at - self._span(240.0) if is_crash else None,
            "received_at": at,
        }

    def _settle_by_telephone(self, story: Story) -> None:
        at = story.incident.at + self._span(420.0)
        self._report(story, None, at)
        self._close(story, at)

    def _send(self, story: Story) -> None:
        incident, grade = story.incident, Grade(story.incident.values["grade"])
        at = incident.at + self._span(words.SEND_S[grade])
        for share, failed, said in (
            (RETURNED, D.RETURNED, words.GIVEN_BACK),
            (CALLED_OFF, D.CANCELLED, words.CALLED_OFF),
        ):
            if self.dice.random() < share:
                at = self._in_vain(story, at, failed, self.dice.choice(said))
        first = self._order(story, at, DispatchReason.FIRST)
        incident.move(S.DISPATCHED, at)
        incident.values.setdefault("dispatched_at", at)
        done_at = self._work(story, first, at)
        if self.dice.random() < REINFORCED:
            self._reinforce(story, done_at)
        self._report(story, first, done_at)
        first.move(D.FINISHED, done_at)
        first.values["ended_at"] = done_at
        self._close(story, done_at)

    def _in_vain(self, story: Story, at: datetime, status: DispatchStatus, said: str) -> datetime:
        """An order that came to nothing; when the next one goes out."""
        order, incident = self._order(story, at, DispatchReason.FIRST), story.incident
        incident.move(S.DISPATCHED, at)
        incident.values.setdefault("dispatched_at", at)
        ended_at = at + self._span(70.0)
        order.move(status, ended_at, said)
        order.values |= {"ended_at": ended_at, "end_reason": said}
        incident.move(S.RETURNED if status == D.RETURNED else S.OPEN, ended_at, said)
        limit = story.level.dispatch_s if story.level else None
        incident.values["dispatch_due_at"] = _due(limit, ended_at)
        return ended_at + self._span(45.0)

    def _work(self, story: Story, order: Told, at: datetime) -> datetime:
        """Signature, arrival and work of the first crew; when it was done."""
        incident, level = story.incident, story.level
        signed_at = at + self._span(words.SIGN_S)
        self._sign(story, order, signed_at)
        incident.move(S.ACCEPTED, signed_at)
        arrived_at = signed_at + self._travel(story)
        self._arrive(order, arrived_at)
        incident.move(S.ARRIVED, arrived_at)
        incident.values |= {
            "accepted_at": signed_at,
            "arrived_at": arrived_at,
            "feedback_due_at": _due(level.feedback_s if level else None, arrived_at),
        }
        if self.dice.random() < HANDLING_PRESSED:
            handling_at = arrived_at + self._span(50.0)
            order.values["handling_at"] = handling_at
            incident.move(S.HANDLING, handling_at)
            incident.values["handling_at"] = handling_at
            arrived_at = handling_at
        return arrived_at + self._span(words.HANDLE_S)

    def _reinforce(self, story: Story, until: datetime) -> None:
        """A second crew that comes and goes while the first is at work."""
        begins = story.incident.values["arrived_at"]
        quarter = (until - begins) / 4
        order = self._order(story, begins, DispatchReason.REINFORCEMENT)
        self._sign(story, order, begins + quarter)
        self._arrive(order, begins + 2 * quarter)
        order.move(D.FINISHED, begins + 3 * quarter)
        order.values["ended_at"] = begins + 3 * quarter

    def _order(self, story: Story, at: datetime, reason: DispatchReason) -> Told:
        there = story.orders[-1].values["unit_id"] if story.orders else 0
        crew = self.ground.crew_for(story.spot, self.dice, besides=there)
        level = story.level
        values = {**_target(crew), "reason": reason.value, "sent_at": at}
        order = Told(at, values, of=story.incident)
        order.values["sign_due_at"] = _due(level.sign_s if level else None, at)
        order.move(D.SENT, at)
        crew.free_at = max(crew.free_at, at) + BUSY
        story.orders.append(order)
        return order

    def _sign(self, story: Story, order: Told, at: datetime) -> None:
        order.move(D.SIGNED, at)
        limit = story.level.arrive_s if story.level else None
        order.values |= {"signed_at": at, "arrive_due_at": _due(limit, at)}

    def _arrive(self, order: Told, at: datetime) -> None:
        order.move(D.ARRIVED, at)
        name = self.dice.choice(["arrival_detected_at", "arrival_entered_at"])
        order.values |= {"arrived_at": at, name: at}

    def _report(self, story: Story, order: Told | None, at: datetime) -> None:
        """The final feedback; what it found overrides what was reported."""
        incident, dice = story.incident, self.dice
        reported: str = incident.values["category"]
        found = words.CORRECTED.get(reported, reported) if dice.random() < CORRECTED else reported
        result, text = words.FOUND.get(found, words.ELSE_FOUND)
        if order is not None and dice.random() < NOT_FOUND:
            result, text = words.NOTHING_FOUND
        injured = incident.values["injured"]
        values = {
            "organisation_id": order.values["organisation_id"] if order else story.spot.brigade.pk,
            "category": found,
            "result": result,
            "text": text,
            "set_out_at": order.values["signed_at"] if order else None,
            "arrived_at": order.values["arrived_at"] if order else None,
            "finished_at": at,
            "injured": injured,
            "dead": incident.values["dead"],
            "weather": dice.choices(["1", "2", "3"], [50, 25, 25])[0] if order else "",
            "at": at,
        }
        story.feedbacks.append(Told(at, values, of=incident, by=order))
        incident.values |= {"final_category": found, "category": found, "feedback_at": at}
        incident.move(S.FEEDBACK, at)

    def _close(self, story: Story, at: datetime) -> None:
        closed_at = at + self._span(900.0)
        story.incident.move(S.CLOSED, closed_at)
        story.incident.values["closed_at"] = closed_at

    # Calls

    def _called_again(self, story: Story) -> None:
        """Others report the same, the caller asks where they are, the crew rings up."""
        begins, seconds = story.incident.at, (story.ends_at - story.incident.at).total_seconds()
        if seconds < SHORTEST_S:
            return
        for link, mean, within_s in (
            (CallLink.REPEAT, 0.45, 600.0),
            (CallLink.CHASING, 0.15, 1_500.0),
            (CallLink.OFFICER, 0.05, 2_400.0),
        ):
            while self.dice.random() < mean / (1 + mean):
                at = begins + timedelta(seconds=self.dice.uniform(5, min(within_s, seconds) - 2))
                call = self._call(at.replace(microsecond=0), about=story.incident)
                call.values |= {"link": link.value, "address": story.spot.address}
                call.move(CallStatus.LINKED, call.values["finished_at"])
                story.calls.append(call)

    def apart(self) -> Told:
        """A call without an incident: a question or a nuisance."""
        at = self._moment()
        call = self._call(at, about=None)
        is_question = self.dice.random() < 0.62  # noqa: PLR2004 - more ask than play
        said = self.dice.choice(words.ASKED) if is_question else ""
        call.values["description"] = said
        call.move(CallStatus.CONSULTATION if is_question else CallStatus.NUISANCE, at)
        return call

    def missed(self) -> Told:
        """Whoever hung up before anybody answered."""
        at = self._moment()
        call = Told(at, {**self._caller(), "queued_at": at})
        call.move(CallStatus.RINGING, at)
        call.move(CallStatus.MISSED, at + timedelta(seconds=self.dice.randrange(4, 60)))
        return call

    def _call(self, finished_at: datetime, *, about: Told | None) -> Told:
        """Answered; the talk ends where the record begins."""
        talk = timedelta(seconds=self.dice.randrange(20, 110))
        earliest = about.at if about is not None and finished_at > about.at else None
        answered_at = finished_at - talk if earliest is None else max(earliest, finished_at - talk)
        queued_at = answered_at - timedelta(seconds=min(60, int(self.dice.expovariate(1 / 5))))
        channel = self.dice.choices(*CHANNELS)[0]
        values = {
            **self._caller(),
            "channel": channel.value,
            "queued_at": queued_at,
            "answered_at": answered_at,
            "finished_at": finished_at,
        }
        call = Told(answered_at, values, of=about)
        call.move(CallStatus.ANSWERED, answered_at)
        return call

    def _caller(self) -> Values:
        return {
            "organisation_id": self.ground.desk.pk,
            "caller_number": self.dice.choice(self.ground.phones),
            "caller_name": self.dice.choice(self.ground.names),
            "source": SOURCE,
        }

    # Chance

    def _moment(self) -> datetime:
        hour = self.dice.choices(HOURS, cum_weights=HOURS_REACHED)[0]
        second = hour * 3_600 + self.dice.randrange(3_600)
        return self.day + timedelta(seconds=min(max(second, EARLIEST_S), LATEST_S))

    def _span(self, median_s: float, spread: float = 0.55) -> timedelta:
        """Mostly near the median, seldom many times as long; never longer than six hours."""
        seconds = median_s * self.dice.lognormvariate(0.0, spread)
        return timedelta(seconds=max(1, min(21_600, round(seconds))))

    def _travel(self, story: Story) -> timedelta:
        is_peak = BY_HOUR[story.incident.at.hour] > PEAK
        of_area = words.TRAVEL_OF_AREA[story.incident.values["area_class"]]
        return self._span(words.TRAVEL_S * of_area * (1.25 if is_peak else 1.0), 0.5)


def _target(crew: Crew) -> Values:
    return {
        "organisation_id": crew.organisation_id,
        "target_kind": TargetKind.UNIT.value,
        "unit_id": crew.unit_id,
        "target_name": crew.call_sign,
    }


def _due(seconds: int | None, at: datetime) -> datetime | None:
    return at + timedelta(seconds=seconds) if seconds is not None else None
