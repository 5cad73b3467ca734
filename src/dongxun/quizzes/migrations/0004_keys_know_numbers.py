from django.db import migrations, models

from dongxun.quizzes.contracts import ItemDraft, Kind
from dongxun.quizzes.judging import key_of


def keys_anew(apps, schema_editor):
    """Tell apart what is told apart from now on, such as 1.5 and 15.

    What differed before differs still, so no two questions meet under one key.
    """
    versions = apps.get_model("quizzes", "Version").objects.select_related("item")
    for one in versions.filter(number=models.F("item__number")):
        key = key_of(ItemDraft(Kind(one.kind), one.text, tuple(one.options)))
        if key != one.item.key:
            one.item.key = key
            one.item.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0003_surveys_and_replies")]
    operations = [migrations.RunPython(keys_anew, migrations.RunPython.noop)]
