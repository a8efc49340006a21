"""The pages of corridors and days in every state, and what they draw."""

import pytest
from django.urls import reverse
from django.utils import translation

from luchang.apps.signals.bridge import schemes as kept
from luchang.apps.signals.bridge.waves import wave_diagram
from luchang.apps.signals.models import Junction, Scheme
from luchang.apps.signals.policies import APPROVE, MANAGE, SEE
from luchang.apps.signals.states import StudyStatus
from tests.factories import identity
from tests.factories import schemes as made

pytestmark = pytest.mark.django_db
S = StudyStatus


def pages_of(scheme: Scheme) -> list[str]:
    person = identity.user_with(SEE, MANAGE, APPROVE, at=scheme.organisation)
    browser = identity.browser_of(person)
    found = []
    for name in ("signals.scheme", "signals.scheme_sheet"):
        answer = browser.get(reverse(name, args=[scheme.pk]))
        assert answer.status_code == 200
        found.append(answer.content.decode())
    return found


def test_a_corridor_shows_greens_bands_and_plans() -> None:
    """Would catch a diagram of one direction, and a page that breaks in a later state."""
    page, sheet = pages_of(made.corridor(until=S.COMPARED))
    for text in (page, sheet):
        assert text.count("sg-band-out") >= 2
        assert text.count("sg-band-back") >= 2
        assert "公共周期" in text
    assert "已审批的方案" in page
    assert "前后对比" in page


def test_a_day_shows_its_parts_and_their_plans() -> None:
    page, sheet = pages_of(made.day(until=S.APPROVED))
    for text in (page, sheet):
        assert "07:00–09:00" in text
        assert "sg-day-1" in text
    assert "按流量划分的时段：06:00 07:00 09:00" in page


def test_the_page_is_whole_in_english() -> None:
    scheme = made.corridor(until=S.COMPUTED)
    with translation.override("en"):
        page = pages_of(scheme)[0]
    assert "sg-wave" in page


def test_a_junction_rebuilt_since_leaves_the_page_standing() -> None:
    """Would catch a record nobody can open any more because a lane is gone."""
    scheme = made.corridor(until=S.COMPUTED)
    member = scheme.members.first()
    assert member is not None
    Junction.objects.filter(pk=member.junction_id).update(layout=None)
    assert "不能按原方案作图" in pages_of(scheme)[0]


def test_bands_stand_where_the_greens_are() -> None:
    """Would catch a band drawn beside the greens it runs through."""
    scheme = made.corridor(until=S.COMPUTED)
    corridor = kept.corridor([each.junction for each in scheme.members.order_by("ordinal")])
    plans = {each.junction: each.plan for each in kept.read(made.candidate(scheme).content)}
    drawn = wave_diagram(corridor, plans, scheme.speed_mps, {})
    rows = drawn.rows
    for shape in drawn.out:
        (x0, _), (x1, _), (x2, _), (x3, _) = (
            [float(each) for each in corner.split(",")] for corner in shape.split()
        )
        for left, right, row in ((x0, x1, rows[0]), (x3, x2, rows[-1])):
            if left < 0 or right > drawn.width:
                continue
            assert any(x - 2 <= left and right <= x + width + 2 for x, width in row.out)


def test_junctions_are_chosen_by_pressing_them() -> None:
    first, second, third = made.row_of_junctions(3)
    person = identity.user_with(SEE, MANAGE, at=first.organisation)
    browser = identity.browser_of(person)
    address = reverse("signals.scheme_choose")
    page = browser.get(f"{address}?picked={third.pk},{first.pk}").content.decode()
    assert page.index(f"<span>{first.name}") < page.index(f"<span>{third.name}")
    assert f"picked={third.pk},{first.pk},{second.pk}" in page.replace("%2C", ",")
    assert "下一步" in page
    foreign = identity.browser_of(identity.user_with(SEE, MANAGE, at=identity.organisation()))
    assert first.name not in foreign.get(f"{address}?picked={first.pk}").content.decode()
