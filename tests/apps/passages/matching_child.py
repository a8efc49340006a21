"""Matching that is killed: `python -m tests.apps.passages.matching_child FOLDER`.

For each line it reads it forks a child that matches the passages of the store in FOLDER.
"""

import os
import sys
from pathlib import Path

import django


def main() -> None:
    django.setup()
    from luchang.apps.passages.services.matching import Matcher  # noqa: PLC0415
    from luchang.kernel import clock  # noqa: PLC0415

    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            Matcher(Path(sys.argv[1]), now=clock.now).run()
            os._exit(0)
        os.write(1, f"{child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()
