"""A lecturer who stands there twice becomes one; merges that left two profiles are told again."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Count
from django.utils import timezone


def tell_again(apps, _schema_editor):
    """Announce the merges anew whose survivor has two profiles; hearing of one twice does no harm."""
    profiles = apps.get_model("people", "LecturerProfile").objects.exclude(person=None)
    twice = profiles.order_by().values("person_id").annotate(n=Count("id")).filter(n__gt=1)
    people = apps.get_model("people", "Person").objects
    merged = people.filter(merged_into__in=twice.values("person_id"))
    event = apps.get_model("kernel", "Event")
    event.objects.bulk_create(
        event(
            name="PersonMerged",
            payload={"kept_id": str(kept_id), "merged_id": str(key)},
            created_at=timezone.now(),
        )
        for key, kept_id in merged.order_by("id").values_list("id", "merged_into_id")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0006_passed_refusals"),
        ("people", "0005_last_word_at_a_host"),
    ]

    operations = [
        migrations.AddField(
            model_name="lecturerprofile",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.lecturerprofile",
            ),
        ),
        migrations.RunPython(tell_again, migrations.RunPython.noop),
    ]
