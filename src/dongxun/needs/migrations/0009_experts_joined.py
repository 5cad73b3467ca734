"""Experts whose profile was joined to another before needs followed are that one."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def follow(apps, _schema_editor):
    profiles = apps.get_model("people", "LecturerProfile").objects
    stays = profiles.filter(id=OuterRef("expert_id")).values("merged_into")
    for name in ("Need", "Service"):
        rows = apps.get_model("needs", name).objects.exclude(expert__merged_into=None)
        ids = list(rows.exclude(expert=None).values_list("id", flat=True))
        apps.get_model("needs", name).objects.filter(id__in=ids).update(expert_id=Subquery(stays))


class Migration(migrations.Migration):
    dependencies = [
        ("needs", "0008_late_and_again_by_deadline"),
        ("people", "0006_lecturers_joined"),
    ]

    operations = [migrations.RunPython(follow, migrations.RunPython.noop)]
