"""Nets and demand made by the simulator's own tools."""

import importlib
import subprocess
from pathlib import Path

from luchang.gateways.sumo.run import Job

VEHICLES = 40


def crossing(folder: Path) -> Job:
    """Two roads that cross, and a vehicle every three seconds for two minutes."""
    home = Path(str(importlib.import_module("sumo").SUMO_HOME))
    net, routes = folder / "net.xml", folder / "rou.xml"
    subprocess.run(
        [
            str(home / "bin" / "netgenerate"),
            *("--grid", "--grid.number", "1", "--grid.attach-length", "200"),
            *("--default-junction-type", "traffic_light", "--no-turnarounds", "true"),
            *("--default.lanenumber", "2", "-o", str(net)),
        ],
        check=True,
        capture_output=True,
    )
    ways = [("left0A0", "A0right0"), ("top0A0", "A0bottom0"), ("right0A0", "A0top0")]
    lines = [
        f'<vehicle id="{n}" depart="{3 * n}" departLane="best">'
        f'<route edges="{" ".join(ways[n % 3])}"/></vehicle>'
        for n in range(VEHICLES)
    ]
    routes.write_text("<routes>" + "".join(lines) + "</routes>")
    return Job(net, routes, begin_s=0, end_s=200, seed=1)
