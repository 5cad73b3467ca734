from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0006_lecturers_joined")]
    operations = [
        migrations.AddField(
            model_name="reportin",
            name="phone_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
