"""题库: the questions there are, each with its preview; written here or brought in a workbook."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_number
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.quizzes import judging
from dongxun.quizzes.contracts import Difficulty, ItemDraft, Kind
from dongxun.quizzes.forms import ItemForm
from dongxun.quizzes.importing.importer import said
from dongxun.quizzes.models import Item
from dongxun.quizzes.queries import bank as queries
from dongxun.quizzes.services import items as services
from dongxun.seasons import api as seasons

PER_PAGE = 50
MOST_VERSIONS = 1_000_000


def units_of(by: Actor, *others: Node) -> list[tuple[str, str]]:
    """Return the units a question or a quiz may be for."""
    return organisations.choices(organisations.own_units(by, *others))


def topics_of(by: Actor) -> list[str]:
    """Return the words for topics: those of the season, then others of the bank."""
    season = seasons.current_season(by)
    named = [topic.name for topic in seasons.rules(season.id).topics] if season else []
    return list(dict.fromkeys([*named, *queries.topics(by=by)]))


@access.organiser_required
@require_safe
def bank(request: Request) -> HttpResponse:
    """Show the questions, with filters."""
    wanted = {name: request.GET.get(name, "") for name in ("kind", "difficulty", "tag", "q")}
    is_retired = request.GET.get("state") == "retired"
    rows = queries.items(by=request.actor, is_retired=is_retired)
    if wanted["kind"] in Kind:
        rows = rows.filter(kind=wanted["kind"])
    rows = queries.of_part(
        rows,
        tag=wanted["tag"],
        difficulty=wanted["difficulty"] if wanted["difficulty"] in Difficulty else "",
    )
    if wanted["q"].strip():
        rows = rows.filter(text__icontains=wanted["q"].strip())
    units = units_of(request.actor)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "is_retired": is_retired,
        "kinds": Kind.choices,
        "levels": Difficulty.choices,
        "tags": queries.tags(by=request.actor)[:40],
        "unit": units[0][0] if units else "",
        "as_of": clock.now(),
    }
    return render(request, "quizzes/bank.html", context)


@access.organiser_required
@require_http_methods(BOTH)
def new_item(request: Request) -> HttpResponse:
    """Write a question."""
    return _edit(request, None)


@access.organiser_required
@require_http_methods(BOTH)
def item(request: Request, item_id: UUID) -> HttpResponse:
    """Show a question as it is asked, and let it be changed into a new version."""
    return _edit(request, queries.item(item_id, by=request.actor))


def _initial(row: Item) -> dict[str, Any]:
    """Return what the form shows of a question; ``version`` is what the writer sees."""
    draft = services.draft_of(row.versions.all()[0], row)
    return {
        "version": str(row.number),
        "kind": draft.kind,
        "text": draft.text,
        "options": "\n".join(draft.options),
        "right": said(draft),
        "why": draft.why,
        "difficulty": draft.difficulty,
        "topic": draft.topic,
        "tags": " ".join(draft.tags),
    }


def _now(row: Item | None, by: Actor) -> dict[str, Any]:
    return _initial(queries.item(row.id, by=by)) if row else {}


def _edit(request: Request, row: Item | None) -> HttpResponse:
    form = ItemForm(
        sent(request),
        initial=_initial(row) if row else None,
        units=units_of(request.actor),
        is_new=row is None,
    )
    made: list[UUID] = []

    def save() -> None:
        if request.POST.get("what") == "preview":
            return
        owner = row.organisation_id if row else UUID(form.cleaned_data["organisation"])
        key = services.write_item(
            by=request.actor,
            organisation_id=owner,
            draft=form.draft(),
            item_id=row.id if row else None,
            number=read_number(form.cleaned_data["version"], MOST_VERSIONS) if row else None,
        )
        made.append(key)

    status = attempt(form, save, now=lambda: _now(row, request.actor))
    if status == DONE and made:
        messages.success(request, _("Saved."))
        more = "quizzes:new_item" if request.POST.get("more") else "quizzes:item"
        return redirect(more, *([] if request.POST.get("more") else [made[0]]))
    shown = _shown(form, row)
    context = {
        "form": form,
        "item": row,
        "shown": shown,
        "faults": [words for _where, words in judging.faults(shown)] if shown else [],
        "versions": row.versions.all() if row else [],
        "asked_in": queries.asked_in(row, by=request.actor) if row else [],
        "answers": queries.answers_of(row.id) if row else (0, 0),
        "mine": row is None or request.actor.reaches(row.organisation.lft),
        "topics": topics_of(request.actor),
    }
    return render(request, "quizzes/item.html", context, status=200 if status == DONE else status)


def _shown(form: ItemForm, row: Item | None) -> ItemDraft | None:
    """Return the question to preview: what was typed, else what is kept."""
    if form.is_bound:
        return form.draft() if form.cleaned_data.keys() == form.fields.keys() else None
    return services.draft_of(row.versions.all()[0], row) if row else None


@access.organiser_required
@require_POST
def do(request: Request, item_id: UUID) -> HttpResponse:
    """Retire a question, or take it back."""
    row, what = queries.item(item_id, by=request.actor), request.POST.get("what", "")
    if what == "retire":
        services.retire_item(by=request.actor, item_id=row.id)
        messages.success(request, _("Retired: it is drawn no more. Tries that asked it keep it."))
    elif what == "restore":
        services.restore_item(by=request.actor, item_id=row.id)
        messages.success(request, _("It may be drawn again."))
    else:
        raise NotFound
    return redirect("quizzes:item", row.id)
