"""`luchang check-report FILE`: read a report, find its figures, tell what contradicts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from luchang.apps.figures.bridge import outputs
from luchang.apps.figures.bridge.documents import Unreadable, read_document
from luchang.core.reading import Reading, Statistic, read

CLEAN, FOUND, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Read a report (txt, docx, pdf), mark every figure, find contradictions. "
        "Exit code 0: nothing found, 1: findings, 2: a file cannot be read."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--earlier",
            type=Path,
            action="append",
            default=[],
            help="an earlier report, repeatable",
        )
        parser.add_argument("--year", type=int, help="the year the report speaks of")
        for kind in ("json", "html", "pdf", "xlsx"):
            parser.add_argument(f"--{kind}", type=Path, metavar="OUT")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            earlier = [
                figure
                for path in options["earlier"]
                for figure in _read(path, (), options["year"]).statistics
            ]
            reading = _read(options["file"], earlier, options["year"])
            self._write(reading, options)
        except (Unreadable, OSError) as wrong:
            self.stderr.write(str(wrong))
            sys.exit(UNREADABLE)
        self._tell(reading)
        sys.exit(FOUND if reading.findings else CLEAN)

    def _write(self, reading: Reading, options: dict[str, Any]) -> None:
        name = options["file"].name
        makers: dict[str, Callable[[], bytes]] = {
            "json": lambda: outputs.as_json(reading, name=name).encode(),
            "html": lambda: outputs.as_html(reading, name=name).encode(),
            "pdf": lambda: outputs.as_pdf(reading, name=name),
            "xlsx": lambda: outputs.as_workbook(reading),
        }
        for kind, make in makers.items():
            if options[kind] is not None:
                options[kind].write_bytes(make())

    def _tell(self, reading: Reading) -> None:
        said = _("读出数字%(figures)d个，发现问题%(findings)d处。") % {
            "figures": len(reading.statistics),
            "findings": len(reading.findings),
        }
        self.stdout.write(said)
        for each in outputs.told(reading):
            self.stdout.write(f"{each.number}. [{each.weight_label}] {each.title}: {each.quote}")
            for step in each.arithmetic:
                self.stdout.write(f"     {step}")
            if each.likely:
                self.stdout.write(f"     {_('可能的原意')}: {each.likely}")


def _read(path: Path, earlier: list[Statistic] | tuple[()], year: int | None) -> Reading:
    if path.stat().st_size == 0:
        raise Unreadable("empty")
    return read(read_document(path.read_bytes()).text, earlier=earlier, year=year)
