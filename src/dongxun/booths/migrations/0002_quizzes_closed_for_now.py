"""A card closed before quizzes knew what closed them opens again with its quizzes."""

from datetime import timedelta

from django.db import migrations


def say_what_closed_them(apps, _schema_editor):
    """Note on each quiz that its card closed since when it is; one that was over before stays.

    A form that was sent since has cut its end to the minute. Safe to repeat.
    """
    booths = apps.get_model("booths", "Booth").objects.filter(
        card__state="closed",
        quiz__state="closed",
        quiz__invited_only=True,
        quiz__paused_at=None,
    )
    quizzes = apps.get_model("quizzes", "Quiz").objects
    rows = booths.exclude(quiz__closes_at=None).exclude(card__closed_at=None)
    for key, at, ended in rows.values_list("quiz_id", "card__closed_at", "quiz__closes_at"):
        if ended >= at or ended == at.replace(second=0, microsecond=0):
            is_made_then = at <= ended < at + timedelta(minutes=1)
            quizzes.filter(id=key).update(paused_at=ended if is_made_then else at)


class Migration(migrations.Migration):
    dependencies = [
        ("booths", "0001_stamp_cards"),
        ("quizzes", "0009_papers_of_before"),
    ]

    operations = [migrations.RunPython(say_what_closed_them, migrations.RunPython.noop)]
