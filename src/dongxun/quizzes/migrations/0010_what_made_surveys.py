from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0009_papers_of_before")]
    operations = [
        migrations.AddField(
            model_name="survey",
            name="made_as",
            field=models.CharField(blank=True, default="", max_length=16),
            preserve_default=False,
        )
    ]
