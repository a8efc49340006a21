from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from luchang.kernel import clock
from luchang.kernel.identity import services
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation, Post, Role, User
from luchang.kernel.identity.policies import SeparationBroken
from luchang.kernel.identity.states import OrganisationKind, Scope

ROLES = ("system_administrator", "security_administrator", "audit_administrator")


SHORT = 20
DIVISION = 6
"""Characters of an organisation's code that name its division."""


class Command(BaseCommand):
    help = (
        "Make one person one of the three administrators, for all organisations. "
        "No page can do this: none of them appoints another kind."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=ROLES)
        parser.add_argument("username")
        parser.add_argument("--name", help="full name, for a new account")
        parser.add_argument("--organisation", help="12-character code, for a new account")
        parser.add_argument(
            "--found", metavar="NAME", help="first of all make that organisation, the root of all"
        )

    def handle(
        self, *_args: Any, role: str, username: str, name: str, organisation: str, **options: Any
    ) -> None:
        try:
            with transaction.atomic():
                if options["found"]:
                    _found_root(organisation, options["found"])
                password = self._appoint(role, username, name, organisation)
        except (SeparationBroken, ValidationError) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{username}: {role}")
        if password:
            self.stdout.write(f"password, shown once: {password}")

    def _appoint(self, role_code: str, username: str, name: str, organisation: str) -> str:
        at = clock.now()
        role = Role.objects.filter(code=role_code).first()
        if role is None:
            raise CommandError("run `luchang sync_roles` first")
        user, password = _user(username, name, organisation)
        post = Post.objects.filter(organisation=user.organisation, title=role.name).first()
        post = post or services.create_post(
            organisation_id=user.organisation_id,
            title=role.name,
            scope=Scope.ALL,
            role_codes=[role_code],
            by=SYSTEM,
            at=at,
        )
        services.appoint(user_id=user.pk, post_id=post.pk, starts_at=at, by=SYSTEM, at=at)
        return password


def _found_root(code: str, name: str) -> None:
    """The first organisation: no page could make it, for nobody could sign in."""
    if Organisation.objects.exists():
        raise CommandError("there are organisations already; leave out --found")
    services.found_organisation(
        parent_id=None,
        code=code or "",
        name=name,
        short_name=name[:SHORT],
        kind=OrganisationKind.DETACHMENT,
        by=SYSTEM,
        at=clock.now(),
        division_code=(code or "")[:DIVISION],
    )


def _user(username: str, name: str, code: str) -> tuple[User, str]:
    known = User.objects.filter(username=username).first()
    if known is not None:
        return known, ""
    organisation = Organisation.objects.filter(code=code).first()
    if organisation is None or not name:
        raise CommandError("a new account needs --name and the --organisation it belongs to")
    return services.create_user(
        username=username,
        name=name,
        organisation_id=organisation.pk,
        by=SYSTEM,
        at=clock.now(),
    )
