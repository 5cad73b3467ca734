"""Who takes part, and how: ways of learning, and who does not count."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_ids
from dongxun.kit.forms import BOTH, DONE, attempt, put_error, sent
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.seasons import api
from dongxun.seasons.contracts import HomeReason, Part, SeasonState, StudyMode
from dongxun.seasons.forms.people import ModeForm
from dongxun.seasons.queries.participation import OUT
from dongxun.seasons.views.shared import saved, season_of

PAGE_SIZE = 50
Change = Callable[[Request, UUID, list[UUID], ModeForm], int]


@access.organiser_required
@require_GET
def participation(request: Request) -> HttpResponse:
    """Show who takes part and how, for a branch of the actor's subtree."""
    return _participation(request, ModeForm())


def _participation(
    request: Request, form: Form, status: int = 200, chosen: Collection[UUID] = ()
) -> HttpResponse:
    season = season_of(request)
    wanted = read_ids([request.GET.get("unit", "")])
    tops = organisations.roots_of(request.actor)
    if not tops:
        raise NotFound
    unit = organisations.node_in_scope(wanted[0], by=request.actor) if wanted else tops[0]
    today = clock.today()
    counts, excluded = api.standing_counts(season.id, today, [unit.interval])
    total = sum(counts.values())
    mode = request.GET.get("mode", "")
    sizes = {"": total, OUT: excluded} | counts
    page = Paginator(range(sizes.get(mode, 0)), PAGE_SIZE).get_page(request.GET.get("page"))
    first = max(page.start_index() - 1, 0)
    found = api.standing_in(season.id, today, [unit.interval], mode, first=first, most=PAGE_SIZE)
    cards = people.cards([p.person_id for p in found], by=request.actor)
    context = {
        "season": season,
        "unit": unit,
        "units": organisations.children(unit.id),
        "page": page,
        "rows": [
            (cards[p.person_id], p, StudyMode(p.mode).label, p.person_id in chosen)
            for p in found
            if p.person_id in cards
        ],
        "counts": [(value, label, counts.get(value, 0)) for value, label in StudyMode.choices],
        "excluded": excluded,
        "total": total,
        "mode": mode,
        "form": form,
        "as_of": clock.now(),
    }
    return render(request, "seasons/participation.html", context, status=status)


def _set_mode(request: Request, season_id: UUID, chosen: list[UUID], form: ModeForm) -> int:
    return api.set_mode(
        by=request.actor,
        season_id=season_id,
        person_ids=chosen,
        mode=StudyMode(form.cleaned_data["mode"]),
        reason=form.cleaned_data["reason"],
    )


def _exclude(request: Request, season_id: UUID, chosen: list[UUID], form: ModeForm) -> int:
    reason = form.cleaned_data["excluded"]
    if not reason:
        raise Invalid(details=[("excluded", _("Say why they do not count; it is kept."))])
    return api.set_excluded(by=request.actor, season_id=season_id, person_ids=chosen, reason=reason)


def _take_back(request: Request, season_id: UUID, chosen: list[UUID], _form: ModeForm) -> int:
    return api.set_excluded(by=request.actor, season_id=season_id, person_ids=chosen, reason="")


CHANGES: Mapping[str, Change] = {"mode": _set_mode, "exclude": _exclude, "take_back": _take_back}


@access.organiser_required
@require_POST
def change_participation(request: Request) -> HttpResponse:
    """Set how chosen people learn, take them out of the count with a reason, or take them back."""
    season = season_of(request)
    chosen = read_ids(request.POST.getlist("person"))
    form = ModeForm(request.POST)
    change = CHANGES.get(request.POST.get("do", "mode"), _set_mode)
    if change is not _set_mode:
        form.fields["mode"].required = False
    if not form.is_valid() or not chosen:
        if not chosen:
            form.add_error(None, _("Choose at least one person."))
        return _participation(request, form, 422, chosen)
    try:
        n = change(request, season.id, chosen, form)
    except DomainError as error:
        put_error(form, error)
        return _participation(request, form, error.status, chosen)
    messages.success(request, _("%(n)d changed.") % {"n": n})
    query = request.GET.urlencode()
    back = request.path.removesuffix("change/")
    return redirect(f"{back}?{query}" if query else back)


@access.organiser_required
@require_http_methods(BOTH)
def person_mode(request: Request, person_id: UUID) -> HttpResponse:
    """Show how one person takes part in the season of today, and change it; to HTMX the card."""
    card = people.card(person_id, by=request.actor)
    season = api.season_at(card.branch_lft)
    part = api.participation_of(card.id, season.id, clock.today()) if season else None
    form = _mode_form(request, part)
    if season and part and form.is_bound:
        change = CHANGES.get(request.POST.get("do", "mode"), _set_mode)
        form.fields["mode"].required = change is _set_mode
        status = attempt(form, lambda: change(request, season.id, [card.id], form))
        if status == DONE:
            messages.success(request, saved())
            return redirect("people:person", card.id)
    else:
        status = 404 if form.is_bound else 200
    context: dict[str, object] = {"person": card, "season": season, "part": part, "form": form}
    if season and part:
        context |= {
            "way": StudyMode(part.mode).label,
            "reason": HomeReason(part.reason).label if part.reason else "",
            "is_open": season.state != SeasonState.CLOSED,
        }
    name = "seasons/person_mode.html" + ("#part" if request.htmx else "")
    return render(request, name, context, status=status)


def _mode_form(request: Request, part: Part | None) -> ModeForm:
    first = {"mode": part.mode, "reason": part.reason} if part else {}
    return ModeForm(sent(request), initial=first)
