from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0008_what_editions_ask")]
    operations = [
        migrations.AddField(
            model_name=kind,
            name="made_as",
            field=models.CharField(blank=True, default="", max_length=16),
            preserve_default=False,
        )
        for kind in ("lesson", "target")
    ]
