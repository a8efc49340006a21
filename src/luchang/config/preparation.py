"""What a start does before the web server: migrate, roles, static files, demo city."""

import hashlib
import os
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from luchang.config.home import HALF_YEAR_DUE, home, keep
from luchang.kernel.terminal import say

QUICK_SCALE = 0.02
"""Of the half-year that comes with a demo city: seconds, not minutes."""
AFTERWARDS = 0.05
"""Up to this scale it is loaded behind the first page; more would hold up whoever takes calls."""


def prepare(*, demo: bool) -> None:
    """Bring the database and the static files to the present code; the second time is quick."""
    django.setup()
    _migrate()
    call_command("sync_roles", verbosity=0)
    call_command("load_codes", verbosity=0, stdout=StringIO())
    call_command("sync_report_templates", verbosity=0)
    call_command("sync_paper_texts", verbosity=0)
    _collect_static()
    if demo:
        _demo_city()
    connection.close()


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("更新数据库结构", "migrating the database")
        call_command("migrate", verbosity=0, interactive=False)


def _collect_static() -> None:
    """Collect only when something changed: hashing every file costs seconds."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    state = _static_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    say("整理页面文件", "collecting static files")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(state)


def _static_state() -> str:
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415 - needs setup

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{state.st_mtime_ns}\0{state.st_size}\n".encode())
    return digest.hexdigest()


def _demo_city() -> None:
    from luchang.kernel.identity.models import Organisation  # noqa: PLC0415 - needs setup

    if Organisation.objects.exists():
        return
    say("建立演示城市（约半分钟）", "building the demo city, about half a minute")
    call_command("demo")
    load_half_year()


def load_half_year() -> None:
    """Invented records of 2021 for a city that was built just now: at once, or noted as due."""
    scale = half_year_scale(os.environ.get("HALFYEAR", ""))
    if 0 < scale <= AFTERWARDS:
        keep(home() / HALF_YEAR_DUE, f"{scale:g}")
    elif scale > 0:
        say(
            f"载入2021年1至8月的演示记录（比例 {scale:g}）",
            f"loading invented records of January to August 2021 at scale {scale:g}",
        )
        call_command("demo_half_year", scale=scale, verbosity=0)


def half_year_scale(text: str) -> float:
    """HALFYEAR as a scale: empty for the quick one, 1.0 for all of it, 0 for none."""
    try:
        scale = float(text or QUICK_SCALE)
    except ValueError:
        return QUICK_SCALE
    return min(max(scale, 0.0), 1.0)
