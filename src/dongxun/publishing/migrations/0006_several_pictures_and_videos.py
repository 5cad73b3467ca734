from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('publishing', '0005_what_discussions_come_to'),
    ]

    operations = [
        migrations.AddField(
            model_name='note',
            name='is_video',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='note',
            name='more_pictures',
            field=models.JSONField(default=list),
        ),
    ]
