"""Papers entered before they were counted by unit are counted for the unit that asks."""

from django.db import migrations
from django.db.models import Count, Sum


def count_for_who_asked(apps, _schema_editor):
    """Give the unit that asks what no unit has: until then it alone entered. Safe to repeat."""
    papers = apps.get_model("quizzes", "Papers").objects
    replies = apps.get_model("quizzes", "Reply").objects.filter(is_paper=True).order_by()
    counted = dict(papers.order_by().values_list("survey_id").annotate(n=Sum("n")))
    entered = replies.values_list("survey_id", "survey__organisation_id").annotate(n=Count("id"))
    for survey_id, organisation_id, n in entered:
        if (more := n - counted.get(survey_id, 0)) > 0:
            own, _made = papers.get_or_create(survey_id=survey_id, organisation_id=organisation_id)
            papers.filter(id=own.id).update(n=own.n + more)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0008_passed_on_two_rows")]

    operations = [migrations.RunPython(count_for_who_asked, migrations.RunPython.noop)]
