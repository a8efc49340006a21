"""A city of invented places, put into a fresh table by COPY."""

from collections.abc import Iterator
from itertools import product
from random import Random

from django.db import connection

from luchang.apps.places.models import Place
from luchang.apps.places.states import PlaceKind
from luchang.kernel import search

WORDS = (
    "东南西北中新文明兴华安康福寿永乐平和光荣振建丰裕祥瑞盛泰顺昌隆德仁义礼信智勤学思源晨曦紫玉翠碧青松柏竹梅兰"
    "菊桃李杏桂枫樱荷莲云霞星月江湖溪泉湾港塘洲岭坡长珠黄河泰山"
)
KINDS = {
    "小学": PlaceKind.SCHOOL,
    "医院": PlaceKind.HOSPITAL,
    "超市": PlaceKind.MARKET,
    "加油站": PlaceKind.PETROL_STATION,
    "小区": PlaceKind.RESIDENCE,
    "有限公司": PlaceKind.COMPANY,
}
COLUMNS = (
    "kind, name, alias, pinyin, street_name, number, route, chainage_m, lon, lat, is_current, "
    "search"
)


def places(count: int, seed: int) -> Iterator[Place]:
    """Streets, house numbers, junctions and named places in the shares of a real gazetteer."""
    dice = Random(seed)
    pairs = [a + b for a, b in product(WORDS, repeat=2)]
    dice.shuffle(pairs)
    streets = ["长江路", "珠江路", "黄河路", "泰山路", *(f"{pair}路" for pair in pairs[:3_000])]
    for number in range(count):
        lon, lat = dice.gauss(113.13, 0.15), dice.gauss(27.83, 0.2)
        street = dice.choice(streets)
        share = dice.random()
        if number < len(streets):
            yield Place(kind=PlaceKind.STREET, name=streets[number], lon=lon, lat=lat)
        elif share < 0.1:
            other = dice.choice(streets)
            yield Place(kind=PlaceKind.JUNCTION, name=f"{street}与{other}交叉口", lon=lon, lat=lat)
        elif share < 0.6:
            house = f"{dice.randrange(1, 900)}号"
            name = f"{street}{house}"
            yield Place(
                kind=PlaceKind.ADDRESS,
                name=name,
                street_name=street,
                number=house,
                lon=lon,
                lat=lat,
            )
        else:
            end = dice.choice(list(KINDS))
            name = f"{dice.choice(pairs)}{dice.choice(pairs)}{end}"
            yield Place(kind=KINDS[end], name=name, street_name=street, lon=lon, lat=lat)


def fill(count: int, seed: int) -> None:
    """Fill the table; its search index is made once all rows are there."""
    index = next(
        index
        for index in Place._meta.indexes  # noqa: SLF001 - Django's public name
        if index.name == "place_search"
    )
    with connection.schema_editor() as editor:
        editor.remove_index(Place, index)
    sink = f"COPY places_place ({COLUMNS}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(sink) as copy:
        for place in places(count, seed):
            found = [*search.terms(place.names, plain=(place.parts,)), f"@{place.cell}"]
            copy.write_row(
                (
                    place.kind, place.name, "", search.sort_key(place.name), place.street_name,
                    place.number, "", None, place.lon, place.lat, True, found,
                )
            )  # fmt: skip
    with connection.schema_editor() as editor:
        editor.add_index(Place, index)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE places_place")
