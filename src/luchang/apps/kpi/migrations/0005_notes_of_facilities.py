"""Kept values hear of what is written about facilities and the work on them."""

from django.db import migrations

from luchang.apps.kpi.models.keeping import unwatching, watching


class Migration(migrations.Migration):
    dependencies = [("kpi", "0004_notes_unseen"), ("facilities", "0001_initial")]

    operations = [
        migrations.RunSQL(
            watching("facilities_workorder", ("reported_at",), ("accepted_at",)),
            unwatching("facilities_workorder"),
        ),
        migrations.RunSQL(
            watching("facilities_facility", (), ()), unwatching("facilities_facility")
        ),
    ]
