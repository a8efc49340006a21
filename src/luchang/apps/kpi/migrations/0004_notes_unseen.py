"""Notes a snapshot has not seen are found by their transaction, however many were seen."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpi", "0003_notes_of_actions")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX kpi_touch_xid ON kpi_touch (source, xid)",
            "DROP INDEX kpi_touch_xid",
        ),
    ]
