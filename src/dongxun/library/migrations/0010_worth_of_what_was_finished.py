from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0009_what_made_it")]
    operations = [
        migrations.AddField(
            model_name="progress",
            name="seconds",
            field=models.PositiveIntegerField(blank=True, null=True),
        )
    ]
