"""大家写的: what waits for a look, many at once; and the discussions of a unit."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id, wanted_id
from dongxun.kit.forms import BOTH, DONE, attempt, put_error, sent
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.publishing.contracts import Decision, NoteKind, NoteState
from dongxun.publishing.forms import DecisionForm, ThreadForm
from dongxun.publishing.queries import console as queries
from dongxun.publishing.services import answering, judging
from dongxun.publishing.services import threads as services
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonState

PER_PAGE = 50
ASKED = ("state", "kind", "topic", "q", "thread", "about", "page")
"""What the address of the queue may hold; its forms carry it along."""


@access.organiser_required
@require_safe
def queue(request: Request) -> HttpResponse:
    """Show what members wrote for others, what waits first."""
    return _queue(request, DecisionForm())


def _queue(request: Request, form: DecisionForm, status: int = 200) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    get = given.get
    wanted = queries.Wanted(
        state=get("state", "") if get("state", "") in queries.SHOWN else NoteState.WAITING,
        kind=get("kind", ""),
        topic_id=read_id(get("topic")),
        words=get("q", "").strip()[:40],
        thread_id=read_id(get("thread")),
        about_id=read_id(get("about")),
    )
    season = seasons.current_season(request.actor)
    if season is None and not wanted.about_id:
        return no_season(request, "words")
    season_id = season.id if season else None
    rows = queries.about(season_id, wanted, by=request.actor)
    counts = queries.tallies(rows)
    names, said = dict(NoteState.choices), request.POST.getlist("note")
    page = Paginator(queries.listed(rows, wanted), PER_PAGE).get_page(get("page"))
    own = {note.season.name for note in page} if wanted.about_id else set()
    context = {
        "seasons": sorted(own) or [season.name] if season else sorted(own),
        "page": page,
        "wanted": wanted,
        "asked": [(name, given[name]) for name in ASKED if given.get(name)],
        "waiting": queries.waiting(season_id, by=request.actor),
        "chips": [(state, names[state], counts[state]) for state in queries.SHOWN],
        "kinds": NoteKind.choices,
        "form": form,
        "ticked": {note.id for note in page if f"{note.id}.{note.seen}" in said},
        "may": queries.to_decide(page),
        "as_of": clock.now(),
    }
    return render(request, "publishing/queue.html", context, status=status)


@access.organiser_required
@require_POST
def decide(request: Request) -> HttpResponse:
    """Publish, return or hide what was ticked; or make a need of one suggestion.

    Raises:
        Conflict: nothing was asked that can be done here.
    """
    if request.POST.get("need"):
        key = wanted_id(request.POST.get("need"))
        code = answering.make_need(by=request.actor, note_id=key)
        messages.success(request, _("It is a need now; its code is %(code)s.") % {"code": code})
        return _back(request)
    what = request.POST.get("what", "")
    if what not in Decision:
        raise Conflict
    form = DecisionForm(request.POST)
    chosen = [_pair(text) for text in request.POST.getlist("note")]
    if not chosen:
        form.add_error(None, _("Tick at least one."))
        return _queue(request, form, 422)
    if not form.is_valid():
        return _queue(request, form, 422)
    try:
        n = judging.decide(
            by=request.actor,
            notes=chosen,
            decision=Decision(what),
            reason=form.cleaned_data["reason"],
        )
    except DomainError as error:
        put_error(form, error)
        return _queue(request, form, error.status)
    words = ngettext("%(n)d done.", "%(n)d done.", n) % {"n": n}
    if n < len(chosen):
        words += _(" The others were changed since, stood so already, or cannot be heard yet.")
    messages.success(request, words)
    return _back(request)


def _pair(text: str) -> tuple[UUID, UUID]:
    """Return the note and the writing of it that was read: ``<note>.<writing>``."""
    note, _dot, read = text.partition(".")
    return wanted_id(note), wanted_id(read)


def _back(request: Request) -> HttpResponse:
    asked = {name: request.POST[name] for name in ASKED if request.POST.get(name)}
    return redirect(f"{reverse('publishing:queue')}?{urlencode(asked)}")


def _thread_form(request: Request, season: SeasonCard) -> ThreadForm:
    units = organisations.choices(organisations.own_units(request.actor))
    topics = [(str(topic.id), topic.name) for topic in seasons.rules(season.id).topics]
    return ThreadForm(sent(request), units=units, topics=topics)


@access.organiser_required
@require_http_methods(BOTH)
def threads(request: Request) -> HttpResponse:
    """Show the discussions of one's units and those above, and open another."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "words")
    form = _thread_form(request, season)

    def save() -> None:
        typed = form.cleaned_data
        services.open_thread(
            by=request.actor,
            organisation_id=UUID(typed["organisation"]),
            season_id=season.id,
            title=typed["title"],
            question=typed["question"],
            topic_id=read_id(typed["topic"]),
        )

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("The discussion is open."))
        return redirect("publishing:threads")
    rows = queries.threads(season.id, by=request.actor)
    context: dict[str, Any] = {
        "season": season,
        "form": form,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "may": season.state != SeasonState.CLOSED,
        "as_of": clock.now(),
    }
    context["rows"] = [
        (row, request.actor.reaches(row.organisation.lft)) for row in context["page"]
    ]
    return render(request, "publishing/threads.html", context, status=status)


@access.organiser_required
@require_safe
def thread(request: Request, thread_id: UUID) -> HttpResponse:
    """Show what a discussion came to: views, measures, new things, each with who said it.

    Raises:
        NotFound: not a discussion of one's units or those above.
    """
    season = seasons.current_season(request.actor)
    rows = queries.threads(season.id, by=request.actor) if season else None
    row = rows.filter(id=thread_id).first() if rows is not None else None
    if row is None:
        raise NotFound
    context = {
        "thread": row,
        "groups": queries.collected(row, by=request.actor),
        "as_of": clock.now(),
    }
    return render(request, "publishing/collected.html", context)


@access.organiser_required
@require_POST
def close(request: Request, thread_id: UUID) -> HttpResponse:
    """End a discussion."""
    services.close_thread(by=request.actor, thread_id=thread_id)
    messages.success(request, _("The discussion is closed; what was said stays."))
    return redirect("publishing:threads")
