"""The roles that come with the product fit the apps that come with it."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from luchang.config.roles import ROLES
from luchang.kernel import clock
from luchang.kernel.identity import permissions
from luchang.kernel.identity.models import Role, User
from luchang.kernel.identity.selectors import standing_of
from tests.factories import identity


def declared_by_the_product() -> set[str]:
    """Tests of other parts declare examples of their own in the same process."""
    labels = {config.label for config in apps.get_app_configs()}
    codes = {each.code for each in permissions.declared()}
    return {code for code in codes if code.partition(".")[0] in labels}


def test_roles_name_no_permission_their_app_does_not_declare() -> None:
    """A code of an app that declares nothing yet is left out by the sync; a slip is not."""
    known = declared_by_the_product()
    declaring = {code.partition(".")[0] for code in known}
    slips = {
        code
        for role in ROLES
        for code in role.permissions
        if code not in known and code.partition(".")[0] in declaring
    }
    assert slips == set()


def test_every_permission_is_in_some_role() -> None:
    """Otherwise nobody can use it until a site invents a role."""
    given = {code for role in ROLES for code in role.permissions}
    assert declared_by_the_product() - given == set()


def test_no_role_joins_two_administrators_and_only_theirs_carry_their_permissions() -> None:
    for role in ROLES:
        kinds = permissions.administrators_of(role.permissions)
        assert len(kinds) <= 1
        assert bool(kinds) == role.code.endswith("_administrator")
        assert role.requires_totp or not kinds


@pytest.mark.django_db
class TestCommands:
    def test_sync_makes_them_all_and_then_has_nothing_to_do(self) -> None:
        first, second = StringIO(), StringIO()
        call_command("sync_roles", stdout=first, stderr=StringIO())
        call_command("sync_roles", stdout=second, stderr=StringIO())

        assert Role.objects.count() == len(ROLES)
        assert first.getvalue().startswith("made: operator")
        assert second.getvalue() == ""

    def test_an_administrator_is_appointed_on_the_server_with_a_password_shown_once(self) -> None:
        call_command("sync_roles", stdout=StringIO(), stderr=StringIO())
        office, out = identity.organisation(), StringIO()

        call_command(
            "appoint_administrator",
            "audit_administrator",
            "auditor1",
            name="审计员",
            organisation=office.code,
            stdout=out,
        )

        user = User.objects.get(username="auditor1")
        password = out.getvalue().rpartition(" ")[2].strip()
        standing = standing_of(user, at=clock.now())
        assert user.check_password(password)
        assert standing.actor.reach("audit.see_audit").everything
        assert standing.needs_totp

    def test_and_not_a_second_kind_for_the_same_person(self) -> None:
        call_command("sync_roles", stdout=StringIO(), stderr=StringIO())
        person = identity.user()
        quiet = {"stdout": StringIO()}
        call_command("appoint_administrator", "system_administrator", person.username, **quiet)

        with pytest.raises(CommandError, match="security and system"):
            call_command(
                "appoint_administrator", "security_administrator", person.username, **quiet
            )
        with pytest.raises(CommandError, match="--name"):
            call_command("appoint_administrator", "audit_administrator", "nobody", **quiet)
