"""One person: what is plain, what is private behind a logged button, moves, tags, merging."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.guards import for_console
from dongxun.kernel.http import Request
from dongxun.kit.forms import DONE, attempt, sent
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node, OrganisationId
from dongxun.people import doubles, listing, queries, services
from dongxun.people.contracts import (
    Category,
    Details,
    PersonId,
    Private,
    PrivatePurpose,
    Status,
)
from dongxun.people.forms import PersonForm, TagForm, TransferForm
from dongxun.people.models import Person

PAGE = "people/person.html"
PURPOSES = PrivatePurpose.choices[:3]
"""What somebody at the console may open private details for."""


def _branches(request: Request) -> list[Node]:
    found: dict[UUID, Node] = {}
    for top in organisations.roots_of(request.actor):
        found |= {branch.id: branch for branch in organisations.branches_under(top.interval)}
    return list(found.values())


def _show(request: Request, person: Person, *, status: int = 200, **forms: object) -> HttpResponse:
    context: dict[str, object] = {
        "person": person,
        "years": queries.party_years(person.joined_on, clock.today()),
        "path": organisations.ancestors(person.branch_id),
        "memberships": person.memberships.select_related("branch").order_by("-since", "-id"),
        "tags": list(person.tags.all()),
        "masked": listing.masked_phone(person.id, by=request.actor),
        "purposes": PURPOSES,
        "form": _form(person),
        "tag_form": TagForm(),
        "transfer_form": TransferForm(initial={"on": clock.today()}, branches=_branches(request)),
        "season_slot": _slot("coverage:person_part", person.id),
        "mode_slot": _slot("seasons:person_mode", person.id),
        "namesakes": listing.people(
            organisations.roots_of(request.actor)[0].interval,
            listing.Wanted(words=person.name),
            by=request.actor,
        ).exclude(id=person.id)[:5],
    }
    return render(request, PAGE, context | forms, status=status)


def _form(person: Person, data: QueryDict | None = None) -> PersonForm:
    names = ("name", "sex", "category", "status", "joined_on", "full_on", "duty", "version")
    first = {name: getattr(person, name) for name in names}
    return PersonForm(data, initial=first, known=queries.on_record(person))


def _say_saved(request: Request, form: PersonForm, words: str) -> None:
    messages.success(request, words)
    for note in form.notes:
        messages.warning(request, note)


def _slot(name: str, person_id: UUID) -> str:
    """Return where a room above shows this person's part in the season, if that page exists."""
    try:
        return reverse(name, args=[person_id])
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "POST"])
@for_console
def person_page(request: Request, person_id: UUID) -> HttpResponse:
    """Show a person, and save what is corrected (422: with what was typed)."""
    person = queries.row(person_id, by=request.actor)
    if request.method == "GET":
        return _show(request, person)
    form = _form(person, request.POST)
    status = attempt(
        form,
        lambda: services.update_person(
            by=request.actor,
            person_id=person_id,
            details=form.details(),
            version=form.cleaned_data["version"],
        ),
    )
    if status != DONE:
        return _show(request, person, status=status, form=form)
    _say_saved(request, form, _("Saved."))
    return redirect("people:person", person_id)


@require_http_methods(["GET", "POST"])
@for_console
def new_person(request: Request, branch_id: UUID) -> HttpResponse:
    """Enter somebody into a branch."""
    branch = organisations.node_in_scope(branch_id, by=request.actor)
    if not branch.has_members:
        raise NotFound
    first = {"category": Category.FULL, "status": Status.ACTIVE}
    form = PersonForm(sent(request), initial=first)
    made: list[PersonId] = []
    status = attempt(
        form,
        lambda: made.append(
            services.create_person(
                by=request.actor, branch_id=OrganisationId(branch_id), details=form.details()
            )
        ),
    )
    if status == DONE:
        _say_saved(request, form, _("Added."))
        return redirect("people:person", made[0])
    return render(
        request, "people/new_person.html", {"form": form, "branch": branch}, status=status
    )


@require_POST
@for_console
def show_private(request: Request, person_id: UUID) -> HttpResponse:
    """Open what is private, with a purpose (422: without); the audit trail keeps who and why."""
    text = request.POST.get("purpose", "")
    if text not in dict(PURPOSES):
        person = queries.row(person_id, by=request.actor)
        asked = {"purposes": PURPOSES, "is_asked": True}
        if not request.htmx:
            return _show(request, person, status=422, **asked)
        masked = listing.masked_phone(person.id, by=request.actor)
        asked |= {"person": person, "masked": masked}
        return render(request, f"{PAGE}#ask_private", asked, status=422)
    private = services.private_of(person_id, by=request.actor, purpose=PrivatePurpose(text))
    context: dict[str, Any] = {
        "private": private,
        "masked_id": _masked_id(private),
        "health": private.health_code,
    }
    if request.htmx:
        return render(request, f"{PAGE}#private", context)
    return _show(request, queries.row(person_id, by=request.actor), **context)


def _masked_id(private: Private) -> str:
    number = private.id_number
    return f"{number[:6]}********{number[-4:]}" if number else ""


@require_POST
@for_console
def transfer(request: Request, person_id: UUID) -> HttpResponse:
    """Move a person to another branch."""
    person = queries.row(person_id, by=request.actor)
    form = TransferForm(request.POST, branches=_branches(request))
    if not form.is_valid():
        return _show(request, person, status=422, transfer_form=form)
    try:
        services.transfer(
            by=request.actor,
            person_id=person_id,
            branch_id=UUID(form.cleaned_data["branch"]),
            on=form.cleaned_data["on"],
        )
    except DomainError as error:
        form.add_error(error.where if error.where in form.fields else None, str(error))
        return _show(request, person, status=error.status, transfer_form=form)
    messages.success(request, _("Moved."))
    return redirect("people:person", person_id)


@require_POST
@for_console
def change_tags(request: Request, person_id: UUID) -> HttpResponse:
    """Put a word on a person, or take one off."""
    person = queries.row(person_id, by=request.actor)
    if off := request.POST.get("off"):
        services.untag(by=request.actor, person_id=person_id, word=off)
        return redirect("people:person", person_id)
    form = TagForm(request.POST)
    if not form.is_valid():
        return _show(request, person, status=422, tag_form=form)
    details = Details(tags=(form.cleaned_data["word"].strip(),))
    services.update_person(by=request.actor, person_id=person_id, details=details)
    return redirect("people:person", person_id)


@require_GET
@for_console
def duplicates(request: Request) -> HttpResponse:
    """Show who may be on the roster twice."""
    tops = organisations.roots_of(request.actor)
    if not tops:
        raise NotFound
    groups = listing.doubles(tops[0].interval, by=request.actor)
    return render(request, "people/duplicates.html", {"groups": groups})


def _confirm_merge(request: Request, kept_id: UUID, gone_id: UUID) -> HttpResponse:
    kept, gone = (queries.row(key, by=request.actor) for key in (kept_id, gone_id))
    if kept.id == gone.id:
        messages.error(request, _("Choose two rows: one to keep, another to fold in."))
        return redirect("people:duplicates")
    context = {"kept": kept, "gone": gone, "lines": doubles.merged_lines(kept, gone)}
    return render(request, "people/merge.html", context)


@require_POST
@for_console
def merge(request: Request) -> HttpResponse:
    """Say what merging two rows will do, and do it once that was confirmed."""
    try:
        kept, gone = UUID(request.POST.get("kept", "")), UUID(request.POST.get("gone", ""))
    except ValueError:
        raise NotFound from None
    if "swap" in request.POST:
        kept, gone = gone, kept
    if kept == gone or "sure" not in request.POST:
        return _confirm_merge(request, kept, gone)
    services.merge_people(by=request.actor, survivor_id=kept, duplicate_id=gone)
    messages.success(request, _("Merged; both records are kept on one person."))
    return redirect("people:person", kept)
