"""Parts from before categories all said «full»; let each say what its person is.

Open parts only: what somebody was in an earlier part nobody wrote down.
"""

from django.db import migrations


def follow_people(apps, _schema_editor):
    parts = apps.get_model("seasons", "Participation").objects
    people = apps.get_model("people", "Person").objects
    still_full = parts.filter(valid_to=None, category="full").exclude(season__state="closed")
    secretaries = people.filter(is_secretary=True)
    probationary = people.filter(category="probationary", is_secretary=False)
    still_full.filter(person__in=secretaries).update(category="secretary")
    still_full.filter(person__in=probationary).update(category="probationary")


class Migration(migrations.Migration):
    dependencies = [
        ("seasons", "0004_tasks_that_end"),
        ("people", "0001_persons"),
    ]

    operations = [migrations.RunPython(follow_people, migrations.RunPython.noop)]
