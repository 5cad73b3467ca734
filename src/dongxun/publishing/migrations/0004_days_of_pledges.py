"""Pledges made in the small hours before 0002 are asked about thirty local days later."""

from datetime import UTC, date, datetime, timedelta

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count
from django.utils.timezone import get_default_timezone

PLEDGE_DAYS = timedelta(days=30)


def use_local_days(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Mend the days that 0002 counted in UTC; safe to repeat.

    They can be told apart: 0002 alone wrote the day in UTC, thirty days on. Left as they are: what
    was answered since, and what was written over since, whose first moment is no longer in the
    note. A pledge put off to just that day moves by one day, which asks nothing too early.
    """
    notes = apps.get_model("publishing", "Note").objects.filter(kind="pledge", kept_at=None)
    once = notes.annotate(times=Count("writings")).filter(times__lte=1).exclude(follow_on=None)
    for note in once.only("written_at", "follow_on"):
        there = _day(note.written_at, utc=True) + PLEDGE_DAYS
        here = _day(note.written_at) + PLEDGE_DAYS
        if note.follow_on == there != here:
            note.follow_on = here
            note.save(update_fields=["follow_on"])


def _day(moment: datetime, *, utc: bool = False) -> date:
    return moment.astimezone(UTC if utc else get_default_timezone()).date()


class Migration(migrations.Migration):
    dependencies = [("publishing", "0003_recordings")]

    operations = [migrations.RunPython(use_local_days, migrations.RunPython.noop)]
