"""What must fit before a session is saved: each fault with its field."""

from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import ActivityType, Audience
from dongxun.activities.models import Session
from dongxun.activities.presence import is_attended
from dongxun.activities.sessions.shapes import SessionPlan
from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid, Text
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules

Fault = tuple[str, Text]
LONGEST_HOURS = 16
MOST_MINUTES = 16 * 60


def check_plan(plan: SessionPlan, rules: SeasonRules, *, row: Session | None = None) -> None:
    """Refuse a plan that cannot stand.

    Raises:
        Invalid: ``details`` name the fields of ``SessionPlan``; topics and
            steps as ``topics.<n>``, ``steps.<n>``.
    """
    bad = [
        *_what(plan, rules),
        *_topics(plan, rules),
        *_when(plan, rules),
        *_who(plan),
        *_refs(plan),
        *_locked(plan, row),
    ]
    if bad:
        raise Invalid(details=bad)


def check_credit(plan: SessionPlan, rules: SeasonRules) -> None:
    """Refuse topics and a format that cannot stand.

    Raises:
        Invalid: as in :func:`check_plan`.
    """
    bad = [*_format(plan, rules), *_topics(plan, rules)]
    if not plan.topics:
        bad.append(("topics", _("Give at least one topic its minutes.")))
    if bad:
        raise Invalid(details=bad)


def _format(plan: SessionPlan, rules: SeasonRules) -> list[Fault]:
    if plan.format in {row.format for row in rules.credit}:
        return []
    return [("format", _("The season's credit table has no such row."))]


def _what(plan: SessionPlan, rules: SeasonRules) -> list[Fault]:
    bad: list[Fault] = []
    if not plan.title.strip():
        bad.append(("title", _("Give the session a title.")))
    elif len(plan.title) > 160:
        bad.append(("title", _("At most 160 characters.")))
    if plan.type not in ActivityType.values:
        bad.append(("type", _("Choose what kind of session it is.")))
    bad += _format(plan, rules)
    bad += [
        (f"steps.{number}", _("Say what happens in this step."))
        for number, step in enumerate(plan.steps, start=1)
        if not step.title.strip()
    ]
    return bad


def _topics(plan: SessionPlan, rules: SeasonRules) -> list[Fault]:
    bad: list[Fault] = []
    known = {topic.id for topic in rules.topics}
    for number, (topic_id, minutes) in enumerate(plan.topics, start=1):
        if topic_id not in known:
            bad.append((f"topics.{number}", _("This topic is not one of the season's.")))
        elif not 1 <= minutes <= MOST_MINUTES:
            limits = {"low": 1, "high": MOST_MINUTES}
            bad.append((f"topics.{number}", _("Between %(low)s and %(high)s minutes.") % limits))
    ids = [topic_id for topic_id, _minutes in plan.topics]
    if len(set(ids)) != len(ids):
        bad.append(("topics", _("A topic is there twice; put its minutes together.")))
    return bad


def _when(plan: SessionPlan, rules: SeasonRules) -> list[Fault]:
    bad: list[Fault] = []
    seconds = (plan.ends_at - plan.starts_at).total_seconds()
    if seconds <= 0:
        bad.append(("ends_at", _("The session ends after it starts.")))
    elif seconds > LONGEST_HOURS * 3600:
        bad.append(("ends_at", _("One session lasts at most 16 hours; make one for each day.")))
    if not rules.starts_on <= clock.day_of(plan.starts_at) <= rules.ends_on:
        words = _("The season runs from %(first)s to %(last)s.")
        bad.append(("starts_at", words % {"first": rules.starts_on, "last": rules.ends_on}))
    if plan.online_url and not plan.online_url.startswith(("https://", "http://")):
        bad.append(("online_url", _("A link begins with https://.")))
    return bad


def _who(plan: SessionPlan) -> list[Fault]:
    bad: list[Fault] = []
    if plan.audience not in Audience.values:
        bad.append(("audience", _("Choose who is expected.")))
    if plan.audience == Audience.COHORT and plan.cohort_id is None:
        bad.append(("cohort_id", _("Choose the cohort.")))
    if plan.capacity is not None and not 1 <= plan.capacity <= 100_000:
        bad.append(("capacity", _("At least one seat.")))
    for field, invited in (("co_hosts", plan.co_hosts), ("invited", plan.invited)):
        bad += [
            (field, _("A quota is at least one."))
            for part in invited
            if part.quota is not None and not 1 <= part.quota <= 10_000
        ]
    return bad


def _refs(plan: SessionPlan) -> list[Fault]:
    bad: list[Fault] = []
    wanted = {part.organisation_id for part in (*plan.co_hosts, *plan.invited)}
    if wanted - set(organisations.nodes(wanted)):
        bad.append(("invited", _("One of these organisations is no longer there.")))
    if plan.place_id and not organisations.sites([plan.place_id]):
        bad.append(("place_id", _("This place is no longer there.")))
    asked = {lecturer.lecturer_id for lecturer in plan.lecturers}
    if asked - set(people.lecturer_names(asked)):
        bad.append(("lecturers", _("One of these lecturers is no longer there.")))
    if plan.campaign_id and plan.campaign_id not in seasons.campaign_ids(plan.season_id):
        bad.append(("campaign_id", _("This campaign is not one of the season's.")))
    if plan.cohort_id and plan.cohort_id not in seasons.cohort_ids(plan.season_id):
        bad.append(("cohort_id", _("This cohort is not one of the season's.")))
    return bad


def _locked(plan: SessionPlan, row: Session | None) -> list[Fault]:
    if row is None or not is_attended(row):
        return []
    bad: list[Fault] = []
    now = {part.topic_id: part.minutes for part in row.topics.all()}
    if dict(plan.topics) != now or plan.format != row.format:
        bad.append(("topics", _("People have checked in; credit changes only by re-crediting.")))
    if plan.starts_at != row.starts_at:
        bad.append(("starts_at", _("People have checked in; the time can no longer change.")))
    return bad
