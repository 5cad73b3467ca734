from django.db import migrations, models


def name_sessions(apps, _schema):
    """Let the ratings that are there speak of the session that their order has."""
    Rating = apps.get_model("lecturers", "Rating")
    order = apps.get_model("lecturers", "Order").objects.filter(id=models.OuterRef("order_id"))
    Rating.objects.filter(session=None).update(
        session_id=models.Subquery(order.values("session_id")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [("lecturers", "0002_ratings_of_a_session")]

    operations = [migrations.RunPython(name_sessions, migrations.RunPython.noop)]
