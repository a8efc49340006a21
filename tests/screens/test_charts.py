"""What a chart shows of a series that has only just begun."""

import pytest

from tests.browser import DESK, Visit
from tests.factories import dispatch as make
from tests.factories.identity import organisation, user_with

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAINTED = """canvas => {
    const [red, green, blue] = [0, 1, 2];
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let at = 0; at < data.length; at += 4) {
        const strong = data[at + blue] - data[at + red] > 90;
        if (strong && data[at + 3] > 128) found += 1;
    }
    return found;
}"""
"""How many points of a canvas are in the blue of the first series."""


def test_a_single_value_is_seen(visit: Visit, transactional_db: None) -> None:
    """A line needs two values; a new force had twelve incidents and a chart with nothing in it."""
    place = organisation()
    make.incident(by=make.desk(place))
    person = user_with("kpi.see_figures", "dispatch.see_incidents", at=place)
    address = "/indicators/of/dispatch.incidents/?from=2026-03-01&to=2026-03-31"

    page = visit.open(address, person=person, size=DESK)
    chart = page.locator("[data-chart=line] canvas, [data-chart=area] canvas").first
    chart.wait_for()
    page.wait_for_timeout(600)  # the chart grows into place

    visit.shoot(page, "indicator-of-one-month")
    assert chart.evaluate(PAINTED) > 20
