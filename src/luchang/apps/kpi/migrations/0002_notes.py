"""The tables figures are made of note what is written, so that kept values know when to go."""

from django.db import migrations

from luchang.apps.kpi.models.keeping import unwatching, watching

WATCHED = {
    "identity_organisation": ((), ()),
    "dispatch_incident": (("received_at",), ("closed_at",)),
    "dispatch_call": (("queued_at",), ("queued_at",)),
    "dispatch_dispatch": (("sent_at",), ("sent_at",)),
    "force_shift": (("starts_at", "signed_on_at"), ("signed_off_at",)),
    "places_roadclosure": (("starts_at",), ("starts_at",)),
}
TABLE = """
    CREATE TABLE kpi_touch (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        source text NOT NULL,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        first timestamptz NOT NULL,
        last timestamptz NOT NULL,
        at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX kpi_touch_first ON kpi_touch (source, first, last);
    CREATE INDEX kpi_touch_at ON kpi_touch (at);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("kpi", "0001_initial"),
        ("identity", "0003_history"),
        ("dispatch", "0001_initial"),
        ("force", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE kpi_touch"),
        *(
            migrations.RunSQL(watching(table, *columns), unwatching(table))
            for table, columns in WATCHED.items()
        ),
    ]
