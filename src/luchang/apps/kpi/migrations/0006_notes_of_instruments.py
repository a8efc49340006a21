"""Kept values hear of what is written about interviews and exposures."""

from django.db import migrations

from luchang.apps.kpi.models.keeping import unwatching, watching


class Migration(migrations.Migration):
    dependencies = [("kpi", "0005_notes_of_facilities"), ("risk", "0001_instruments")]

    operations = [
        migrations.RunSQL(
            watching("risk_interviewee", (), ()), unwatching("risk_interviewee")
        ),
        migrations.RunSQL(
            watching("risk_interview", ("held_at",), ("held_at",)), unwatching("risk_interview")
        ),
        migrations.RunSQL(
            watching("risk_exposure", ("published_at",), ("published_at",)),
            unwatching("risk_exposure"),
        ),
    ]
