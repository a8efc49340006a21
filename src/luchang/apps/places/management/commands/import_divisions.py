import hashlib
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from luchang.apps.places import services
from luchang.apps.places.bridge.division_files import read_divisions
from luchang.apps.places.bridge.refusals import FileRefused
from luchang.apps.places.states import Datum
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM


class Command(BaseCommand):
    help = "Take the polygons of divisions from a GeoJSON file: all of them or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--datum",
            choices=Datum.values,
            required=True,
            help="coordinates of the file; domestic map services publish gcj02",
        )
        parser.add_argument("--licence", default="", help="licence the file comes under")

    def handle(self, *args: object, **options: object) -> None:
        file, datum = Path(str(options["file"])), Datum(str(options["datum"]))
        try:
            content = file.read_bytes()
            shapes = read_divisions(content, file=file.name, datum=datum)
            edition = services.import_divisions(
                shapes=shapes,
                file=services.DivisionFile(
                    name=file.name,
                    datum=datum,
                    licence=str(options["licence"]),
                    sha256=hashlib.sha256(content).hexdigest(),
                ),
                by=SYSTEM,
                at=clock.now(),
            )
        except OSError as missing:
            raise CommandError(f"{file}: {missing.strerror}") from missing
        except FileRefused as refused:
            raise CommandError(str(refused)) from refused
        report = edition.report
        self.stdout.write(
            _("已导入%(file)s：新增%(added)d，更新%(changed)d，未变%(unchanged)d")
            % {"file": file.name, **report}
        )
        for line in [*report["renamed"], *report["overlaps"]]:
            self.stdout.write(f"  {line}")
