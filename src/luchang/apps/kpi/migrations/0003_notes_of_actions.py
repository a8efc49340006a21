"""Calls and orders touch the days of all their steps; feedback is watched as well."""

from django.db import migrations

from luchang.apps.kpi.models.keeping import unwatching, watching

STEPS = {
    "dispatch_call": (("queued_at",), ("answered_at",)),
    "dispatch_dispatch": (("sent_at",), ("sent_at", "signed_at", "arrived_at")),
}
BEFORE = {
    "dispatch_call": (("queued_at",), ("queued_at",)),
    "dispatch_dispatch": (("sent_at",), ("sent_at",)),
}
FEEDBACK = "dispatch_feedback"


class Migration(migrations.Migration):
    dependencies = [("kpi", "0002_notes"), ("dispatch", "0003_actions")]

    operations = [
        *(
            migrations.RunSQL(watching(table, *columns), watching(table, *BEFORE[table]))
            for table, columns in STEPS.items()
        ),
        migrations.RunSQL(watching(FEEDBACK, ("at",), ("at",)), unwatching(FEEDBACK)),
    ]
