"""Next year's season, drawn up like this one."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.ids import new_id
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.seasons.contracts import SeasonCard, TopicLine
from dongxun.seasons.models import Course, Season, Topic
from dongxun.seasons.queries.rules import credit_table, requirement_lines
from dongxun.seasons.queries.season import as_card
from dongxun.seasons.services import requirements
from dongxun.seasons.services.season import check_name, create_season, write_credit


def a_year_on(day: date) -> date:
    """Return the same weekday 52 weeks later, so study days stay on their day."""
    return day + timedelta(weeks=52)


@transaction.atomic
def copy_season(*, by: Actor, season_id: UUID, name: str) -> SeasonCard:
    """Draw up next year's season like this one, 52 weeks on, with no people.

    Topics with their courses, requirements, credit table, campaigns, study days
    and cascade tasks come along; cohorts, sessions and records do not. Safe to
    repeat: the same name is the same copy, as it is by now.

    Raises:
        NotAllowed, NotFound.
        Invalid: the name is empty, or that of a season that is no copy of this one.
    """
    source = wanted_row(Season.objects.select_related("root").filter(id=season_id))
    require("seasons.manage", by, source)
    if check_name(name) == source.name:
        raise Invalid(details=[("name", _("Give the copy a name of its own."))])
    if known := _of_this_name(source, name):
        return known
    parts = source.organisations.order_by("order", "organisation__lft")
    copied = create_season(
        by=by,
        root_id=source.root_id,
        name=name,
        starts_on=a_year_on(source.starts_on),
        ends_on=a_year_on(source.ends_on),
        organisation_ids=list(parts.values_list("organisation_id", flat=True)),
        parameters=source.parameters,
        topics=[_line(topic) for topic in source.topics.all()],
        geo_zones_id=source.geo_zones_id,
        joint_zones_id=source.joint_zones_id,
    )
    row = Season.objects.get(id=copied.id)
    row.copied_from_id = source.id
    row.wordings = source.wordings
    row.save(update_fields=["copied_from", "wordings"])
    _copy_rest(source, row)
    return copied


def _of_this_name(source: Season, name: str) -> SeasonCard | None:
    """Return the copy that was made under this name; refuse the name of any other season."""
    found = Season.objects.filter(root_id=source.root_id, name=check_name(name))
    row = found.select_related("root").first()
    if row is not None and row.copied_from_id != source.id:
        raise Invalid(details=[("name", _("There is a season of this name already."))])
    return as_card(row) if row else None


def _line(topic: Topic) -> TopicLine:
    return TopicLine(
        name=topic.name,
        short_name=topic.short_name,
        minutes=topic.minutes,
        opens_on=a_year_on(topic.opens_on),
        due_on=a_year_on(topic.due_on),
        target=topic.target,
        required=topic.required,
        tags=tuple(topic.tags),
    )


def _copy_rest(source: Season, target: Season) -> None:
    """Give ``target`` what hangs on a season; topics are found again by their name."""
    requirements.write(target, requirement_lines(source))
    _copy_credit(source, target)
    topics = {topic.name: topic for topic in target.topics.all()}
    same = {topic.id: topics.get(topic.name) for topic in source.topics.all()}
    for course in Course.objects.filter(topic__season=source):
        if topic := same.get(course.topic_id):
            _copy(course, topic=topic)
    for campaign in source.campaigns.all():
        _copy(campaign, season=target)
    for study_day in source.study_days.all():
        _copy(study_day, season=target)
    for task in source.cascade_tasks.filter(ended_on=None):
        topic = same.get(task.topic_id) if task.topic_id else None
        due_on = a_year_on(task.due_on)
        _copy(task, season=target, topic=topic, due_on=due_on, created_at=clock.now())


def _copy_credit(source: Season, target: Season) -> None:
    """Give ``target`` the rows of ``source`` under their names, and no others."""
    rows = list(source.credit_rules.order_by("id"))
    write_credit(target, [credit_table(row) for row in rows])
    target.credit_rules.exclude(format__in=[row.format for row in rows]).delete()
    for row in rows:
        names = {"label_zh": row.label_zh, "label_en": row.label_en}
        target.credit_rules.filter(format=row.format).update(**names)


def _copy(row: Model, **changes: object) -> None:
    """Write a second row like ``row``, but for ``changes``."""
    row.pk = new_id()
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)
