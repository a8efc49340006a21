"""Kept values hear of what is counted of passages, and of cameras, links and suspected clones that change."""

from django.db import migrations

from luchang.apps.kpi.models.keeping import unwatching, watching


class Migration(migrations.Migration):
    dependencies = [("kpi", "0014_notes_of_schemes"), ("passages", "0006_sections_and_clones")]

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
        migrations.RunSQL(
            watching("passages_clonesuspect", ("found_at",), ("decided_at",)),
            unwatching("passages_clonesuspect"),
        ),
    ]
