"""Is the platform up? For the launcher, for nginx and for whoever watches."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from luchang.kernel.identity.access import PUBLIC, allow


@allow(PUBLIC)
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503 with the time to come back."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": False}, status=503, headers={"Retry-After": "5"})
    return JsonResponse({"database": True})
