"""Days that an installation began with were worked out when it began, not on their evenings."""

from django.db import migrations


def note(apps, _schema_editor):
    entries = apps.get_model("kernel", "AuditEntry").objects
    snapshots = apps.get_model("coverage", "Snapshot").objects
    begun = entries.filter(action="coverage.begin_with_history").exclude(subject_id=None)
    for season_id, at in begun.order_by("at").values_list("subject_id", "at"):
        snapshots.filter(season_id=season_id, taken_at__lt=at, known_at=None).update(known_at=at)


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0004_a_past_day_as_known_now"),
        ("kernel", "0001_outbox_jobs_audit"),
    ]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
