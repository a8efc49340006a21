"""Kept values hear of what is written about key subjects."""

from django.db import migrations

from luchang.apps.kpi.models.keeping import unwatching, watching

WATCHED = {
    "subjects_keylisting": (("listed_on",), ("rectified_on",)),
    "subjects_freightsource": ((), ()),
    "subjects_elimination": (("done_on",), ("done_on",)),
    "subjects_licenceact": (("decided_on",), ("decided_on",)),
    "subjects_duty": (("due_on",), ("due_on",)),
    "subjects_grouprule": ((), ()),
}


class Migration(migrations.Migration):
    dependencies = [("kpi", "0011_targets"), ("subjects", "0001_initial")]

    operations = [
        migrations.RunSQL(watching(table, begins, ends), unwatching(table))
        for table, (begins, ends) in WATCHED.items()
    ]
