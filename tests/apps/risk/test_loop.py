"""Hazards from the finding to the striking off: what each step refuses, and who sees it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from luchang.apps.risk import selectors, services
from luchang.apps.risk.models import Hazard
from luchang.apps.risk.policies import ACCEPT, FIND, HAND_OVER, RECTIFY, SEE_RISK, SUPERVISE
from luchang.apps.risk.services import HazardRefused
from luchang.apps.risk.states.hazards import HazardStatus, LinkKind, SubjectKind
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import SYSTEM, Forbidden, Unreached
from luchang.kernel.identity.states import OrganisationKind, Scope
from luchang.kernel.records import deadlines
from luchang.kernel.records.attachments.models import Attachment
from luchang.kernel.records.models import Deadline, Move, Notification, Todo
from luchang.kernel.states import IllegalTransition
from tests.factories import hazards as make
from tests.factories import identity
from tests.factories.hazards import AT, DUE

pytestmark = pytest.mark.django_db
H = HazardStatus


@pytest.fixture(autouse=True)
def _store(tmp_path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = str(tmp_path)


def test_three_organisations_bring_a_hazard_from_the_patrol_to_the_striking_off() -> None:
    """Would catch a to-do left open, a clock left running, a step told to nobody."""
    brigade = identity.organisation()
    patrol = identity.actor_with(FIND, at=brigade, scope=Scope.OWN)
    leader = identity.actor_with(HAND_OVER, ACCEPT, at=brigade)
    county = make.government()
    clerk = identity.actor_with(RECTIFY, at=county)
    row = services.find(
        version_id=make.version().pk, found=make.found(), photos=[make.photo()], by=patrol, at=AT
    )
    assert (row.organisation, row.reporter_id) == (brigade, patrol.user_id)
    assert _waiting(row) == {"risk.hand_over"}
    assert not selectors.hazards(clerk).exists()
    services.hand_over(
        hazard_id=row.pk, receiver_id=county.pk, document_number="株交办〔2026〕1号", due_at=DUE,
        by=leader, at=AT,
    )  # fmt: skip
    assert _waiting(row) == {"risk.sign"}
    assert selectors.hazards(clerk).get() == row
    services.sign(hazard_id=row.pk, by=clerk, at=AT)
    assert _clock(row).due_at == DUE
    services.plan(hazard_id=row.pk, plan="加装护栏", measures="先设警示", by=clerk, at=AT)
    later = AT + timedelta(days=3)
    services.submit(hazard_id=row.pk, result="已加装", photos=[make.photo()], by=clerk, at=later)
    services.accept(hazard_id=row.pk, opinion="已消除", by=leader, at=later)
    services.strike_off(hazard_id=row.pk, by=leader, at=later)
    row.refresh_from_db()
    assert row.status == H.STRUCK_OFF
    assert _waiting(row) == set()
    assert not Deadline.objects.of("risk.hazard", row.pk).running().exists()
    moves = Move.objects.filter(subject="risk.hazard", subject_id=row.pk)
    assert [each.after for each in moves] == [str(each) for each in make.WAY]
    titles = Attachment.objects.filter(subject_id=row.pk).values_list("title", flat=True)
    assert sorted(titles) == ["整改前", "整改后"]
    entries = AuditEntry.objects.of("risk.hazard", str(row.pk)).filter(action="MOVE")
    assert entries.count() == len(moves)


def test_who_reported_or_declared_it_rectified_does_not_accept() -> None:
    """In the service and, whoever writes past it, in the database."""
    brigade = identity.organisation()
    both = identity.actor_with(FIND, HAND_OVER, ACCEPT, at=brigade)
    row = make.hazard(at=brigade, by=both, until=H.SUBMITTED)
    with pytest.raises(HazardRefused, match="不能验收同一条"):
        services.accept(hazard_id=row.pk, opinion="好", by=both, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hazard.objects.filter(pk=row.pk).update(acceptor_id=both.user_id)


def test_nothing_is_submitted_without_a_plan_and_a_picture_of_after() -> None:
    """Would catch an old picture, or one of before, passing for the proof."""
    row = make.hazard(until=H.SIGNED)
    Hazard.objects.filter(pk=row.pk).update(plan="")
    with pytest.raises(HazardRefused, match="整改方案"):
        services.submit(hazard_id=row.pk, result="好", photos=[make.photo()], by=SYSTEM, at=AT)
    services.plan(hazard_id=row.pk, plan="加装护栏", measures="", by=SYSTEM, at=AT)
    with pytest.raises(HazardRefused, match="整改后照片"):
        services.submit(hazard_id=row.pk, result="好", photos=[], by=SYSTEM, at=AT)
    assert not Attachment.objects.filter(subject_id=row.pk).exists()
    row.refresh_from_db()
    assert row.status == H.SIGNED


def test_a_picture_of_an_earlier_round_proves_nothing() -> None:
    row = make.hazard(until=H.STRUCK_OFF)
    later = AT + timedelta(days=90)
    services.reopen(hazard_id=row.pk, accident="SG20260601", reason="翻车", by=SYSTEM, at=later)
    make.advance(row, H.HANDED_OVER, when=later)
    make.advance(row, H.SIGNED, when=later)
    with pytest.raises(HazardRefused, match="整改后照片"):
        services.submit(hazard_id=row.pk, result="好", photos=[], by=SYSTEM, at=later)


def test_a_struck_off_hazard_comes_back_with_a_new_accident() -> None:
    """Would catch a re-opened one that keeps its old times, its acceptor or its version."""
    first = make.version()
    row = make.hazard(within=first, until=H.STRUCK_OFF)
    present = services.open_version(
        list_id=first.risk_list_id, campaign="冬季行动", year=2026, by=SYSTEM, at=AT
    )
    services.reopen(hazard_id=row.pk, accident="SG20260601", reason="翻车", by=SYSTEM, at=AT)
    row.refresh_from_db()
    assert (row.status, row.times_reopened) == (H.REOPENED, 1)
    assert (row.version, row.first_version) == (present, first)
    assert (row.struck_off_at, row.accepted_at, row.acceptor_id) == (None, None, None)
    assert row.links.get().kind == LinkKind.ACCIDENT
    assert _waiting(row) == {"risk.hand_over"}
    with pytest.raises(HazardRefused, match="已经关联过"):
        services.link(
            hazard_id=row.pk, kind=LinkKind.ACCIDENT, reference="SG20260601", linked_note="",
            by=SYSTEM, at=AT,
        )  # fmt: skip


def test_a_returned_hazard_leaves_the_sight_of_whoever_returned_it() -> None:
    county = make.government()
    clerk = identity.actor_with(RECTIFY, at=county)
    row = make.hazard(receiver=county, until=H.HANDED_OVER)
    services.return_to_sender(hazard_id=row.pk, reason="属省道养护", by=clerk, at=AT)
    row.refresh_from_db()
    assert (row.status, row.receiver, row.due_at) == (H.RETURNED, None, None)
    assert not selectors.hazards(clerk).exists()
    assert _waiting(row) == {"risk.hand_over"}
    signing = Todo.objects.of("risk.hazard", row.pk).get(kind="risk.sign")
    assert signing.status == "WITHDRAWN"


def test_each_side_does_only_its_own_part() -> None:
    """Would catch a county that accepts its own work, and a brigade that signs for a county."""
    brigade, county = identity.organisation(), make.government()
    clerk = identity.actor_with(RECTIFY, ACCEPT, HAND_OVER, at=county)
    leader = identity.actor_with(RECTIFY, ACCEPT, HAND_OVER, at=brigade)
    row = make.hazard(at=brigade, receiver=county, until=H.HANDED_OVER)
    with pytest.raises(Unreached):
        services.sign(hazard_id=row.pk, by=leader, at=AT)
    services.sign(hazard_id=row.pk, by=clerk, at=AT)
    services.plan(hazard_id=row.pk, plan="加装", measures="", by=clerk, at=AT)
    services.submit(hazard_id=row.pk, result="好", photos=[make.photo()], by=clerk, at=AT)
    with pytest.raises(Unreached):
        services.accept(hazard_id=row.pk, opinion="好", by=clerk, at=AT)
    with pytest.raises(Unreached):
        services.send_back(hazard_id=row.pk, reason="不好", by=clerk, at=AT)
    stranger = identity.actor_with(RECTIFY, at=make.government())
    assert selectors.hazards(leader).get() == selectors.hazards(clerk).get() == row
    assert not selectors.hazards(stranger).exists()
    with pytest.raises(Unreached):
        services.plan(hazard_id=row.pk, plan="x", measures="", by=stranger, at=AT)


def test_a_department_is_reached_by_its_county_and_by_no_other() -> None:
    county = make.government()
    office = identity.organisation(parent=county, kind=OrganisationKind.DEPARTMENT)
    row = make.hazard(receiver=office, until=H.HANDED_OVER)
    assert selectors.hazards(identity.actor_with(SEE_RISK, at=county)).get() == row
    only = identity.actor_with(SEE_RISK, at=county, scope=Scope.UNIT)
    assert not selectors.hazards(only).exists()


def test_it_is_handed_to_governments_departments_and_units_alone() -> None:
    brigade = identity.organisation()
    row = make.hazard(at=brigade)
    firm = identity.organisation(kind=OrganisationKind.ENTERPRISE)
    for wrong in (firm, brigade):
        with pytest.raises(HazardRefused, match="只能交办给"):
            _hand_over(row, wrong.pk)
    with pytest.raises(HazardRefused, match="必须晚于现在"):
        _hand_over(row, make.government().pk, due=AT)


def test_somebody_else_s_unit_finds_nothing_in_one_s_name() -> None:
    mine, foreign = identity.organisation(), identity.organisation()
    patrol = identity.actor_with(FIND, at=mine, scope=Scope.OWN)
    with pytest.raises(Unreached):
        services.find(
            version_id=make.version().pk, found=make.found(), organisation=foreign,
            by=patrol, at=AT,
        )  # fmt: skip
    nobody = identity.actor_with(SEE_RISK, at=mine)
    with pytest.raises(Forbidden):
        services.find(version_id=make.version().pk, found=make.found(), by=nobody, at=AT)


def test_a_patrol_sees_what_it_found_and_not_what_others_did() -> None:
    brigade = identity.organisation()
    patrol = identity.actor_with(FIND, at=brigade, scope=Scope.OWN)
    mine = make.hazard(at=brigade, by=patrol)
    make.hazard(at=brigade)
    assert list(selectors.hazards(patrol)) == [mine]


class TestMoreTime:
    """Asked for by the receiver, decided by who handed it over."""

    def test_granted_time_moves_the_hazard_its_clock_and_its_to_do(self) -> None:
        row = make.hazard(until=H.SIGNED, due=DUE)
        until = DUE + timedelta(days=10)
        services.ask_for_time(hazard_id=row.pk, until=until, reason="雨季", by=SYSTEM, at=AT)
        with pytest.raises(HazardRefused, match="已有一项"):
            services.ask_for_time(hazard_id=row.pk, until=until, reason="又", by=SYSTEM, at=AT)
        services.grant_time(hazard_id=row.pk, answer="同意", by=SYSTEM, at=AT)
        row.refresh_from_db()
        assert (row.due_at, row.extensions_granted) == (until, 1)
        assert _clock(row).due_at == until
        todo = Todo.objects.of("risk.hazard", row.pk).open().get(kind="risk.rectify")
        assert todo.due_at == until

    def test_the_clock_runs_on_while_it_is_asked_for_and_when_it_is_declined(self) -> None:
        row = make.hazard(until=H.SIGNED, due=DUE)
        later = DUE + timedelta(days=10)
        services.ask_for_time(hazard_id=row.pk, until=later, reason="雨季", by=SYSTEM, at=AT)
        assert _clock(row).due_at == DUE
        services.decline_time(hazard_id=row.pk, answer="不同意", by=SYSTEM, at=AT)
        with pytest.raises(HazardRefused, match="没有待审批"):
            services.grant_time(hazard_id=row.pk, answer="", by=SYSTEM, at=AT)
        row.refresh_from_db()
        assert (row.due_at, row.extensions_granted) == (DUE, 0)

    def test_a_request_falls_away_when_it_is_submitted(self) -> None:
        row = make.hazard(until=H.SIGNED, due=DUE)
        later = DUE + timedelta(days=10)
        services.ask_for_time(hazard_id=row.pk, until=later, reason="雨季", by=SYSTEM, at=AT)
        make.advance(row, H.SUBMITTED)
        assert row.extensions.get().status == "WITHDRAWN"
        extension = row.extensions.get()
        assert not Todo.objects.of("risk.extension", extension.pk).open().exists()

    def test_no_time_is_asked_for_that_is_not_later(self) -> None:
        row = make.hazard(until=H.SIGNED, due=DUE)
        with pytest.raises(HazardRefused, match="必须晚于原期限"):
            services.ask_for_time(hazard_id=row.pk, until=DUE, reason="x", by=SYSTEM, at=AT)


def test_a_late_hazard_is_urged_then_told_one_level_up() -> None:
    """Would catch an escalation that goes up the finder's tree instead of the receiver's."""
    city = identity.organisation(kind=OrganisationKind.GOVERNMENT)
    county = identity.organisation(parent=city, kind=OrganisationKind.GOVERNMENT)
    clerk = identity.user_with(RECTIFY, at=county)
    mayor = identity.user_with(RECTIFY, at=city)
    make.hazard(receiver=county, until=H.SIGNED, due=DUE)
    deadlines.evaluate(at=DUE - timedelta(days=2))
    assert _told(clerk.pk) == 1
    assert _told(mayor.pk) == 0
    deadlines.evaluate(at=DUE + timedelta(days=2))
    assert _told(clerk.pk) == 2
    assert _told(mayor.pk) == 1


class TestSupervision:
    def test_a_supervised_hazard_is_not_struck_off_before_it_is_lifted(self) -> None:
        row = make.hazard(until=H.ACCEPTED)
        services.put_up(hazard_id=row.pk, grade="1", basis="市安委办", by=SYSTEM, at=AT)
        with pytest.raises(HazardRefused, match="摘牌后才能销号"):
            services.strike_off(hazard_id=row.pk, by=SYSTEM, at=AT)
        with pytest.raises(HazardRefused, match="已经挂牌"):
            services.put_up(hazard_id=row.pk, grade="2", basis="省", by=SYSTEM, at=AT)
        services.lift(hazard_id=row.pk, reason="整改完成", by=SYSTEM, at=AT)
        services.strike_off(hazard_id=row.pk, by=SYSTEM, at=AT)
        with pytest.raises(HazardRefused, match="没有挂牌"):
            services.lift(hazard_id=row.pk, reason="再摘", by=SYSTEM, at=AT)

    def test_only_whoever_reaches_it_puts_it_up(self) -> None:
        row = make.hazard()
        foreign = identity.actor_with(SUPERVISE, at=identity.organisation())
        with pytest.raises(Unreached):
            services.put_up(hazard_id=row.pk, grade="1", basis="x", by=foreign, at=AT)

    def test_no_grade_is_invented(self) -> None:
        row = make.hazard()
        with pytest.raises(HazardRefused, match="没有此类别或等级"):
            services.put_up(hazard_id=row.pk, grade="9", basis="x", by=SYSTEM, at=AT)


def test_a_cancelled_hazard_is_over() -> None:
    row = make.hazard()
    services.cancel(hazard_id=row.pk, reason="重复", by=SYSTEM, at=AT)
    with pytest.raises(IllegalTransition):
        services.cancel(hazard_id=row.pk, reason="又", by=SYSTEM, at=AT)
    with pytest.raises(HazardRefused, match="已经销号或撤销"):
        services.correct(hazard_id=row.pk, found=make.found(), by=SYSTEM, at=AT)
    with pytest.raises(HazardRefused, match="已经销号或撤销"):
        services.put_up(hazard_id=row.pk, grade="1", basis="x", by=SYSTEM, at=AT)


def test_a_person_s_name_is_kept_apart_and_survives_a_correction() -> None:
    """Would catch a name in clear in the list's search, and one lost by an empty field."""
    people = make.version(make.risk_list(subject=SubjectKind.PERSON))
    row = make.hazard(within=people, subject="演示甲")
    assert (row.subject_text, row.subject_person) == ("", "演示甲")
    services.correct(hazard_id=row.pk, found=make.found(title="新名"), by=SYSTEM, at=AT)
    row.refresh_from_db()
    assert (row.title, row.subject_person) == ("新名", "演示甲")


def test_a_file_that_is_no_picture_proves_nothing() -> None:
    row = make.hazard(until=H.SIGNED)
    text = (make.photo()[0].__class__(b"plain words"), "x.txt")
    with pytest.raises(HazardRefused, match="必须是照片"):
        services.submit(hazard_id=row.pk, result="好", photos=[text], by=SYSTEM, at=AT)
    with pytest.raises(HazardRefused, match="未被接受"):
        services.submit(
            hazard_id=row.pk, result="好", photos=[(make.photo()[0], "x.exe")], by=SYSTEM, at=AT
        )
    assert not Attachment.objects.filter(subject_id=row.pk).exists()


def test_a_chainage_is_read_and_shown_as_on_the_stones() -> None:
    row = make.hazard(chainage="g320国道K12+300米", place="")
    assert (row.route, row.chainage_m, row.chainage) == ("G320", 12_300, "G320 K12+300")
    with pytest.raises(HazardRefused, match="请填写地点"):
        make.hazard(place="")


def _hand_over(row: Hazard, receiver_id: int, **said: object) -> None:
    services.hand_over(
        hazard_id=row.pk,
        receiver_id=receiver_id,
        document_number="1号",
        due_at=said.get("due", DUE),  # type: ignore[arg-type]  # a time
        by=SYSTEM,
        at=AT,
    )


def _waiting(row: Hazard) -> set[str]:
    return set(Todo.objects.of("risk.hazard", row.pk).open().values_list("kind", flat=True))


def _clock(row: Hazard) -> Deadline:
    return Deadline.objects.of("risk.hazard", row.pk).running().get(code="risk.rectify")


def _told(user_id: int) -> int:
    return Notification.objects.filter(user_id=user_id, kind="records.deadline").count()
