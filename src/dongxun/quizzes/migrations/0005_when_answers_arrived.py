from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0004_keys_know_numbers")]
    operations = [
        migrations.AddField(
            model_name="asked",
            name="arrived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
