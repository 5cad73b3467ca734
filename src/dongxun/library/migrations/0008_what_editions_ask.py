"""Editions say what finishes them, so that what was learned on one counts when another is out."""

from django.db import migrations, models


def keep_last(apps, _schema):
    """Write down what the last edition of each lesson asks for; older ones are not known."""
    lessons = apps.get_model("library", "Lesson").objects.exclude(published=None)
    editions = apps.get_model("library", "Edition").objects
    for lesson in lessons.only("edition", "published").iterator():
        asks = {
            "chapters": [one["id"] for one in lesson.published["chapters"]],
            "right": {one["id"]: one["right"] for one in lesson.published["questions"]},
        }
        editions.filter(lesson_id=lesson.id, number=lesson.edition).update(asks=asks)


class Migration(migrations.Migration):

    dependencies = [
        ('library', '0007_tracks_and_aims'),
    ]

    operations = [
        migrations.AddField(
            model_name='edition',
            name='asks',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='lesson',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='progress',
            name='made_on',
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(keep_last, migrations.RunPython.noop),
    ]
