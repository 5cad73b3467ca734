from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_lecturer_categories'),
    ]

    operations = [
        migrations.AddField(
            model_name='reportin',
            name='last_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
