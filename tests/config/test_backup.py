"""A backup is worth what its restore proves."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from luchang.config import backup
from luchang.config.backup import BackupRefused, Places
from tests.factories.identity import user

AT = datetime(2026, 3, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tools(url: str) -> Path:
    return backup.tools_for(url, Path(settings.HOME))


@pytest.fixture
def url() -> str:
    """The test database of this very worker."""
    name = connection.settings_dict["NAME"]
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "照片.jpg").write_bytes(b"\xff\xd8 not really")
    return folder


@pytest.fixture
def made(url: str, files: Path, tools: Path, tmp_path: Path) -> Path:
    user(name="留存者")
    return backup.make(
        url=url, places=Places(files), into=tmp_path / "backups", at=AT, tools=tools
    )


def test_everything_saved_comes_back(url: str, made: Path, tools: Path, tmp_path: Path) -> None:
    manifest = backup.prove(backup=made, url=url, scratch=tmp_path / "proof", tools=tools)

    assert manifest.rows["public.identity_user"] == 1
    assert list(manifest.files) == ["ab/照片.jpg"]
    assert not (tmp_path / "proof").exists()


def test_the_proof_leaves_no_database_behind(
    url: str, made: Path, tools: Path, tmp_path: Path
) -> None:
    backup.prove(backup=made, url=url, scratch=tmp_path / "proof", tools=tools)

    with psycopg.connect(url) as direct:
        left = direct.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'luchang_proof%'"
        ).fetchall()
    assert left == []


@pytest.mark.parametrize("part", ["database.dump", "files.tar"])
def test_an_altered_part_is_refused(
    part: str, url: str, made: Path, tools: Path, tmp_path: Path
) -> None:
    with (made / part).open("ab") as file:
        file.write(b"x")

    with pytest.raises(BackupRefused, match=f"{part} is not what was saved"):
        backup.prove(backup=made, url=url, scratch=tmp_path / "proof", tools=tools)


def test_rows_that_did_not_come_back_are_named(
    url: str, made: Path, tools: Path, tmp_path: Path
) -> None:
    """A manifest that claims one row more stands for a dump that lost one."""
    manifest = json.loads((made / "manifest.json").read_text())
    manifest["rows"]["public.identity_user"] += 1
    (made / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(BackupRefused, match=r"public\.identity_user: 2 rows were saved, 1 came"):
        backup.prove(backup=made, url=url, scratch=tmp_path / "proof", tools=tools)


def test_a_file_that_did_not_come_back_is_named(
    url: str, made: Path, tools: Path, tmp_path: Path
) -> None:
    manifest = json.loads((made / "manifest.json").read_text())
    manifest["files"]["ab/missing.jpg"] = "0" * 64
    (made / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(BackupRefused, match=r"ab/missing\.jpg did not come back"):
        backup.prove(backup=made, url=url, scratch=tmp_path / "proof", tools=tools)


def test_a_database_in_use_is_never_restored_over(
    url: str, made: Path, tools: Path, tmp_path: Path
) -> None:
    with pytest.raises(BackupRefused, match="holds tables"):
        backup.restore(backup=made, url=url, places=Places(tmp_path / "empty"), tools=tools)


def test_an_unfinished_backup_is_no_backup(
    url: str, made: Path, tools: Path, tmp_path: Path
) -> None:
    (made / "manifest.json").unlink()

    with pytest.raises(BackupRefused, match="not finished"):
        backup.prove(backup=made, url=url, scratch=tmp_path / "proof", tools=tools)


def test_a_folder_that_cannot_be_written_is_named(url: str, files: Path, tools: Path) -> None:
    with pytest.raises(BackupRefused, match="cannot write"):
        backup.make(url=url, places=Places(files), into=Path("/proc/nowhere"), at=AT, tools=tools)


def test_somebody_who_may_not_create_databases_is_told_how_to_let_him(
    url: str, made: Path, tools: Path, tmp_path: Path
) -> None:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS only_saves")
        server.execute("CREATE ROLE only_saves LOGIN PASSWORD 'saves'")
        parts = urlsplit(url)
        own = urlunsplit(parts._replace(netloc=f"only_saves:saves@127.0.0.1:{parts.port}"))

        with pytest.raises(BackupRefused, match="ALTER ROLE only_saves CREATEDB"):
            backup.prove(backup=made, url=own, scratch=tmp_path / "proof", tools=tools)
        server.execute("DROP ROLE only_saves")


def test_programs_of_the_servers_own_version_are_chosen(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restore written by later ones sets what an older server does not know, and stops there."""
    with psycopg.connect(url) as server:
        major = server.info.server_version // 10_000
    for version in (major + 1, major):
        place = tmp_path / str(version)
        place.mkdir()
        (place / "pg_dump").write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}.1'\n")
        (place / "pg_dump").chmod(0o755)
    places = [tmp_path / str(major + 1), tmp_path / str(major)]
    monkeypatch.setattr(backup, "_tool_places", lambda _home, _major: places)

    assert backup.tools_for(url, tmp_path) == tmp_path / str(major)
    monkeypatch.setattr(backup, "_tool_places", lambda _home, _major: [])
    with pytest.raises(BackupRefused, match=f"postgresql-client-{major}"):
        backup.tools_for(url, tmp_path)


def test_only_finished_backups_count_when_old_ones_are_thinned_out(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        folder = tmp_path / f"luchang-2026030{day}T000000Z"
        folder.mkdir()
        (folder / "manifest.json").write_text("{}")
    (tmp_path / "luchang-20260304T000000Z").mkdir()

    deleted = backup.thin_out(tmp_path, keep=2)

    assert [path.name for path in deleted] == ["luchang-20260301T000000Z"]
    assert (tmp_path / "luchang-20260304T000000Z").exists()
