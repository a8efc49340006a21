"""Notifying that is killed: `python -m tests.gateways.gat1400.notifying_child FOLDER`.

For each line it reads it forks a child that tells the subscribers of the store in FOLDER.
"""

import os
import sys
from pathlib import Path

import django


def main() -> None:
    django.setup()
    from luchang.gateways.gat1400 import notifying  # noqa: PLC0415 - once Django is set up
    from luchang.kernel import clock  # noqa: PLC0415 - as above

    notifying.LOOK_S = 0.05
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            notifying.Notifier(Path(sys.argv[1]), now=clock.now).run()
            os._exit(0)
        os.write(1, f"{child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()
