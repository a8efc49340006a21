"""The `luchang` command: every management command, with our settings.

A command may be written with hyphens: `luchang check-report FILE` is `check_report`.
"""

import os
import sys

from luchang.kernel.terminal import Refusal, complain


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    program, *rest = sys.argv
    if rest:
        rest[0] = rest[0].replace("-", "_") if not rest[0].startswith("-") else rest[0]
    try:
        execute_from_command_line([program, *rest])
    except Refusal as refusal:
        complain(refusal)
        sys.exit(1)


if __name__ == "__main__":
    main()
