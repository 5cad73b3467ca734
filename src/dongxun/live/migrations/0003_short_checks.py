from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('live', '0002_words_taken_on'),
        ('quizzes', '0003_surveys_and_replies'),
    ]

    operations = [
        migrations.AddField(
            model_name='liveclass',
            name='quiz',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='quizzes.quiz'),
        ),
    ]
