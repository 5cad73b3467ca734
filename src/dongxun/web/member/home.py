"""首页: what do I learn next, where must I be, and how far have I come?"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dongxun.access import api as access
from dongxun.activities import api as activities
from dongxun.coverage import api as coverage
from dongxun.coverage.contracts import PersonStand
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kit.offline import keep_offline
from dongxun.library import api as library
from dongxun.notices import api as notices
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Contact
from dongxun.people import api as people
from dongxun.publishing import api as publishing
from dongxun.quizzes import api as quizzes
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, StudyMode

NEXT = 3
NOTICES = 5


@dataclass(frozen=True, slots=True)
class Milestone:
    """A topic on the way: its name in two lines, and done, now, later or nothing of these."""

    head: str
    tail: str
    state: str


def milestones(stand: PersonStand) -> list[Milestone]:
    """Return the topics in a row; the first one open and not yet met is now."""
    today, found, now_given = clock.today(), [], False
    for one in stand.topics:
        name = one.topic.short_name or one.topic.name
        state = "done" if one.met else ""
        if not one.met and one.topic.opens_on > today:
            state = "later"
        elif not one.met and not now_given:
            state, now_given = "now", True
        cut = (len(name) + 1) // 2 if len(name) > 3 else len(name)
        found.append(Milestone(name[:cut], name[cut:], state))
    return found


def greeting(name: str) -> str:
    """Return how a person is greeted at this time of day."""
    hour = clock.now().astimezone(clock.zone()).hour
    if hour < 11:
        return _("%(name)s, good morning") % {"name": name}
    if hour < 13:
        return _("%(name)s, good day") % {"name": name}
    if hour < 18:
        return _("%(name)s, good afternoon") % {"name": name}
    return _("%(name)s, good evening") % {"name": name}


def week_of(season: SeasonCard | None, day: date) -> int:
    """Return which week of the season a day is in; 0 outside it."""
    if season is None or not season.starts_on <= day <= season.ends_on:
        return 0
    return (day - season.starts_on).days // 7 + 1


@keep_offline(hours=12)
@require_safe
def me(request: Request) -> HttpResponse:
    """Show a member's first page; whoever has no phone identity reads how to get one."""
    by, today = request.actor, clock.today()
    if not by.persons:
        is_secretary = by.holds(Role.SECRETARY)
        return render(request, "web/member/stranger.html", {"is_secretary": is_secretary})
    card, switch = access.person_of(request)
    season = seasons.season_at(card.branch_lft)
    surveys = quizzes.own_surveys(card.id, by=by, lft=card.branch_lft)
    stay = people.own_stay_of(card.id, by=by)
    context: dict[str, object] = {
        "person": card,
        "switch": switch,
        "season": season,
        "week": week_of(season, today),
        "begins": season.starts_on if season and season.starts_on > today else None,
        "greeting": greeting(card.name),
        "is_own": card.id in by.owned,
        "contact": organisations.contact_of(card.branch_lft),
        "stay": stay,
        "notices": _open_notices(request),
        "pledges": publishing.own_pledges_due(card.id, by=by)[:NEXT],
        "surveys": [row for row, done in surveys if not done],
        "as_of": clock.now(),
        "today": today,
    }
    if season is not None:
        context |= _in_season(request, card.id, season)
        context["average"] = coverage.branch_average(card.branch_id, season_id=season.id)
    if stay and not stay.report:
        context["near"] = _station_of(stay)
    return render(request, "web/member/home.html", context)


def _station_of(stay: people.StayLine) -> organisations.Site | None:
    """Return the one station where somebody lives now, by the words of the register.

    None when no station fits, or several: the first of them may be an hour away.
    """
    words = stay.host_words.strip()
    if not words:
        return None
    found = organisations.stations(words=words, most=2)
    if not found:
        try:
            host = organisations.node_named(words)
        except NotFound:
            return None
        found = organisations.stations(under=host.interval, most=2)
    return found[0] if len(found) == 1 else None


def _in_season(request: Request, person_id: UUID, season: SeasonCard) -> dict[str, object]:
    by = request.actor
    ahead = activities.ahead(person_id, by=by, season_id=season.id)
    mine = [one for one in ahead if one.is_mine]
    stand = coverage.standing_of(person_id, by=by, season_id=season.id)
    owed = activities.owed(person_id, by=by, season_id=season.id)
    first = mine[0] if mine else None
    offered = {item.session_id for item in owed}
    return {
        "next": first,
        "makes_up": [item for item in owed if first and item.session_id == first.id],
        "coming": [one for one in mine[1:] if one.id not in offered][:NEXT],
        "more": len(ahead) - len(mine),
        "owed": [item for item in owed if not first or item.session_id != first.id],
        "lesson": library.next_lesson(library.learning(person_id, by=by)),
        "stand": stand,
        "miles": milestones(stand) if stand else [],
        "is_floating": stand is not None and stand.mode == StudyMode.FLOATING,
    }


def contact_for(person_id: UUID) -> Contact | None:
    """Return whom this person calls: their branch, else the nearest organisation above it."""
    home = people.branches_of([person_id]).get(person_id)
    return organisations.contact_of(home.lft) if home else None


def _open_notices(request: Request) -> list[notices.Copy]:
    """Return the latest notices; showing them is the proof that they were received."""
    found = notices.inbox(by=request.actor, limit=NOTICES)
    if request.method == "GET" and any(copy.is_new for copy in found):
        notices.open_inbox(by=request.actor)
    return [copy for copy in found if not copy.is_withdrawn]
