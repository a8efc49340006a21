from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luchang.kernel import clock
from luchang.kernel.identity import services
from luchang.kernel.identity.models import User
from luchang.kernel.identity.selectors import actor_for

PER_MINUTE = 120_000
"""A replay or a gateway sends faster than a person's own program would."""


class Command(BaseCommand):
    help = "Issue a key with all ordinary permissions of an account; prints the key alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--days", type=int, default=1)
        parser.add_argument("--name", default="luchang token")

    def handle(self, *_args: Any, username: str, days: int, name: str, **_options: Any) -> None:
        at = clock.now()
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"there is no account {username}")
        person = actor_for(user, at=at)
        try:
            _, text = services.issue_token(
                user_id=user.pk,
                name=name,
                codes=sorted(person.reaches),
                expires_at=at + timedelta(days=days),
                by=person,
                at=at,
                per_minute=PER_MINUTE,
            )
        except ValueError as refusal:
            raise CommandError(f"no key for {username}: {refusal}") from refusal
        self.stdout.write(text)
