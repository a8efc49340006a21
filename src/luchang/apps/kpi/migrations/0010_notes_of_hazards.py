"""Kept values hear of what is written about hazards."""

from django.db import migrations

from luchang.apps.kpi.models.keeping import unwatching, watching

ENDS = ("found_at", "handed_over_at", "due_at", "struck_off_at")


class Migration(migrations.Migration):
    dependencies = [("kpi", "0006_notes_of_instruments"), ("risk", "0010_hazards")]

    operations = [
        migrations.RunSQL(watching("risk_hazard", ("found_at",), ENDS), unwatching("risk_hazard")),
    ]
