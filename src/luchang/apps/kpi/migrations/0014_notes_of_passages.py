"""Kept values hear of what is counted of passages, and of cameras and links that change."""

from django.db import migrations

from luchang.apps.kpi.models.keeping import unwatching, watching


class Migration(migrations.Migration):
    dependencies = [("kpi", "0013_notes_of_signals"), ("passages", "0004_counts")]

    operations = [
        migrations.RunSQL(
            watching("passages_cameravolume", ("begins_at",), ("begins_at",)),
            unwatching("passages_cameravolume"),
        ),
        migrations.RunSQL(
            watching("passages_linktime", ("begins_at",), ("begins_at",)),
            unwatching("passages_linktime"),
        ),
        migrations.RunSQL(watching("passages_camera", (), ()), unwatching("passages_camera")),
        migrations.RunSQL(watching("passages_link", (), ()), unwatching("passages_link")),
    ]
