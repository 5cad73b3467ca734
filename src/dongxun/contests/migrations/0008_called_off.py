from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contests', '0007_collections'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='contest',
            name='contests_contest_once',
        ),
        migrations.AddField(
            model_name='contest',
            name='off_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='contest',
            name='off_from',
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name='contest',
            name='off_reason',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name='contest',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('call', 'call for entries'), ('judging', 'judging'), ('decided', 'results published'), ('off', 'called off')], default='draft', max_length=8),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'off'), _negated=True), fields=('season', 'organisation', 'title'), name='contests_contest_stands_once'),
        ),
    ]
