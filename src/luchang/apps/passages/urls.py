"""Addresses of cameras, enquiries, watch lists and counts; each part has a block of its own."""

from django.urls import URLPattern, path

from luchang.apps.passages.views import counts_congestion as counts
from luchang.apps.passages.views import pictures, watch_desk
from luchang.apps.passages.views.clone_ledgers import CLONE_LEDGER
from luchang.apps.passages.views.clone_lists import LEFT_OUT
from luchang.apps.passages.views.counts_ledgers import JUNCTION_LEDGER, LINK_LEDGER
from luchang.apps.passages.views.counts_lists import LINK_TIMES, SCALES, TURN_COUNTS, VOLUMES
from luchang.apps.passages.views.devices import CAMERA_LEDGER
from luchang.apps.passages.views.enquiries import pages as enquiries
from luchang.apps.passages.views.enquiries.lists import AUDITED_ENQUIRIES, ENQUIRIES
from luchang.apps.passages.views.erasures import ERASURE_LEDGER, REFUSALS
from luchang.apps.passages.views.secrets import secret
from luchang.apps.passages.views.section_ledgers import SECTION_LEDGER
from luchang.apps.passages.views.subscriptions import SUBSCRIPTION_LEDGER
from luchang.apps.passages.views.watch_ledgers import RECEIPT_LEDGER, WATCH_LEDGER
from luchang.kernel.ledgers.urls import ledger_routes
from luchang.kernel.lists.urls import list_routes

urlpatterns: list[URLPattern] = [
    # enquiries
    path("search", enquiries.search, name="passages.search"),
    path("track", enquiries.track, name="passages.track"),
    path("companions", enquiries.companions, name="passages.companions"),
    path("presence", enquiries.presence, name="passages.presence"),
    path("newcomers", enquiries.newcomers, name="passages.newcomers"),
    path("stays", enquiries.stays, name="passages.stays"),
    path("section-speed", enquiries.section_speed, name="passages.section_speed"),
    *list_routes("enquiries/", ENQUIRIES),
    *list_routes("audited-enquiries/", AUDITED_ENQUIRIES),
    path("enquiries/<int:pk>/", enquiries.enquiry, name="passages.enquiry"),
    path("enquiries/<int:pk>/file", enquiries.enquiry_file, name="passages.enquiry_file"),
    path(
        "enquiries/<int:pk>/pictures/<int:camera>/<int:at_ms>/<slug:name>",
        pictures.of_answer,
        name="passages.enquiry_picture",
    ),
    # watch
    *ledger_routes("watches/", WATCH_LEDGER),
    path("alarms/desk", watch_desk.desk, name="passages.alarm_desk"),
    path("alarms/desk/cards", watch_desk.cards, name="passages.alarm_cards"),
    *ledger_routes("alarms/", RECEIPT_LEDGER),
    path("alarms/<int:pk>/picture", pictures.of_alarm, name="passages.alarm_picture"),
    # certified sections
    *ledger_routes("sections/", SECTION_LEDGER),
    # clones
    path(
        "clones/<int:pk>/moves/<int:move>/<slug:side>",
        pictures.of_move,
        name="passages.clone_picture",
    ),
    *list_routes("clones/left-out/", LEFT_OUT),
    *ledger_routes("clones/", CLONE_LEDGER),
    # counts
    path("congestion/", counts.page, name="passages.congestion"),
    path("congestion/again", counts.again, name="passages.congestion_again"),
    path("congestion/export", counts.export, name="passages.congestion_export"),
    *list_routes("congestion/scales/", SCALES),
    path("congestion/scales/set", counts.set_scale, name="passages.set_scale"),
    path("links/suggest", counts.suggest, name="passages.suggest_links"),
    path("links/<int:pk>/day", counts.link_day, name="passages.link_day"),
    *list_routes("links/times/", LINK_TIMES),
    *ledger_routes("links/", LINK_LEDGER),
    path("junctions/<int:pk>/day", counts.turns_day, name="passages.turns_day"),
    *list_routes("junctions/turns/", TURN_COUNTS),
    *ledger_routes("junctions/", JUNCTION_LEDGER),
    *list_routes("volumes/", VOLUMES),
    # cameras, intake, erasures
    *list_routes("refusals/", REFUSALS),
    *ledger_routes("erasures/", ERASURE_LEDGER),
    *ledger_routes("subscriptions/", SUBSCRIPTION_LEDGER),
    path("cameras/<int:pk>/secret/", secret, name="passages.camera.secret"),
    *ledger_routes("cameras/", CAMERA_LEDGER),
]
