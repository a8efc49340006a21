from __future__ import annotations

import csv
import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.common import coordinates
from tests.shared_data import data_set

LON = st.floats(73.0, 135.0)
LAT = st.floats(18.0, 53.0)


def test_published_vector_of_the_gcj02_transform() -> None:
    """Catches a wrong ellipsoid or a swapped axis: the vector of coord-convert's README."""
    lon, lat = coordinates.gcj02_from_wgs84(120.0, 40.0)

    assert float(lon) == pytest.approx(120.00567568355486, abs=1e-9)
    assert float(lat) == pytest.approx(40.0013047896019, abs=1e-9)


def test_2683_real_pairs_agree() -> None:
    """Catches any drift of the formula on real checkpoints of a Chinese city."""
    path = data_set("shijiazhuang_kakou") / "kakou.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    names = ("lng_transformed_csv", "lat_transformed_csv", "lng_kakou_csv", "lat_kakou_csv")
    wgs_lon, wgs_lat, gcj_lon, gcj_lat = (
        np.array([float(row[name]) for row in rows]) for name in names
    )

    there = coordinates.gcj02_from_wgs84(wgs_lon, wgs_lat)
    back = coordinates.wgs84_from_gcj02(gcj_lon, gcj_lat)

    assert len(rows) == 2683
    assert np.abs(there[0] - gcj_lon).max() < 1e-9
    assert np.abs(there[1] - gcj_lat).max() < 1e-9
    assert np.abs(back[0] - wgs_lon).max() < 1e-7
    assert np.abs(back[1] - wgs_lat).max() < 1e-7


@given(LON, LAT)
def test_there_and_back_is_within_a_centimetre(lon: float, lat: float) -> None:
    for there, back in (
        (coordinates.gcj02_from_wgs84, coordinates.wgs84_from_gcj02),
        (coordinates.bd09_from_gcj02, coordinates.gcj02_from_bd09),
        (coordinates.bd09_from_wgs84, coordinates.wgs84_from_bd09),
    ):
        x, y = back(*there(lon, lat))

        assert abs(float(x) - lon) < 1e-7
        assert abs(float(y) - lat) < 1e-7


@given(st.floats(-180, 71), st.floats(-89, 89))
def test_outside_china_nothing_moves(lon: float, lat: float) -> None:
    for convert in (
        coordinates.gcj02_from_wgs84,
        coordinates.wgs84_from_gcj02,
        coordinates.bd09_from_gcj02,
        coordinates.gcj02_from_bd09,
    ):
        assert tuple(map(float, convert(lon, lat))) == (lon, lat)


def test_arrays_mix_places_inside_and_outside() -> None:
    lon, lat = coordinates.gcj02_from_wgs84([120.0, 2.35], [40.0, 48.85])

    assert lon[0] != 120.0
    assert (lon[1], lat[1]) == (2.35, 48.85)


def test_the_inverses_stop_trying_after_a_fixed_number_of_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(coordinates, "_INVERSE_TOLERANCE_DEG", -1.0)

    assert float(coordinates.wgs84_from_gcj02(120.0, 40.0)[0]) < 120.0
    assert float(coordinates.gcj02_from_bd09(120.0, 40.0)[0]) < 120.0


def test_one_degree_of_latitude_is_111_kilometres() -> None:
    assert float(coordinates.haversine_m(113, 27, 113, 28)) == pytest.approx(111_195, abs=1)


def test_bearings_of_the_compass() -> None:
    bearings = coordinates.bearing_deg(113.0, 0.0, [113.0, 114.0, 113.0, 112.0], [1, 0, -1, 0])

    assert bearings.tolist() == pytest.approx([0.0, 90.0, 180.0, 270.0])


@given(LON, LAT, st.floats(-20_000, 20_000), st.floats(-20_000, 20_000))
def test_the_local_plane_is_undone_and_near_the_sphere(
    lon: float, lat: float, east: float, north: float
) -> None:
    x, y = coordinates.degrees_from(lon, lat, east, north)
    back = coordinates.metres_from(lon, lat, x, y)

    assert tuple(map(float, back)) == pytest.approx((east, north), abs=1e-3)
    distance = float(coordinates.haversine_m(lon, lat, x, y))
    assert distance == pytest.approx(float(np.hypot(east, north)), rel=4e-3, abs=0.01)
