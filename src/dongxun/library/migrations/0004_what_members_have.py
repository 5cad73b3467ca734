"""Members read the last edition of a lesson while the next is written."""

from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

HEAD = ("title", "summary", "track", "lecturer", "form", "minutes")
CHAPTER = ("order", "title", "text")
QUESTION = ("order", "text", "options", "right", "why")


def keep_editions(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Keep what is published; what was changed since is no longer known and stays as it is shown."""
    lessons = apps.get_model("library", "Lesson").objects.filter(
        state="published", version=models.F("published_version")
    )
    for lesson in lessons.prefetch_related("chapters", "questions").iterator(chunk_size=200):
        lesson.published = {
            "head": {name: getattr(lesson, name) for name in HEAD},
            "chapters": [
                {"id": str(one.id), "media": str(one.media_id or "")}
                | {name: getattr(one, name) for name in CHAPTER}
                for one in lesson.chapters.all()
            ],
            "questions": [
                {"id": str(one.id)} | {name: getattr(one, name) for name in QUESTION}
                for one in lesson.questions.all()
            ],
        }
        lesson.save(update_fields=["published"])


class Migration(migrations.Migration):
    dependencies = [("library", "0003_minutes_by_topic")]

    operations = [
        migrations.AddField(
            model_name="lesson",
            name="published",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.RunPython(keep_editions, migrations.RunPython.noop),
    ]
