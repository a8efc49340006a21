"""Roles, keys and sessions in the hands of the security administrator."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity import permissions, policies, services
from luchang.kernel.identity.actors import SYSTEM, Actor, Forbidden, Unreached
from luchang.kernel.identity.models import (
    ApiToken,
    Appointment,
    Role,
    SignIn,
    User,
)
from luchang.kernel.identity.permissions import Permission, UnknownPermission
from luchang.kernel.identity.roles import RoleDefinition
from luchang.kernel.identity.selectors import actor_for, actor_for_token
from luchang.kernel.identity.services.tokens import TokenRefused
from luchang.kernel.identity.states import Scope
from tests.factories import identity
from tests.factories.identity import Tree
from tests.kernel.identity.administrators import AT, LATER, ORDINARY, security_admin

pytestmark = pytest.mark.django_db


class TestRoles:
    def set_permissions(self, role: Role, codes: list[str], by: Actor) -> Role:
        return services.set_permissions(
            role_id=role.pk, codes=codes, requires_totp=False, keeps_watch=False, by=by, at=AT
        )

    def test_roles_are_everybodys_so_a_county_does_not_change_them(self, tree: Tree) -> None:
        with pytest.raises(Forbidden):
            self.set_permissions(identity.role(), [ORDINARY], security_admin(tree.city))

    def test_nobody_changes_a_role_he_holds(self, tree: Tree) -> None:
        by = security_admin(tree.city, Scope.ALL)
        own = Role.objects.get(posts__appointments__user_id=by.user_id or 0)
        with pytest.raises(Forbidden):
            self.set_permissions(own, [*own.permissions, ORDINARY], by)

    def test_another_administrators_role_is_neither_made_nor_emptied(self, tree: Tree) -> None:
        by = security_admin(tree.city, Scope.ALL)
        with pytest.raises(Forbidden):
            self.set_permissions(identity.role(), [policies.SEE_AUDIT], by)
        with pytest.raises(Forbidden):
            self.set_permissions(identity.role(policies.SEE_AUDIT), [], by)

    def test_two_administrators_do_not_fit_into_one_role(self, tree: Tree) -> None:
        with pytest.raises(ValueError, match="two separate"):
            self.set_permissions(
                identity.role(), [policies.SEE_AUDIT, policies.MANAGE_USERS], SYSTEM
            )
        assert tree.city.pk

    def test_invented_permissions_are_refused(self) -> None:
        with pytest.raises(UnknownPermission):
            self.set_permissions(identity.role(), ["dispatch.fly"], SYSTEM)

    def test_a_permission_brings_what_it_cannot_be_used_without(self) -> None:
        """Or somebody could be told to end a session he is not shown."""
        made = self.set_permissions(identity.role(), [policies.END_SESSIONS], SYSTEM)

        assert made.permissions == [policies.END_SESSIONS, policies.SEE_SESSIONS]

    def test_what_comes_along_keeps_the_administrators_apart(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A permission must not bring another administrator's in by the back door."""
        code = policies.USE_TOKENS
        smuggling = Permission(code, "x", implies=(policies.SEE_AUDIT,))
        monkeypatch.setitem(permissions._register, code, smuggling)

        with pytest.raises(ValueError, match="two separate"):
            self.set_permissions(identity.role(), [code, policies.MANAGE_USERS], SYSTEM)

    def test_a_role_is_made_empty_and_once(self, tree: Tree) -> None:
        by = security_admin(tree.city, Scope.ALL)
        made = services.create_role(code="clerk-x", name="文员", name_en="Clerk", by=by, at=AT)
        assert made.permissions == []
        with pytest.raises(ValidationError):
            services.create_role(code="clerk-x", name="文员", name_en="Clerk", by=by, at=AT)

    def test_syncing_twice_changes_nothing_and_names_what_is_unknown(self) -> None:
        definitions = [
            RoleDefinition(
                code="watch",
                name="值守员",
                name_en="Watch",
                permissions=[ORDINARY, "future.see_things"],
                keeps_watch=True,
            )
        ]

        first = services.sync_roles(definitions=definitions, by=SYSTEM, at=AT)
        second = services.sync_roles(definitions=definitions, by=SYSTEM, at=AT)
        Role.objects.get(code="watch").allow([])
        third = services.sync_roles(definitions=definitions, by=SYSTEM, at=AT)

        assert (first.created, first.unknown) == (("watch",), ("future.see_things",))
        assert (second.created, second.changed) == ((), ())
        assert third.changed == ("watch",)
        assert Role.objects.get(code="watch").permissions == [ORDINARY]


class TestTokens:
    def issue(self, person: User, by: Actor, *codes: str, days: int = 30) -> ApiToken:
        token, _text = services.issue_token(
            user_id=person.pk,
            name="测试",
            codes=codes,
            expires_at=AT + timedelta(days=days),
            by=by,
            at=AT,
        )
        return token

    def test_the_text_is_not_kept(self, tree: Tree) -> None:
        person = identity.user_with(ORDINARY, at=tree.own)
        token, text = services.issue_token(
            user_id=person.pk,
            name="测试",
            codes=[ORDINARY],
            expires_at=LATER,
            by=actor_for(person, at=AT),
            at=AT,
        )

        assert text.startswith("lc_")
        assert text not in str(ApiToken.objects.values().get())
        assert text not in str(list(AuditEntry.objects.values()))
        assert token.digest

    def test_never_more_than_the_account_may_do(self, tree: Tree) -> None:
        person = identity.user_with(ORDINARY, at=tree.own)
        own = actor_for(person, at=AT)
        for codes in ([], [ORDINARY, policies.SEE_SESSIONS]):
            with pytest.raises(TokenRefused):
                self.issue(person, own, *codes)

    def test_a_key_may_do_what_its_permission_cannot_be_used_without(self, tree: Tree) -> None:
        """A program that may close an incident finds it."""
        person = identity.user_with("dispatch.close_incidents", policies.USE_TOKENS, at=tree.own)
        token = self.issue(person, actor_for(person, at=AT), "dispatch.close_incidents")

        assert "dispatch.see_incidents" in token.permissions
        assert actor_for_token(token, at=AT).may("dispatch.see_incidents")

    def test_never_an_administrators_permission(self, tree: Tree) -> None:
        person = identity.user_with(ORDINARY, policies.MANAGE_USERS, at=tree.own)
        with pytest.raises(TokenRefused):
            self.issue(person, actor_for(person, at=AT), policies.MANAGE_USERS)

    @pytest.mark.parametrize("days", [-1, 0, 367])
    def test_it_expires_within_a_year(self, tree: Tree, days: int) -> None:
        person = identity.user_with(ORDINARY, at=tree.own)
        with pytest.raises(TokenRefused):
            self.issue(person, actor_for(person, at=AT), ORDINARY, days=days)

    def test_the_security_administrator_makes_none_for_a_person(self, tree: Tree) -> None:
        """He could act for that person."""
        person = identity.user_with(ORDINARY, at=tree.own)
        with pytest.raises(Forbidden):
            self.issue(person, security_admin(tree.own), ORDINARY)

    def test_he_makes_them_for_service_accounts_in_reach(self, tree: Tree) -> None:
        near, far = (identity.user_with(ORDINARY, at=at) for at in (tree.own, tree.sibling))
        User.objects.update(is_service=True)

        assert self.issue(near, security_admin(tree.own), ORDINARY).permissions == [ORDINARY]
        with pytest.raises(Unreached):
            self.issue(far, security_admin(tree.own), ORDINARY)

    def test_its_reach_is_the_accounts_reach_of_the_moment(self, tree: Tree) -> None:
        person = identity.user_with(ORDINARY, at=tree.own)
        token = self.issue(person, actor_for(person, at=AT), ORDINARY)
        assert actor_for_token(token, at=AT).may(ORDINARY)

        Appointment.objects.update(ends_at=LATER)

        assert not actor_for_token(token, at=LATER).may(ORDINARY)

    def test_others_keys_are_revoked_only_within_reach(self, tree: Tree) -> None:
        person = identity.user_with(ORDINARY, at=tree.own)
        token = self.issue(person, actor_for(person, at=AT), ORDINARY)
        stranger = identity.actor_with(ORDINARY, at=tree.own)
        for by in (stranger, security_admin(tree.sibling)):
            with pytest.raises(Unreached):
                services.revoke_token(token_id=token.pk, by=by, at=AT)

        services.revoke_token(token_id=token.pk, by=security_admin(tree.city), at=AT)

        assert not ApiToken.objects.valid(at=AT).exists()


class TestSessions:
    def test_a_session_elsewhere_is_not_ended(self, tree: Tree) -> None:
        person = identity.user(at=tree.sibling)
        identity.browser_of(person)
        with pytest.raises(Unreached):
            services.end_session(
                sign_in_id=SignIn.objects.get().pk, by=security_admin(tree.own), at=AT
            )

    def test_those_on_watch_are_known_from_their_role(self, tree: Tree) -> None:
        person = identity.user_with(ORDINARY, at=tree.own)
        Role.objects.get().set_rules(requires_totp=False, keeps_watch=True)

        identity.browser_of(person)

        assert SignIn.objects.get().keeps_watch
