"""The `luchang` command: every management command, with our settings."""

import os
import sys

from luchang.kernel.terminal import Refusal, complain


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except Refusal as refusal:
        complain(refusal)
        sys.exit(1)


if __name__ == "__main__":
    main()
