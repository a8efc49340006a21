"""Organisations and accounts, and what the deeds leave behind."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from luchang.kernel import bus
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity import policies, services
from luchang.kernel.identity.actors import Actor, Forbidden, Unreached
from luchang.kernel.identity.events import ReachChanged, SessionEnded
from luchang.kernel.identity.models import (
    ApiToken,
    Organisation,
    SignIn,
    User,
)
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.identity.states import OrganisationKind, Scope
from tests.factories import identity
from tests.factories.identity import Tree
from tests.kernel.identity.administrators import AT, LATER, system_admin

pytestmark = pytest.mark.django_db


def found(parent: Organisation | None, by: Actor, code: str = "430299999999") -> Organisation:
    return services.found_organisation(
        parent_id=parent.pk if parent else None,
        code=code,
        name="新设大队",
        short_name="新设",
        kind=OrganisationKind.BRIGADE,
        by=by,
        at=AT,
    )


class TestOrganisations:
    def test_one_is_founded_below_a_reached_parent_and_audited(self, tree: Tree) -> None:
        by = system_admin(tree.own)

        made = found(tree.own, by)

        assert made.path == f"{tree.own.path}{made.pk:06d}/"
        entry = AuditEntry.objects.get(subject="identity.organisation")
        assert (entry.actor_id, entry.subject_id) == (by.user_id, str(made.pk))

    def test_foreign_parents_do_not_exist(self, tree: Tree) -> None:
        for foreign in (tree.city, tree.sibling, tree.other):
            with pytest.raises(Unreached):
                found(foreign, system_admin(tree.own))

    def test_a_new_root_needs_reach_over_all(self, tree: Tree) -> None:
        with pytest.raises(Forbidden):
            found(None, system_admin(tree.city))
        assert found(None, system_admin(tree.city, Scope.ALL)).depth == 0

    def test_codes_are_unique_and_well_formed(self, tree: Tree) -> None:
        by = system_admin(tree.own)
        for code in (tree.own.code, "12345", "43020000000x"):
            with pytest.raises(ValidationError):
                found(tree.own, by, code=code)

    def test_a_branch_moves_with_everything_below(self, tree: Tree) -> None:
        deep = identity.organisation(parent=tree.child)

        services.move_organisation(
            organisation_id=tree.own.pk,
            parent_id=tree.sibling.pk,
            by=system_admin(tree.city),
            at=AT,
        )

        deep.refresh_from_db()
        assert deep.path == (
            f"{tree.sibling.path}{tree.own.pk:06d}/{tree.child.pk:06d}/{deep.pk:06d}/"
        )

    def test_a_branch_does_not_move_into_itself(self, tree: Tree) -> None:
        with pytest.raises(ValueError, match="lies below"):
            services.move_organisation(
                organisation_id=tree.own.pk,
                parent_id=tree.child.pk,
                by=system_admin(tree.city),
                at=AT,
            )

    def test_nobody_moves_his_own_unit_out_from_under_its_parent(self, tree: Tree) -> None:
        """He reaches the unit and the new place, but not the parent that would lose it."""
        by = identity.actor_with(
            policies.MANAGE_ORGANISATIONS,
            at=tree.own,
            scope=Scope.CHOSEN,
            chosen=[tree.own, tree.sibling],
        )
        with pytest.raises(Unreached):
            services.move_organisation(
                organisation_id=tree.own.pk, parent_id=tree.sibling.pk, by=by, at=AT
            )

    def test_a_tree_deeper_than_a_path_can_say_is_refused(self, tree: Tree) -> None:
        deepest = tree.own
        for _level in range(34):
            deepest = identity.organisation(parent=deepest)
        assert len(deepest.path) == 252

        with pytest.raises(ValidationError):
            identity.organisation(parent=deepest)
        with pytest.raises(ValueError, match="too deep"):
            tree.own.move_below(tree.sibling)

    def test_one_in_use_is_not_closed_and_says_why(self, tree: Tree) -> None:
        identity.user(at=tree.own)
        by = system_admin(tree.city)

        with pytest.raises(services.OrganisationInUse, match="下级机构 1，启用的用户 1"):
            services.close_organisation(organisation_id=tree.own.pk, by=by, at=AT)

    def test_an_empty_one_closes_and_takes_no_more(self, tree: Tree) -> None:
        by = system_admin(tree.city)
        services.close_organisation(organisation_id=tree.child.pk, by=by, at=AT)

        with pytest.raises(Unreached):
            found(tree.child, by)
        with pytest.raises(Unreached):
            services.create_user(
                username="x00001", name="甲", organisation_id=tree.child.pk, by=by, at=AT
            )

    def test_renaming_keeps_the_old_name_in_the_audit(self, tree: Tree) -> None:
        services.rename_organisation(
            organisation_id=tree.own.pk,
            name="新名称大队",
            short_name="新名",
            by=system_admin(tree.own),
            at=AT,
        )

        entry = AuditEntry.objects.get(subject="identity.organisation")
        assert entry.detail["after"]["name"] == "新名称大队"
        assert entry.detail["before"]["name"] == tree.own.name


class TestUsers:
    def test_a_new_account_has_a_random_password_to_be_changed(self, tree: Tree) -> None:
        by = system_admin(tree.own)
        user, password = services.create_user(
            username="d77777", name="新人", organisation_id=tree.own.pk, by=by, at=AT
        )
        _other, second = services.create_user(
            username="d77778", name="新人", organisation_id=tree.own.pk, by=by, at=AT
        )

        assert user.check_password(password)
        assert user.must_change_password
        assert password != second
        assert len(password) >= 16
        assert password not in str(list(AuditEntry.objects.values_list("detail", flat=True)))

    def test_a_service_account_has_none(self, tree: Tree) -> None:
        user, password = services.create_user(
            username="partner.gov",
            name="县政府接口",
            organisation_id=tree.own.pk,
            is_service=True,
            by=system_admin(tree.own),
            at=AT,
        )

        assert password == ""
        assert not user.has_usable_password()
        with pytest.raises(Forbidden):
            services.reset_password(user_id=user.pk, by=system_admin(tree.own), at=AT)

    def test_people_elsewhere_do_not_exist(self, tree: Tree) -> None:
        by = system_admin(tree.own)
        foreign = identity.user(at=tree.sibling)
        for act in (
            lambda: services.disable_user(user_id=foreign.pk, by=by, at=AT),
            lambda: services.enable_user(user_id=foreign.pk, by=by, at=AT),
            lambda: services.reset_password(user_id=foreign.pk, by=by, at=AT),
            lambda: services.rename_user(user_id=foreign.pk, name="x", by=by, at=AT),
            lambda: services.transfer_user(
                user_id=foreign.pk, organisation_id=tree.own.pk, by=by, at=AT
            ),
        ):
            with pytest.raises(Unreached):
                act()

    def test_nobody_is_transferred_to_where_one_does_not_reach(self, tree: Tree) -> None:
        person = identity.user(at=tree.own)
        with pytest.raises(Unreached):
            services.transfer_user(
                user_id=person.pk,
                organisation_id=tree.other.pk,
                by=system_admin(tree.own),
                at=AT,
            )

    def test_disabling_ends_sessions_and_tells_the_streams(
        self, tree: Tree, told: list[bus.Event]
    ) -> None:
        person = identity.user(at=tree.own)
        identity.browser_of(person)

        services.disable_user(user_id=person.pk, by=system_admin(tree.own), at=AT)

        assert not SignIn.objects.open().filter(user=person).exists()
        assert any(isinstance(each, SessionEnded) for each in told)
        assert ReachChanged(at=AT, user_ids=frozenset({person.pk})) in told
        assert actor_for(User.objects.get(pk=person.pk), at=LATER).user_id is None

    def test_nobody_disables_or_resets_himself(self, tree: Tree) -> None:
        by = system_admin(tree.own)
        assert by.user_id is not None
        with pytest.raises(Forbidden):
            services.disable_user(user_id=by.user_id, by=by, at=AT)
        with pytest.raises(Forbidden):
            services.reset_password(user_id=by.user_id, by=by, at=AT)

    def test_dormant_accounts_are_locked_and_used_ones_are_not(self, tree: Tree) -> None:
        long_ago, lately = AT - timedelta(days=91), AT - timedelta(days=89)
        dormant, fresh, program, back = (identity.user(at=tree.own) for _each in range(4))
        User.objects.update(created_at=long_ago)
        User.objects.filter(pk=fresh.pk).update(last_login=lately)
        User.objects.filter(pk=back.pk).update(active_at=lately)
        ApiToken.objects.create(
            user=program,
            name="x",
            digest="d",
            created_at=long_ago,
            expires_at=LATER,
            used_at=lately,
        )

        assert services.disable_dormant(at=AT) == [dormant]
        assert services.disable_dormant(at=AT) == []

    def test_a_returning_person_is_not_locked_again_at_once(self, tree: Tree) -> None:
        person = identity.user(at=tree.own)
        User.objects.update(created_at=AT - timedelta(days=200))
        services.disable_dormant(at=AT)

        services.enable_user(user_id=person.pk, by=system_admin(tree.own), at=AT)

        assert person not in services.disable_dormant(at=AT)


def test_a_deed_whose_audit_entry_fails_is_not_done(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luchang.kernel.audit import joining  # noqa: PLC0415

    def full(**_entry: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(joining, "record", full)
    with pytest.raises(OSError, match="disk full"):
        found(tree.own, system_admin(tree.own))

    assert not Organisation.objects.filter(code="430299999999").exists()


def test_events_with_joined_handlers_need_a_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Outside:
        in_atomic_block = False

    monkeypatch.setattr(transaction, "get_connection", Outside)
    with pytest.raises(RuntimeError, match="inside a transaction"):
        bus.publish(ReachChanged(at=AT, user_ids=frozenset({1})))
