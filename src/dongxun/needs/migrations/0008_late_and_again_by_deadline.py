from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('needs', '0007_visits_to_enterprises'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('replied_on', None), ('replied_on__gt', models.F('reply_by')), _connector='OR'), fields=['season', 'due_on', 'id'], name='needs_late_by_deadline'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('redos__gt', 0)), fields=['season', 'is_open', 'state', 'due_on', 'id'], name='needs_done_again'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('redos__gt', 0)), fields=['season', 'due_on', 'id'], name='needs_again_by_deadline'),
        ),
    ]
