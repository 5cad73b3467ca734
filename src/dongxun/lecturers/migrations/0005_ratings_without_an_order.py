from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('lecturers', '0004_terms_one_after_another'),
    ]

    operations = [
        migrations.AlterField(
            model_name='rating',
            name='order',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rating', to='lecturers.order'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.UniqueConstraint(condition=models.Q(('order', None)), fields=('session', 'lecturer'), name='lecturers_rated_once_without_an_order'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.CheckConstraint(condition=models.Q(('order__isnull', False), ('session__isnull', False), _connector='OR'), name='lecturers_rated_for_something'),
        ),
    ]
