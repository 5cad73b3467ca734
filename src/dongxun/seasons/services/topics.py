"""Topics: what everybody should learn."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.kernel.marks import require_seen
from dongxun.kernel.rows import wanted_row
from dongxun.seasons.contracts import TopicId, TopicLine, TopicRule
from dongxun.seasons.models import Season, Topic
from dongxun.seasons.queries import marks
from dongxun.seasons.queries.rules import topic_rule
from dongxun.seasons.services.versions import need_reason, open_season, record

SHORT = 8


def _faults(line: TopicLine, season: Season) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    if not line.name.strip():
        bad.append(("name", _("Give the topic a name.")))
    if not 1 <= line.minutes <= 6000:
        bad.append(("minutes", _("Between %(low)s and %(high)s.") % {"low": 1, "high": 6000}))
    if not 0 <= line.target <= 100:
        bad.append(("target", _("Between %(low)s and %(high)s.") % {"low": 0, "high": 100}))
    if not season.starts_on <= line.opens_on <= season.ends_on:
        bad.append(("opens_on", _("A day of the season is needed.")))
    if line.due_on <= line.opens_on:
        bad.append(("due_on", _("It is due after it opens.")))
    return bad


def _fill(topic: Topic, line: TopicLine) -> Topic:
    topic.name = line.name.strip()[:120]
    topic.short_name = (line.short_name.strip() or topic.name)[:SHORT]
    topic.minutes, topic.target, topic.required = line.minutes, line.target, line.required
    topic.opens_on, topic.due_on, topic.tags = line.opens_on, line.due_on, list(line.tags)
    return topic


def write_topics(season: Season, lines: Sequence[TopicLine]) -> None:
    """Write the topics of a new season, numbered from 1.

    Raises:
        Invalid: ``where`` is ``topics.<n>.<field>``.
    """
    bad = [
        (f"topics.{number}.{where}", message)
        for number, line in enumerate(lines, start=1)
        for where, message in _faults(line, season)
    ]
    if bad:
        raise Invalid(details=bad)
    Topic.objects.bulk_create(
        _fill(Topic(season=season, number=number), line)
        for number, line in enumerate(lines, start=1)
    )


@transaction.atomic
def add_topic(
    *,
    by: Actor,
    season_id: UUID,
    line: TopicLine,
    reason: str = "",
    number: int | None = None,
) -> TopicRule:
    """Add a topic, at the end or at ``number``; later ones move on.

    Safe to repeat: a topic of the same name is returned as it is.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Invalid: what does not fit, by field; a running season wants a reason.
    """
    season = open_season(season_id, by=by)
    if found := Topic.objects.filter(season=season, name=line.name.strip()).first():
        return topic_rule(found)
    reason = need_reason(season, reason)
    if bad := _faults(line, season):
        raise Invalid(details=bad)
    count = Topic.objects.filter(season=season).count()
    place = min(max(number or count + 1, 1), count + 1)
    for later in Topic.objects.filter(season=season, number__gte=place).order_by("-number"):
        later.number += 1
        later.save(update_fields=["number"])
    topic = _fill(Topic(season=season, number=place, added_reason=reason), line)
    topic.save(force_insert=True)
    changed = record(season, by=by, reason=reason)
    audit.write(
        "seasons.add_topic",
        by=by,
        subject=("topic", topic.id),
        organisation_id=season.root_id,
        reason=reason,
        changed=changed,
    )
    return topic_rule(topic)


@transaction.atomic
def edit_topic(
    *,
    by: Actor,
    topic_id: TopicId,
    line: TopicLine,
    reason: str = "",
    version: str | None = None,
) -> TopicRule:
    """Change a topic: its words, its minutes, its plan line.

    Args:
        version: the mark of what the writer had before them (``queries.marks``).

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Overtaken: somebody else has written something else since ``version``.
        Conflict: another topic has this name.
        Invalid: what does not fit, by field.
    """
    topic = wanted_row(Topic.objects.filter(id=topic_id))
    season = open_season(topic.season_id, by=by)
    topic.refresh_from_db()
    reason = need_reason(season, reason)
    if bad := _faults(line, season):
        raise Invalid(details=bad)
    twin = Topic.objects.filter(season=season, name=line.name.strip()).exclude(id=topic.id)
    if twin.exists():
        raise Conflict(_("Another topic has this name."), where="name")
    require_seen(version, marks.of_topic(topic), marks.of_topic(_fill(Topic(), line)))
    _fill(topic, line).save()
    changed = record(season, by=by, reason=reason)
    audit.write(
        "seasons.edit_topic",
        by=by,
        subject=("topic", topic.id),
        organisation_id=season.root_id,
        reason=reason,
        changed=changed,
    )
    return topic_rule(topic)


def default_topics(starts_on: date, ends_on: date, names: Sequence[str]) -> list[TopicLine]:
    """Return topics spread evenly over a season, each open for a third of it."""
    days = (ends_on - starts_on).days
    third = max(days // 3, 1)
    step = (days - third) / max(len(names) - 1, 1)
    lines = []
    for place, name in enumerate(names):
        opens_on = date.fromordinal(starts_on.toordinal() + round(place * step))
        due_on = date.fromordinal(min(opens_on.toordinal() + third, ends_on.toordinal()))
        lines.append(TopicLine(name=name, minutes=60, opens_on=opens_on, due_on=due_on))
    return lines
