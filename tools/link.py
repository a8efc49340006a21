"""Make `luchang` a package and a command of the environment that runs this, without a build.

A line in its site-packages names `src`; a script beside its python starts the command.
"""

import sys
import sysconfig
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
SCRIPT = """#!{python}
import sys

from luchang.config.cli import main

sys.exit(main())
"""


def main() -> int:
    """Write both."""
    Path(sysconfig.get_path("purelib"), "luchang.pth").write_text(f"{SOURCE}\n")
    command = Path(sys.executable).with_name("luchang")
    command.write_text(SCRIPT.format(python=sys.executable))
    command.chmod(0o755)
    return 0


if __name__ == "__main__":
    sys.exit(main())
