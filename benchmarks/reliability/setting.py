"""Run inside the platform's environment: one organisation and one person who takes calls."""

import sys

import django


def main(username: str) -> None:
    django.setup()
    from tests.factories.identity import organisation, user_with

    place = organisation(code="430211000000", name="天元大队")
    user_with(
        *("dispatch.see_incidents", "dispatch.take_calls", "identity.use_tokens"),
        at=place,
        username=username,
    )


if __name__ == "__main__":
    main(sys.argv[1])
