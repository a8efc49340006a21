"""Kept values hear of what is written about signal studies and reorganised junctions."""

from django.db import migrations

from luchang.apps.kpi.models.keeping import unwatching, watching


class Migration(migrations.Migration):
    dependencies = [("kpi", "0012_notes_of_subjects"), ("signals", "0001_initial")]

    operations = [
        migrations.RunSQL(
            watching("signals_study", ("reported_at",), ("accepted_at",)),
            unwatching("signals_study"),
        ),
        migrations.RunSQL(
            watching("signals_reorganisation", ("planned_at",), ("accepted_at",)),
            unwatching("signals_reorganisation"),
        ),
    ]
