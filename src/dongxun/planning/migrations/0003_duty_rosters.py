from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('planning', '0002_rounds_of_visits'),
    ]

    operations = [
        migrations.AlterField(
            model_name='run',
            name='kind',
            field=models.CharField(choices=[('season', 'season timetable'), ('repair', 'repair'), ('zones', 'zones'), ('rounds', 'rounds of visits'), ('roster', 'duty roster')], max_length=8),
        ),
    ]
