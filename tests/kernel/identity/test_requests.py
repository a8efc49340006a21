"""Who stands behind a request."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import identity

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/todos", "/api/identity/me"])
def test_who_asks_is_looked_up_once_a_request(address: str) -> None:
    """Middleware, view and template all ask; a lazy value copied too early asks every time."""
    browser = identity.browser_of(identity.user_with("dispatch.see_incidents"))

    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200

    asked = [each["sql"] for each in queries if 'FROM "identity_appointment"' in each["sql"]]
    assert len(asked) == 1
