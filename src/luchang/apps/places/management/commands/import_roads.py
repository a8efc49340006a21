from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from luchang.apps.places import services
from luchang.apps.places.ports import UnreadableRoadFile
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM


class Command(BaseCommand):
    help = "Take the road network from an OpenStreetMap file and drive on it from now on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=".osm.pbf, .osm.gz, .osm.bz2 or .osm")
        parser.add_argument("--name", default="", help="name of this version")
        parser.add_argument("--licence", default="ODbL 1.0, OpenStreetMap contributors")
        parser.add_argument(
            "--keep-old", action="store_true", help="keep the version in use, only add this one"
        )

    def handle(self, *args: object, **options: object) -> None:
        at = clock.now()
        try:
            network = services.import_roads(
                path=Path(str(options["file"])),
                name=str(options["name"]),
                licence=str(options["licence"]),
                by=SYSTEM,
                at=at,
            )
        except UnreadableRoadFile as refused:
            raise CommandError(str(refused)) from refused
        if not options["keep_old"]:
            services.activate_network(network_id=network.pk, by=SYSTEM, at=at)
        self.stdout.write(
            _("已导入%(name)s：节点%(nodes)d，路段%(arcs)d，%(km).1f公里")
            % {
                "name": network.name,
                "nodes": network.node_count,
                "arcs": network.arc_count,
                "km": network.length_m / 1000,
            }
        )
        for name, value in network.report.items():
            self.stdout.write(f"  {name}: {value}")
