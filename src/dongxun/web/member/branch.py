"""支部: who in my branch has not learned, and how do I reach them?"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dongxun.access import api as access
from dongxun.access.contracts import LinkPurpose
from dongxun.activities import api as activities
from dongxun.coverage import api as coverage
from dongxun.coverage.contracts import Numbers, What
from dongxun.exchanges import api as exchanges
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_number, wanted_id
from dongxun.kernel.together import ask
from dongxun.kit import drawing
from dongxun.kit.times import day
from dongxun.notices import api as notices
from dongxun.notices.contracts import Channel
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.packs import api as packs
from dongxun.people import api as people
from dongxun.people.contracts import PrivatePurpose
from dongxun.publishing import api as publishing
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import Parameters, SeasonCard
from dongxun.volunteers import api as volunteers
from dongxun.web.views import refused
from dongxun.web.views.differences import waiting

GROUPS: Final[Mapping[str, What]] = {
    "nothing": What.NOTHING,
    "started": What.STARTED,
    "met": What.MET,
}
TEXTS: Final = 5
secretary = access.holding(Role.SECRETARY)


def _branches(by: Actor) -> list[Node]:
    """Return the branches of a secretary, in tree order."""
    own = [grant.organisation_id for grant in by.grants if grant.role is Role.SECRETARY]
    return sorted(organisations.nodes(own).values(), key=lambda node: node.interval.lft)


def _branch_of(request: Request) -> tuple[Node, list[tuple[str, str, bool]]]:
    """Return the branch shown and the choice, if there are several.

    Raises:
        NotFound: ``?branch=`` is not the secretary's.
    """
    known = _branches(request.actor)
    asked = request.GET.get("branch", "")
    for node in known:
        if asked in {"", str(node.id)}:
            options = [
                (one.short_name, f"{request.path}?branch={one.id}", one.id == node.id)
                for one in known
            ]
            return node, options if len(known) > 1 else []
    raise NotFound


@secretary
@require_safe
def branch(request: Request) -> HttpResponse:
    """Show the branch by who has learned what, and everything that waits for its secretary."""
    node, switch = _branch_of(request)
    return _page(request, node, switch)


def _page(
    request: Request,
    node: Node,
    switch: list[tuple[str, str, bool]],
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    by = request.actor
    season = seasons.current_season(by)
    away, differing, not_taken = ask(
        people.waiting(by=by, due_days=_contact_days(season)), waiting(by), refused.waiting(by)
    )
    context: dict[str, object] = {
        "node": node,
        "switch": switch,
        "season": season,
        "rolls": activities.rolls_of_day(clock.today(), node.interval, by=by),
        "walk_ins": activities.walk_ins_waiting(by=by),
        "corrections": activities.waiting_corrections(by=by),
        "away": away,
        "follow": ask(exchanges.due(by=by, season_id=season.id))[0] if season else None,
        "pledges": publishing.pledges_due(season.id, by=by) if season else 0,
        "packs": packs.waiting_in(season.id, node.interval, by=by) if season else 0,
        "gaps": volunteers.gaps_near(season.id, node.id, by=by) if season else [],
        "differing": differing,
        "refused": not_taken,
        "texts": _texts(by),
        "as_of": clock.now(),
    }
    if season is not None:
        context |= _people(request, node, season)
    return render(request, "web/member/branch.html", context | more, status=status)


def _contact_days(season: SeasonCard | None) -> int:
    rule = seasons.rules(season.id).parameters if season else Parameters()
    return rule.floating_contact_days


def _people(request: Request, node: Node, season: SeasonCard) -> dict[str, object]:
    """Return the counts of the three groups and one page of the chosen one, or of a search."""
    by, query = request.actor, request.GET.get("q", "").strip()[:40]
    numbers: Numbers = coverage.grid(by=by, season_id=season.id, node=node).total.season
    counts = {
        "nothing": numbers.people(What.NOTHING),
        "started": numbers.started,
        "met": numbers.met,
    }
    group = request.GET.get("group", "")
    if group not in GROUPS:  # the first with anybody in it
        group = next((key for key in GROUPS if counts[key]), "nothing")
    page = request.GET.get("page", "1")
    _found, rows = coverage.names(
        by=by,
        season_id=season.id,
        place_id=node.id,
        what=What.ELIGIBLE if query else GROUPS[group],
        q=query,
        page=read_number(page, 9999) or 1,
    )
    words = {"nothing": _("None yet"), "started": _("Half-way"), "met": _("Done")}
    here = f"?branch={node.id}&group="
    return {
        "numbers": numbers,
        "counts": counts,
        "groups": [
            (f"{words[key]} {counts[key]}", f"{here}{key}", key == group and not query)
            for key in GROUPS
        ],
        "group": group,
        "query": query,
        "rows": rows,
    }


def _texts(by: Actor) -> list[tuple[notices.NoticeLine, notices.BranchText]]:
    """Return the texts that still wait to be pasted into the group, newest first."""
    lines = notices.notices(by=by, waiting=Channel.GROUP, limit=TEXTS)
    return [
        (line, text)
        for line in lines
        for text in notices.group_texts(line.id, by=by)
        if text.copied_at is None
    ]


@secretary
@never_cache
@require_POST
def call(request: Request) -> HttpResponse:
    """Reveal one number to call; the looking is written down."""
    card = people.card(wanted_id(request.POST.get("person", "")), by=request.actor)
    found = people.private_of(card.id, by=request.actor, purpose=PrivatePurpose.CONTACT)
    context = {"person": card, "phone": found.phone}
    part = "#number" if request.htmx else ""
    return render(request, f"web/member/call.html{part}", context)


@secretary
@never_cache
@require_POST
def link(request: Request) -> HttpResponse:
    """Make a personal link for one member: a QR and a text, shown this once."""
    card = people.card(wanted_id(request.POST.get("person", "")), by=request.actor)
    issued = access.issue_link(
        by=request.actor,
        purpose=LinkPurpose.MEMBER,
        person_id=card.id,
        expires_at=_until(seasons.current_season(request.actor)),
    )
    url = request.build_absolute_uri(issued.path)
    text = _(
        "%(name)s: open this link on your own phone to see your hours, check in and sign up. "
        "It works on the first phone that opens it, until %(day)s.\n%(url)s"
    ) % {"name": card.name, "day": day(issued.expires_at), "url": url}
    context = {"person": card, "qr": drawing.qr(url), "text": text, "until": issued.expires_at}
    return render(request, "web/member/link.html", context)


def _until(season: SeasonCard | None) -> datetime:
    """Return when a link ends: with the season, but never sooner than in a week."""
    soonest = clock.today() + timedelta(days=7)
    return clock.moment(max(season.ends_on, soonest) if season else soonest, time(23, 59))


@secretary
@require_POST
def answer_correction(request: Request, correction_id: UUID) -> HttpResponse:
    """Say that a record was put right, or why it stays."""
    try:
        activities.answer_correction(
            by=request.actor,
            correction_id=correction_id,
            state=request.POST.get("state", ""),
            answer=request.POST.get("answer", ""),
        )
    except NotFound:
        raise
    except DomainError as refusal:
        node, switch = _branch_of(request)
        more = {"refusal": refusal, "refused_id": correction_id}
        return _page(request, node, switch, status=refusal.status, **more)
    messages.success(request, _("Answered; it shows on their page."))
    return redirect("web:branch")


@secretary
@require_POST
def pasted(request: Request, text_id: int) -> HttpResponse:
    """Note that a text was pasted into the group."""
    notices.mark_pasted(by=request.actor, text_id=text_id)
    messages.success(request, _("Noted as pasted into the group."))
    return redirect("web:branch")
