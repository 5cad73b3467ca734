"""新建活动: five steps, each kept at once; nothing typed is ever lost."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.activities.models import Draft
from dongxun.activities.sessions import drafts, planning, venue_rows
from dongxun.activities.sessions.clashes import warnings
from dongxun.activities.sessions.expected import size_of
from dongxun.activities.sessions.forms import PeopleForm, StepForm, TeachersForm, WhatForm, WhenForm
from dongxun.activities.sessions.rows import subs_of
from dongxun.activities.sessions.shapes import Asked, Invited, SubVenue
from dongxun.activities.sessions.views.shared import need_clash_reason, season_of
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError, Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import TopicRule

STEPS: dict[str, tuple[object, type[StepForm] | None]] = {
    "what": (gettext_lazy("What to learn"), WhatForm),
    "when": (gettext_lazy("When and where"), WhenForm),
    "teachers": (gettext_lazy("Who teaches"), TeachersForm),
    "people": (gettext_lazy("Who learns"), PeopleForm),
    "check": (gettext_lazy("Check it over"), None),
}
NAMES = tuple(STEPS)
STEP_OF = {
    "title": "what",
    "type": "what",
    "topics": "what",
    "format": "what",
    "campaign_id": "what",
    "starts_at": "when",
    "ends_at": "when",
    "place_id": "when",
    "venues": "when",
    "online_url": "when",
    "capacity": "when",
    "lecturers": "teachers",
    "steps": "teachers",
    "clash_reason": "check",
}
MOST_FOUND = 20


@access.organiser_required
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Begin a new session; the draft is made when the first step is sent."""
    season = season_of(request)
    typed = {
        "title": request.GET.get("title", "")[:160],
        "type": request.GET.get("type", "lecture"),
        "cascade_task_id": request.GET.get("task", ""),
        "campaign_id": request.GET.get("campaign", ""),
        "is_first_lesson": request.GET.get("first") == "1",
    }
    return _step(request, "what", season.id, typed | _of_study_day(request, season.id), None)


def _of_study_day(request: Request, season_id: UUID) -> dict[str, Any]:
    """Return title, time and host of the study day that the address names, if there is one."""
    wanted, day = (
        read_id(request.GET.get("study_day")),
        clock.read_day(request.GET.get("day")) or date.min,
    )
    for one in seasons.study_dates(season_id, day, day, by=request.actor) if wanted else ():
        if one.study_day_id != wanted:
            continue
        start = clock.moment(one.on, one.at)
        found: dict[str, Any] = {
            "title": one.title,
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(minutes=one.minutes)).isoformat(),
        }
        if request.actor.reaches(organisations.node(one.organisation_id).interval.lft):
            found["host_id"] = str(one.organisation_id)
        return found
    return {}


@access.organiser_required
@require_http_methods(["GET", "POST"])
def step(request: Request, draft_id: UUID, name: str) -> HttpResponse:
    """Show one step, or keep it and go on."""
    if name not in STEPS:
        raise NotFound
    draft = drafts.draft_row(draft_id, by=request.actor)
    seasons.season(draft.season_id, by=request.actor)
    if name == "check":
        return _check(request, draft)
    return _step(request, name, draft.season_id, draft.typed, draft)


def _step(
    request: Request, name: str, season_id: UUID, typed: dict[str, Any], draft: Draft | None
) -> HttpResponse:
    form_class = STEPS[name][1]
    if form_class is None:
        raise NotFound
    rules = seasons.rules(season_id)
    if name == "people" and not typed.get("host_id"):
        typed = typed | {"host_id": drafts.default_host(request.actor)}
    data = request.POST if request.method == "POST" else None
    form = form_class(data, rules=rules, typed=typed, by=request.actor)
    if data is not None and form.is_valid():
        draft = drafts.keep(
            by=request.actor,
            season_id=season_id,
            typed=form.kept() if draft else typed | form.kept(),
            draft_id=draft.id if draft else None,
        )
        following = NAMES[NAMES.index(name) + 1]
        return redirect("activities:draft", draft.id, following)
    context = _frame(name, draft) | {"form": form, "season_id": season_id}
    if draft is None and data is None:
        context["unfinished"] = drafts.unfinished(season_id, by=request.actor)
    status = 422 if data is not None else 200
    return render(request, f"activities/wizard_{name}.html", context, status=status)


def _frame(name: str, draft: Draft | None) -> dict[str, Any]:
    position = NAMES.index(name) + 1
    urls = [
        reverse("activities:draft", args=[draft.id, one]) if draft and number < position else ""
        for number, one in enumerate(NAMES, start=1)
    ]
    return {
        "draft": draft,
        "sub_venues": subs_of(draft.session) if draft and draft.session else [],
        "step_names": [str(STEPS[one][0]) for one in NAMES],
        "step_urls": urls,
        "position": position,
        "step_name": STEPS[name][0],
        "back_url": urls[position - 2] if position > 1 else "",
        "organisations_url": reverse("activities:organisations"),
    }


def _check(request: Request, draft: Draft) -> HttpResponse:
    plan = drafts.plan_from(draft.typed, draft.season_id, by=request.actor)
    if plan is None:
        return redirect("activities:draft", draft.id, "when")
    refusal: DomainError | None = None
    venues = venue_rows.from_typed(draft.typed.get("venues", []))
    have = subs_of(draft.session) if draft.session else []
    also = [*(venue.place_id for venue in venues), *(sub.place_id for sub in have)]
    found = warnings(plan, by=request.actor, session_id=draft.session_id, also=also)
    if request.method == "POST":
        try:
            if request.POST.get("then") == "publish":
                need_clash_reason(found, request.POST.get("clash_reason", ""))
            return _save(request, draft)
        except DomainError as error:
            if error.status not in {409, 422}:
                raise
            refusal = error
    rules = seasons.rules(draft.season_id)
    topics: dict[UUID, TopicRule] = {topic.id: topic for topic in rules.topics}
    ids = [plan.host_id, *(p.organisation_id for p in (*plan.co_hosts, *plan.invited))]
    context = _frame("check", draft) | {
        "plan": plan,
        "topics": [(topics[key], n) for key, n in plan.topics if key in topics],
        "host": organisations.node(plan.host_id),
        "co_hosts": _names(ids, plan.co_hosts),
        "invited": _names(ids, plan.invited),
        "site": organisations.sites([plan.place_id]).get(plan.place_id) if plan.place_id else None,
        "lecturers": _lecturers(plan.lecturers),
        "venues": _venue_words(venues),
        "credit": sum(n for _key, n in plan.topics),
        "warnings": found,
        "clash_reason": request.POST.get("clash_reason", _kept_reason(draft)),
        "size": size_of(plan),
        "refusals": _located(refusal, draft) if refusal else [],
    }
    status = refusal.status if refusal else 200
    return render(request, "activities/wizard_check.html", context, status=status)


def _save(request: Request, draft: Draft) -> HttpResponse:
    """Save the plan as a draft session or publish it; the draft of the steps goes."""
    plan = drafts.plan_from(draft.typed, draft.season_id, by=request.actor)
    if plan is None:
        raise Invalid
    publish = request.POST.get("then") == "publish"
    session_id = planning.save_and_publish(
        by=request.actor,
        plan=plan,
        session_id=draft.session_id,
        publish=publish,
        clash_reason=request.POST.get("clash_reason", ""),
        sub_venues=venue_rows.from_typed(draft.typed.get("venues", [])),
    )
    drafts.forget(by=request.actor, draft_id=draft.id)
    words = _("Published; those concerned are told.") if publish else _("Saved.")
    messages.success(request, words)
    return redirect("activities:session", session_id)


def _kept_reason(draft: Draft) -> str:
    return draft.session.clash_reason if draft.session else ""


def _names(ids: list[UUID], parts: tuple[Invited, ...]) -> list[tuple[str, int | None]]:
    nodes = organisations.nodes(ids)
    return [
        (nodes[part.organisation_id].short_name, part.quota)
        for part in parts
        if part.organisation_id in nodes
    ]


def _venue_words(venues: tuple[SubVenue, ...]) -> list[tuple[str, str, int | None]]:
    """Return who holds each sub-venue, where, and its seats."""
    nodes = organisations.nodes([one.host_id for one in venues])
    sites = organisations.sites([one.place_id for one in venues if one.place_id])
    return [
        (
            nodes[one.host_id].short_name,
            " ".join(
                filter(None, [sites[one.place_id].name if one.place_id in sites else "",
                              one.place_text])
            ),
            one.capacity,
        )
        for one in venues
        if one.host_id in nodes
    ]  # fmt: skip


def _lecturers(asked: tuple[Asked, ...]) -> list[tuple[str, str]]:
    names = people.lecturer_names([one.lecturer_id for one in asked])
    return [(names[o.lecturer_id].name, o.subject) for o in asked if o.lecturer_id in names]


def _located(error: DomainError, draft: Draft) -> list[dict[str, str]]:
    """Return each refusal with the step where it is put right."""
    rows = error.details or ((error.where, error.message),)
    return [
        {
            "words": str(words),
            "url": reverse(
                "activities:draft", args=[draft.id, STEP_OF.get(where.split(".")[0], "people")]
            ),
        }
        for where, words in rows
    ]


@access.organiser_required
@require_POST
def edit(request: Request, session_id: UUID) -> HttpResponse:
    """Open an existing session in the step list."""
    draft = drafts.reopen(by=request.actor, session_id=session_id)
    return redirect("activities:draft", draft.id, "what")


@access.organiser_required
@require_POST
def throw_away(request: Request, draft_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    drafts.draft_row(draft_id, by=request.actor)
    drafts.forget(by=request.actor, draft_id=draft_id)
    messages.success(request, _("The draft is gone."))
    return redirect("activities:schedule")


@access.organiser_required
@require_GET
def find_organisations(request: Request) -> HttpResponse:
    """Answer the picker: organisations of the season's district by name or initials."""
    words = request.GET.get("q", "").strip()[:40]
    found = organisations.search(words, by=Actor.system("picker"), most=MOST_FOUND)
    above = organisations.nodes([node.parent_id for node in found if node.parent_id])
    return JsonResponse(
        {
            "results": [
                {
                    "id": str(node.id),
                    "label": node.short_name,
                    "path": above[node.parent_id].short_name if node.parent_id in above else "",
                }
                for node in found
            ]
        }
    )
