"""The store of passages comes back with the database, and answers as it did."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from luchang.config import backup
from luchang.config.backup import BackupRefused, Places
from luchang.kernel.segments import Store, copying, verify
from tests.config.test_backup import AT, tools, url  # noqa: F401 - fixtures
from tests.kernel.segments.passing import ALL, opened, passages

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Some sealed and in order, some in the log."""
    made = opened(tmp_path / "home" / "passages", passages(0, 200), arranged=True)
    made.append(passages(200, 230))
    return made


@pytest.fixture
def places(store: Store, tmp_path: Path) -> Places:
    pictures = tmp_path / "home" / "passage-pictures"
    (pictures / "2026-11-26").mkdir(parents=True)
    (pictures / "2026-11-26" / "one").write_bytes(b"\xff\xd8\xff not really")
    return Places(tmp_path / "home" / "files", store.folder, pictures)


@pytest.fixture
def made(url: str, places: Places, tools: Path, tmp_path: Path) -> Path:  # noqa: F811 - fixtures
    return backup.make(url=url, places=places, into=tmp_path / "backups", at=AT, tools=tools)


def test_a_store_restored_onto_an_empty_place_answers_the_same(
    url: str,  # noqa: F811 - a fixture
    made: Path,
    tools: Path,  # noqa: F811 - a fixture
    store: Store,
    tmp_path: Path,
) -> None:
    empty = Places(tmp_path / "new/files", tmp_path / "new/passages", tmp_path / "new/pictures")
    (tmp_path / "new/passages/log").mkdir(parents=True)  # a server that was started once

    with beside(url) as database:
        manifest = backup.restore(backup=made, url=database, places=empty, tools=tools)

    assert empty.passages is not None
    assert empty.pictures is not None
    assert len(manifest.passages) > 5
    again = Store.open(empty.passages)
    assert verify(empty.passages) == []
    assert again.search(ALL) == store.search(ALL)
    assert (empty.pictures / "2026-11-26" / "one").read_bytes() == b"\xff\xd8\xff not really"
    again.append(passages(230, 240))
    again.seal()
    assert again.search(ALL).total == 240
    backup.prove(backup=made, url=url, scratch=tmp_path / "proof", tools=tools)


class beside:  # noqa: N801 - reads as a word
    """An empty database for a while."""

    def __init__(self, address: str) -> None:
        self._address, self._name = address, "beside_for_test"

    def __enter__(self) -> str:
        with psycopg.connect(self._address, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {self._name} TEMPLATE template0")
        return urlunsplit(urlsplit(self._address)._replace(path=f"/{self._name}"))

    def __exit__(self, *_: object) -> None:
        with psycopg.connect(self._address, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")


def test_the_next_backup_links_what_has_not_changed(
    url: str,  # noqa: F811 - a fixture
    made: Path,
    tools: Path,  # noqa: F811 - a fixture
    places: Places,
    store: Store,
    tmp_path: Path,
) -> None:
    """Half a year of passages would otherwise be written anew every night."""
    store.seal()

    later = AT + timedelta(days=1)
    after = backup.make(url=url, places=places, into=tmp_path / "backups", at=later, tools=tools)

    segments = sorted(path.relative_to(made) for path in made.glob("passages/hours/*/*.arrow"))
    assert segments
    for name in segments:
        assert (after / name).samefile(made / name)
        assert not (after / name).samefile(places.passages / name.relative_to("passages"))  # type: ignore[operator]
    assert not (after / "passages/manifest.json").samefile(made / "passages/manifest.json")
    backup.prove(backup=after, url=url, scratch=tmp_path / "proof", tools=tools)


def test_a_segment_altered_in_the_backup_is_named_before_anything_is_restored(
    url: str,  # noqa: F811 - a fixture
    made: Path,
    tools: Path,  # noqa: F811 - a fixture
    tmp_path: Path,
) -> None:
    segment = next(made.glob("passages/hours/*/*.arrow"))
    content = bytearray(segment.read_bytes())
    content[100] ^= 1
    segment.write_bytes(content)

    with pytest.raises(BackupRefused, match=f"{segment.name} is not what was saved"):
        backup.prove(backup=made, url=url, scratch=tmp_path / "proof", tools=tools)


def test_a_rotten_segment_is_written_anew_by_the_next_backup(
    url: str,  # noqa: F811 - a fixture
    made: Path,
    tools: Path,  # noqa: F811 - a fixture
    places: Places,
    tmp_path: Path,
) -> None:
    """Linked on by its name alone, one bad block would be in every backup to come."""
    segment = next(made.glob("passages/hours/*/*.arrow"))
    segment.write_bytes(b"rotten")

    later = AT + timedelta(days=1)
    after = backup.make(url=url, places=places, into=tmp_path / "backups", at=later, tools=tools)

    backup.prove(backup=after, url=url, scratch=tmp_path / "proof", tools=tools)


def test_a_store_in_use_is_never_restored_over(
    url: str,  # noqa: F811 - a fixture
    made: Path,
    tools: Path,  # noqa: F811 - a fixture
    places: Places,
    tmp_path: Path,
) -> None:
    onto = Places(tmp_path / "new/files", places.passages, tmp_path / "new/pictures")

    with (
        beside(url) as database,
        pytest.raises(BackupRefused, match="passages is not empty; name an empty folder"),
    ):
        backup.restore(backup=made, url=database, places=onto, tools=tools)


def test_two_backups_at_a_time_are_refused(
    url: str,  # noqa: F811 - a fixture
    places: Places,
    tools: Path,  # noqa: F811 - a fixture
    tmp_path: Path,
) -> None:
    assert places.passages is not None

    with (
        copying(places.passages),
        pytest.raises(BackupRefused, match="another backup is copying"),
    ):
        backup.make(url=url, places=places, into=tmp_path / "backups", at=AT, tools=tools)


RESTORING = """
import os, signal, sys, shutil
from pathlib import Path
from luchang.config import backup
copied = 0
def put(source, target):
    global copied
    copied += 1
    if copied == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    shutil.copyfile(source, target)
made, url, new, tools = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
places = backup.Places(new / "files", new / "passages", new / "pictures")
backup.restore(backup=made, url=url, places=places, tools=tools, put=put)
"""


def test_a_restore_killed_in_the_middle_leaves_no_half_store_and_can_be_done_again(
    url: str,  # noqa: F811 - a fixture
    made: Path,
    tools: Path,  # noqa: F811 - a fixture
    store: Store,
    tmp_path: Path,
) -> None:
    """A server started on half of a store would sweep it as what a crash left."""
    new = tmp_path / "new"
    empty = Places(new / "files", new / "passages", new / "pictures")
    with beside(url) as database:
        done = subprocess.run(
            [sys.executable, "-c", RESTORING, str(made), database, str(new), str(tools)],
            check=False,
            env=dict(os.environ, PYTHONPATH="src:."),
        )
    assert done.returncode == -signal.SIGKILL
    assert not (new / "passages").exists()

    with beside(url) as database:
        backup.restore(backup=made, url=database, places=empty, tools=tools)

    assert sorted(path.name for path in new.iterdir()) == ["files", "passages", "pictures"]
    assert Store.open(new / "passages").search(ALL) == store.search(ALL)
