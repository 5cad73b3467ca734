from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0006_papers_by_unit")]
    operations = [
        migrations.AddField(
            model_name="quiz",
            name=name,
            field=models.DateTimeField(blank=True, null=True),
        )
        for name in ("paused_at", "ends_after_pause")
    ]
