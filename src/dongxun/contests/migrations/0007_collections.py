from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('contests', '0006_when_and_where'),
        ('people', '0004_lecturer_categories'),
    ]

    operations = [
        migrations.AddField(
            model_name='entry',
            name='household',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AlterField(
            model_name='award',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AlterField(
            model_name='contest',
            name='kind',
            field=models.CharField(choices=[('knowledge', 'knowledge contest'), ('essay', 'essay contest'), ('speech', 'speech contest'), ('debate', 'debate contest'), ('collection', 'collection drive')], max_length=10),
        ),
    ]
