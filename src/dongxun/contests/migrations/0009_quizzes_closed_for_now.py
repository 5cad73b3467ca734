"""A contest called off before quizzes knew what closed them goes on with its quiz."""

from datetime import timedelta

from django.db import migrations


def say_what_closed_them(apps, _schema_editor):
    """Note on each quiz that calling off closed since when it is; one that was over before stays.

    A form that was sent since has cut its end to the minute. Safe to repeat.
    """
    rounds = apps.get_model("contests", "Round").objects.filter(
        contest__state="off",
        opened_at__isnull=False,
        counted_at=None,
        quiz__state="closed",
        quiz__invited_only=True,
        quiz__paused_at=None,
    )
    quizzes = apps.get_model("quizzes", "Quiz").objects
    rows = rounds.exclude(quiz__closes_at=None).exclude(contest__off_at=None)
    for key, at, ended in rows.values_list("quiz_id", "contest__off_at", "quiz__closes_at"):
        if ended >= at or ended == at.replace(second=0, microsecond=0):
            is_made_then = at <= ended < at + timedelta(minutes=1)
            quizzes.filter(id=key).update(paused_at=ended if is_made_then else at)


class Migration(migrations.Migration):
    dependencies = [
        ("contests", "0008_called_off"),
        ("quizzes", "0009_papers_of_before"),
    ]

    operations = [migrations.RunPython(say_what_closed_them, migrations.RunPython.noop)]
