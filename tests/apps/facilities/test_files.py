"""Files of a ledger: whoever adds one may take off his own, who manages the record any."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from luchang.apps.facilities.policies import MANAGE, REPORT
from luchang.kernel.identity.actors import Forbidden
from luchang.kernel.identity.models import User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.records.attachments import services
from luchang.kernel.records.attachments.models import Attachment
from tests.factories import facilities as make
from tests.factories import hazards, identity

pytestmark = pytest.mark.django_db
AT = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _store(tmp_path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = str(tmp_path)


def _added(by: User, key: int) -> Attachment:
    file, name = hazards.photo()
    return services.attach(
        subject="facilities.facility", subject_id=key, file=file, name=name,
        by=actor_for(by, at=AT), at=AT,
    )  # fmt: skip


def test_one_takes_off_ones_own_file_and_no_colleagues() -> None:
    """Would catch a patrol that withdraws the photograph another patrol took of a fault."""
    row = make.facility()
    place = row.organisation
    mine, other = (identity.user_with(REPORT, at=place) for _each in range(2))
    own, foreign = _added(mine, row.pk), _added(other, row.pk)
    browser = identity.browser_of(mine)
    to = {
        each.pk: reverse("facilities.facility.withdraw-file", args=[row.pk, each.key])
        for each in (own, foreign)
    }
    page = browser.get(reverse("facilities.facility", args=[row.pk])).content.decode()
    assert (to[own.pk] in page, to[foreign.pk] in page) == (True, False)
    assert browser.post(to[foreign.pk], {"reason": "x"}).status_code == 403
    with pytest.raises(Forbidden):
        services.remove(attachment=foreign, reason="x", by=actor_for(mine, at=AT), at=AT)
    assert browser.post(to[own.pk], {"reason": "拍错了"}).status_code == 302
    assert list(Attachment.objects.present()) == [foreign]


def test_who_manages_the_record_takes_off_any() -> None:
    row = make.facility()
    file = _added(identity.user_with(REPORT, at=row.organisation), row.pk)
    browser = identity.browser_of(identity.user_with(MANAGE, at=row.organisation))
    to = reverse("facilities.facility.withdraw-file", args=[row.pk, file.key])
    assert to in browser.get(reverse("facilities.facility", args=[row.pk])).content.decode()
    browser.post(to, {"reason": "与设施无关"})
    assert not Attachment.objects.present().exists()
