from django.db import migrations, models


def keep_worth(apps, schema_editor):
    """Note what the sessions of replays are worth where these are still worth the same."""
    share, part = apps.get_model("library", "Share"), apps.get_model("activities", "SessionTopic")
    rows = apps.get_model("live", "LiveClass").objects.exclude(replay=None)
    for row in rows.select_related("replay"):
        parts = part.objects.filter(session_id=row.session_id).order_by("topic__number")
        worth = list(parts.values_list("topic_id", "minutes"))
        kept = dict(share.objects.filter(lesson_id=row.replay_id).values_list("topic_id", "minutes"))
        whole = max(1, min(sum(minutes for _topic, minutes in worth), 240))
        same = kept == dict(worth) if len(worth) > 1 else not kept
        if worth and same and row.replay.minutes == whole:
            row.replay_worth = [[str(topic_id), minutes] for topic_id, minutes in worth]
            row.save(update_fields=["replay_worth"])


class Migration(migrations.Migration):

    dependencies = [
        ("live", "0004_on_air_again"),
        ("activities", "0006_late_claims"),
        ("library", "0008_what_editions_ask"),
    ]

    operations = [
        migrations.AddField(
            model_name="liveclass",
            name="replay_worth",
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(keep_worth, migrations.RunPython.noop),
    ]
