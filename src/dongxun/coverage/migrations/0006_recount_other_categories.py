"""Have the worker recount seasons in which a standing measures somebody as another category."""

from django.db import migrations
from django.db.models import Exists, OuterRef
from django.utils import timezone


def recount(apps, _schema_editor):
    parts = apps.get_model("seasons", "Participation").objects
    standings = apps.get_model("coverage", "PersonStanding").objects
    upkeep = apps.get_model("coverage", "Upkeep").objects
    own = parts.filter(
        season_id=OuterRef("season_id"), person_id=OuterRef("person_id"), valid_to=None
    )
    wrong = standings.filter(Exists(own.exclude(category=OuterRef("category"))))
    seasons = set(wrong.order_by().values_list("season_id", flat=True).distinct())
    upkeep.filter(season_id__in=seasons, rebuild_requested_at=None).update(
        rebuild_requested_at=timezone.now(), rebuild_after=None
    )


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0005_what_old_days_knew"),
        ("seasons", "0005_categories_as_people_are"),
    ]

    operations = [migrations.RunPython(recount, migrations.RunPython.noop)]
