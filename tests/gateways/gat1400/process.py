"""The intake as a process that is killed: `python -m tests.gateways.gat1400.process FOLDER PORT`.

For each line it reads it forks a child that serves until it is killed, and says its number. The
devices are the named ones of `platform`; nothing is written to a database.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
import uvloop


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - once Django is set up

    from luchang.gateways.gat1400 import running  # noqa: PLC0415 - as above
    from luchang.kernel.segments import Store  # noqa: PLC0415 - as above
    from tests.gateways.gat1400.platform import sender  # noqa: PLC0415 - as above

    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    settings.PASSAGE_PICTURES = folder / "pictures"
    settings.CAMERA_ROWS_A_SECOND = 1e9
    running.keep_tallies = lambda **_: None  # type: ignore[attr-defined]  # no database here
    devices = {each.device_id: each for each in map(sender, range(1, 9))}
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            store = Store.open(folder / "store")
            uvloop.run(running.serve(store, host="127.0.0.1", port=port, load=lambda: devices))
            os._exit(0)
        os.write(1, f"{child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()
