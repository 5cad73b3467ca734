from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0006_late_claims")]
    operations = [
        migrations.AddField(
            model_name="remark",
            name="said_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
