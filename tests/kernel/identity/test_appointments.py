"""Who may give which post to whom."""

from datetime import timedelta

import pytest

from luchang.kernel import bus
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity import policies, services
from luchang.kernel.identity.actors import SYSTEM, Forbidden, Unreached
from luchang.kernel.identity.events import ReachChanged
from luchang.kernel.identity.models import (
    Appointment,
    Post,
)
from luchang.kernel.identity.policies import SeparationBroken
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.identity.states import Scope
from tests.factories import identity
from tests.factories.identity import Tree
from tests.kernel.identity.administrators import AT, LATER, ORDINARY, security_admin

pytestmark = pytest.mark.django_db


class TestAppointments:
    def test_leaving_a_post_ends_its_reach_at_once(
        self, tree: Tree, told: list[bus.Event]
    ) -> None:
        person, post = identity.user(at=tree.own), identity.post(ORDINARY, at=tree.own)
        by = security_admin(tree.own)
        made = services.appoint(user_id=person.pk, post_id=post.pk, starts_at=AT, by=by, at=AT)
        assert actor_for(person, at=LATER).may(ORDINARY)

        services.end_appointment(appointment_id=made.pk, by=by, at=LATER)

        assert not actor_for(person, at=LATER).may(ORDINARY)
        assert ReachChanged(at=LATER, user_ids=frozenset({person.pk})) in told

    def test_one_that_had_not_begun_leaves_no_trace_but_the_audit(self, tree: Tree) -> None:
        person, post = identity.user(at=tree.own), identity.post(ORDINARY, at=tree.own)
        by = security_admin(tree.own)
        made = services.appoint(user_id=person.pk, post_id=post.pk, starts_at=LATER, by=by, at=AT)

        services.end_appointment(appointment_id=made.pk, by=by, at=AT)

        assert not Appointment.objects.filter(user=person).exists()
        assert AuditEntry.objects.filter(subject="identity.appointment").count() == 2

    def test_nobody_appoints_himself(self, tree: Tree) -> None:
        by = security_admin(tree.own)
        assert by.user_id is not None
        with pytest.raises(Forbidden):
            services.appoint(
                user_id=by.user_id,
                post_id=identity.post(ORDINARY, at=tree.own).pk,
                starts_at=AT,
                by=by,
                at=AT,
            )

    def test_nobody_gives_another_administrators_role(self, tree: Tree) -> None:
        person = identity.user(at=tree.own)
        for permission in (policies.MANAGE_USERS, policies.SEE_AUDIT):
            post = identity.post(permission, at=tree.own)
            with pytest.raises(Forbidden):
                services.appoint(
                    user_id=person.pk,
                    post_id=post.pk,
                    starts_at=AT,
                    by=security_admin(tree.own),
                    at=AT,
                )

    def test_nobody_gives_a_wider_reach_than_he_administers(self, tree: Tree) -> None:
        person = identity.user(at=tree.own)
        wide = identity.post(ORDINARY, at=tree.own, scope=Scope.ALL)
        elsewhere = identity.post(ORDINARY, at=tree.own, scope=Scope.CHOSEN, chosen=[tree.sibling])
        for post in (wide, elsewhere):
            with pytest.raises(Forbidden):
                services.appoint(
                    user_id=person.pk,
                    post_id=post.pk,
                    starts_at=AT,
                    by=security_admin(tree.own),
                    at=AT,
                )

    @pytest.mark.parametrize("second", [policies.MANAGE_ROLES, policies.SEE_AUDIT])
    def test_no_person_is_two_administrators_whatever_the_posts(
        self, tree: Tree, second: str
    ) -> None:
        """Not even one after the other in time, and not even by command on the server."""
        person = identity.user(at=tree.own)
        first = identity.post(policies.MANAGE_USERS, at=tree.own)
        services.appoint(user_id=person.pk, post_id=first.pk, starts_at=AT, by=SYSTEM, at=AT)

        with pytest.raises(SeparationBroken):
            services.appoint(
                user_id=person.pk,
                post_id=identity.post(second, at=tree.own).pk,
                starts_at=LATER + timedelta(days=9),
                by=SYSTEM,
                at=AT,
            )

        assert Appointment.objects.filter(user=person).count() == 1

    def test_nor_by_changing_the_post_he_holds(self, tree: Tree) -> None:
        person = identity.user(at=tree.own)
        audit_role = identity.role(policies.SEE_AUDIT)
        harmless = identity.post(ORDINARY, at=tree.own)
        for post in (identity.post(policies.MANAGE_USERS, at=tree.own), harmless):
            services.appoint(user_id=person.pk, post_id=post.pk, starts_at=AT, by=SYSTEM, at=AT)

        with pytest.raises(SeparationBroken):
            services.arrange_post(
                post_id=harmless.pk,
                title="岗",
                scope=Scope.UNIT,
                role_codes=[audit_role.code],
                by=SYSTEM,
                at=AT,
            )

    def test_nor_by_changing_the_role_he_holds(self, tree: Tree) -> None:
        person = identity.user(at=tree.own)
        harmless = identity.post(ORDINARY, at=tree.own)
        for post in (identity.post(policies.MANAGE_USERS, at=tree.own), harmless):
            services.appoint(user_id=person.pk, post_id=post.pk, starts_at=AT, by=SYSTEM, at=AT)

        with pytest.raises(SeparationBroken):
            services.set_permissions(
                role_id=harmless.roles.get().pk,
                codes=[policies.SEE_AUDIT],
                requires_totp=False,
                keeps_watch=False,
                by=SYSTEM,
                at=AT,
            )

    def test_nobody_changes_the_post_he_holds(self, tree: Tree) -> None:
        by = security_admin(tree.own)
        own_post = Post.objects.get(appointments__user_id=by.user_id or 0)
        with pytest.raises(Forbidden):
            services.arrange_post(
                post_id=own_post.pk,
                title="岗",
                scope=Scope.UNIT,
                role_codes=[],
                by=by,
                at=AT,
            )

    def test_a_post_is_made_where_one_reaches_with_organisations_one_reaches(
        self, tree: Tree
    ) -> None:
        role = identity.role(ORDINARY)
        by = security_admin(tree.own)
        made = services.create_post(
            organisation_id=tree.own.pk,
            title="值班员",
            scope=Scope.CHOSEN,
            role_codes=[role.code],
            chosen_ids=[tree.child.pk],
            by=by,
            at=AT,
        )
        assert made.reach.at == frozenset({tree.child.pk})

        with pytest.raises(Unreached):
            services.create_post(
                organisation_id=tree.sibling.pk,
                title="值班员",
                scope=Scope.UNIT,
                role_codes=[role.code],
                by=by,
                at=AT,
            )
        with pytest.raises(Unreached):
            services.create_post(
                organisation_id=tree.own.pk,
                title="值班员二",
                scope=Scope.CHOSEN,
                role_codes=[role.code],
                chosen_ids=[tree.sibling.pk],
                by=by,
                at=AT,
            )

    def test_appointments_that_begin_or_end_by_the_clock_are_told(
        self, tree: Tree, told: list[bus.Event]
    ) -> None:
        person, post = identity.user(at=tree.own), identity.post(ORDINARY, at=tree.own)
        Appointment.objects.create(user=person, post=post, starts_at=AT, ends_at=LATER)

        before = services.announce_appointments(since=AT - timedelta(minutes=9), at=AT)
        between = services.announce_appointments(since=AT, at=LATER - timedelta(minutes=1))
        after = services.announce_appointments(since=AT + timedelta(minutes=1), at=LATER)

        assert (before, between, after) == (1, 0, 1)
        assert ReachChanged(at=LATER, user_ids=frozenset({person.pk})) in told
