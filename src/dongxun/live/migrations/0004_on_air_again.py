from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("live", "0003_short_checks"),
    ]

    operations = [
        migrations.AddField(
            model_name="liveclass",
            name="again_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="liveclass",
            name="replay_media",
            field=models.JSONField(default=list),
        ),
    ]
