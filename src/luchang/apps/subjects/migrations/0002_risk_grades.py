"""The first grades of risk; a city ends them and enters its own in the code table."""

import uuid
from datetime import date

from django.db import migrations

from luchang.kernel.search import initials, sort_key

TABLE = "subjects.risk_grade"
GRADES = (("A", "低风险", "low"), ("B", "中风险", "medium"), ("C", "高风险", "high"))


def enter(apps, schema_editor):
    table, _ = apps.get_model("records", "CodeList").objects.get_or_create(
        code=TABLE,
        defaults={"title": "企业风险等级", "title_en": "Risk grade of enterprises", "version": uuid.uuid4().hex},
    )
    codes = apps.get_model("records", "Code").objects
    for order, (code, name, name_en) in enumerate(GRADES, 1):
        codes.get_or_create(
            table=table,
            code=code,
            defaults={
                "name": name,
                "name_en": name_en,
                "initials": initials(name),
                "sort_key": sort_key(name),
                "order": order,
                "valid_from": date(2000, 1, 1),
                "source": "路畅默认，未经核实",
            },
        )


class Migration(migrations.Migration):
    dependencies = [("subjects", "0001_initial"), ("records", "0004_histories")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
