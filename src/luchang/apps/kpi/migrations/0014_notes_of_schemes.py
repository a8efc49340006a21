"""Kept values hear of what is written about schemes of signals and the junctions in them."""

from django.db import migrations

from luchang.apps.kpi.models.keeping import unwatching, watching


class Migration(migrations.Migration):
    dependencies = [
        ("kpi", "0013_notes_of_signals"),
        ("signals", "0002_schemes_interventions_numbers"),
    ]

    operations = [
        migrations.RunSQL(
            watching("signals_scheme", ("opened_at",), ("accepted_at",)),
            unwatching("signals_scheme"),
        ),
        migrations.RunSQL(
            watching("signals_schememember", (), ()), unwatching("signals_schememember")
        ),
    ]
