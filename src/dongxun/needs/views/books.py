"""100 问: picked, edited, put in order, published; and the page everybody reads."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import normal_code, read_id
from dongxun.kernel.rows import wanted_row
from dongxun.kit.forms import attempt
from dongxun.kit.views import no_season
from dongxun.needs.forms.work import BookForm, EntryForm
from dongxun.needs.models import FaqBook, FaqEntry
from dongxun.needs.queries import books as reads
from dongxun.needs.queries import themes
from dongxun.needs.services import books
from dongxun.needs.views.shared import own_reach, season_of
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons


@access.organiser_required
@require_http_methods(["GET", "POST"])
def listed(request: Request) -> HttpResponse:
    """List question books; begin one."""
    if seasons.current_season(request.actor) is None:
        return no_season(request, "needs")
    season = season_of(request)
    form = BookForm(
        request.POST or None,
        initial={"organisation": organisations.own_top(request.actor).name},
        reach=own_reach(request),
    )
    made: list[UUID] = []
    status = attempt(form, lambda: made.append(_save(request, form)))
    if status == 302:
        return redirect("needs:book", made[0])
    found = [(row, row.entries.count()) for row in reads.books(season, by=request.actor)]
    context = {"season": season, "rows": found, "form": form}
    return render(request, "needs/books.html", context, status=status)


def _save(request: Request, form: BookForm, book_id: UUID | None = None) -> UUID:
    data = form.cleaned_data
    return books.save_book(
        by=request.actor,
        organisation_id=data["organisation"].id,
        title=data["title"],
        intro=data["intro"],
        book_id=book_id,
    )


@access.organiser_required
@require_http_methods(["GET", "POST"])
def book(request: Request, book_id: UUID) -> HttpResponse:
    """Show a book being made; change its title and introduction."""
    row = reads.own_book(book_id, by=request.actor)
    initial = {"title": row.title, "intro": row.intro, "organisation": row.organisation.name}
    form = BookForm(request.POST or None, initial=initial, reach=own_reach(request))
    status = attempt(form, lambda: _save(request, form, row.id))
    if status == 302:
        messages.success(request, _("Saved."))
        return redirect("needs:book", row.id)
    return _show(request, row, status, book_form=form)


def _show(request: Request, row: FaqBook, status: int = 200, **more: Any) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:40]
    initial = {"title": row.title, "intro": row.intro, "organisation": row.organisation.name}
    editing = read_id(request.GET.get("edit"))
    entries = list(row.entries.select_related("theme"))
    choices = themes.theme_choices(row.season.root_id)
    edited = next((entry for entry in entries if entry.id == editing), None)
    context = {
        "row": row,
        "entries": entries,
        "offered": reads.offered(row, words),
        "asked": words,
        "book_form": BookForm(initial=initial, reach=own_reach(request)),
        "entry_form": EntryForm(themes=choices, initial=_initial(edited)),
        "editing": editing if edited else None,
    }
    return render(request, "needs/book.html", context | more, status=status)


def _initial(entry: FaqEntry | None) -> dict[str, Any]:
    if entry is None:
        return {}
    theme = str(entry.theme_id) if entry.theme_id else ""
    return {"question": entry.question, "answer": entry.answer, "theme": theme}


@access.organiser_required
@require_POST
def pick(request: Request, book_id: UUID) -> HttpResponse:
    """Take an answered need into the book, and open it to be edited."""
    need_id = read_id(request.POST.get("need"))
    if need_id is None:
        raise NotFound
    entry_id = books.pick(by=request.actor, book_id=book_id, need_id=need_id)
    messages.success(request, _("Picked. Edit the words so that they name nobody."))
    return redirect(f"{_page(book_id)}?edit={entry_id}#entry")


def _page(book_id: UUID) -> str:
    return redirect("needs:book", book_id).url


@access.organiser_required
@require_POST
def entry(request: Request, book_id: UUID) -> HttpResponse:
    """Write or edit a question."""
    row = reads.own_book(book_id, by=request.actor)
    entry_id = read_id(request.POST.get("entry"))
    form = EntryForm(request.POST, themes=themes.theme_choices(row.season.root_id))
    status = attempt(
        form,
        lambda: books.write_entry(
            by=request.actor,
            book_id=row.id,
            question=form.cleaned_data["question"],
            answer=form.cleaned_data["answer"],
            entry_id=entry_id,
            theme_id=form.theme_id(),
        ),
    )
    if status == 302:
        messages.success(request, _("Saved."))
        return redirect("needs:book", row.id)
    return _show(request, row, status, entry_form=form, editing=entry_id)


@access.organiser_required
@require_POST
def arrange(request: Request, entry_id: UUID) -> HttpResponse:
    """Move an entry up or down, or take it out."""
    found = wanted_row(FaqEntry.objects.filter(id=entry_id))
    what = request.POST.get("what", "")
    if what == "remove":
        books.remove_entry(by=request.actor, entry_id=entry_id)
    else:
        books.move_entry(by=request.actor, entry_id=entry_id, up=what == "up")
    return redirect("needs:book", found.book_id)


@access.organiser_required
@require_POST
def publish(request: Request, book_id: UUID) -> HttpResponse:
    """Show the book to everybody, or take it back."""
    row = reads.own_book(book_id, by=request.actor)
    public = request.POST.get("public") == "yes"
    try:
        books.publish_book(by=request.actor, book_id=row.id, public=public)
    except books.BookNotReady as error:
        return _show(request, row, error.status, refusal=error)
    messages.success(request, _("Everybody can read it now.") if public else _("Taken back."))
    return redirect("needs:book", row.id)


@require_GET
def read(request: Request, code: str) -> HttpResponse:
    """Show a published book to everybody, all of it or what holds some words."""
    page = reads.public_book(normal_code(code))
    words = request.GET.get("q", "").strip()[:40]
    parts = [
        (theme, [e for e in entries if not words or words in e.question or words in e.answer])
        for theme, entries in page.parts
    ]
    context = {"book": page, "parts": [p for p in parts if p[1]], "words": words}
    return render(request, "needs/read.html", context)
