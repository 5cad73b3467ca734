"""The chapters and the short check of a lesson are written here, line by line."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.files import api as files
from dongxun.kernel.errors import DomainError, NotFound, Overtaken
from dongxun.kernel.http import Request, takes
from dongxun.kit.forms import BOTH, filled, put_beside, put_error, put_on_filled
from dongxun.library.contracts import MOST_BYTES, PLAYS, Form, MediaState
from dongxun.library.forms import ChapterForm, QuestionForm
from dongxun.library.models import Chapter, Lesson, Question
from dongxun.library.queries import console as queries
from dongxun.library.queries import marks
from dongxun.library.services import parts
from dongxun.library.services.media import keep_media
from dongxun.library.views.console import own

Lines = BaseFormSet[Any]


@takes(MOST_BYTES)
@access.organiser_required
@require_http_methods(BOTH)
def chapters(request: Request, lesson_id: UUID) -> HttpResponse:
    """Write the chapters of a lesson in their order, with their files."""
    row = own(request, lesson_id)
    known = queries.media_of(row.organisation_id).exclude(state=MediaState.REFUSED)
    known = known.filter(kind__in=["", PLAYS[Form(row.form)]])
    media = {str(one.id): one.name for one in known[:200]}
    here = (one.media for one in row.chapters.select_related("media"))
    media |= {str(one.id): one.name for one in here if one}
    kind = formset_factory(ChapterForm, extra=1, can_delete=True)
    lines = kind(
        request.POST or None,
        request.FILES or None,
        prefix="chapters",
        initial=[_chapter(one) for one in row.chapters.all()],
        form_kwargs={"media": media.items(), "is_read": row.form == Form.TEXT},
    )

    def save(version: str | None) -> None:
        drafts = [(form.cleaned_data["id"], form.draft()) for form in filled(lines)]
        parts.write_chapters(
            by=request.actor,
            lesson_id=row.id,
            drafts=drafts,
            known=_named(lines),
            version=version,
        )

    def now() -> tuple[str, list[Mapping[str, Any]]]:
        rows = list(row.chapters.all())
        return marks.of_chapters(rows), [_chapter(one) for one in rows]

    refused = _bring(request, row, lines) if lines.is_bound else 0
    return _lines(request, row, lines, save, now, refused=refused)


def _chapter(one: Chapter) -> dict[str, Any]:
    played = str(one.media_id or "")
    return {"id": one.id, "title": one.title, "text": one.text, "played": played}


def _bring(request: Request, row: Lesson, lines: Lines) -> int:
    """Keep the files that came along and choose each in its line, so that no refusal loses one.

    Returns:
        The status of what was refused, each said at its line; 0 for nothing.
    """
    lines.is_valid()
    status = 0
    for form in lines.forms:
        file = form.cleaned_data.get("file")
        if not file or form in lines.deleted_forms:
            continue
        about = {"by": request.actor, "organisation_id": row.organisation_id, "name": file.name}
        try:
            form.choose(keep_media(**about, pieces=file.chunks()), file.name)
        except DomainError as error:
            put_error(form, error)
            status = error.status
    return status


@access.organiser_required
@require_http_methods(BOTH)
def questions(request: Request, lesson_id: UUID) -> HttpResponse:
    """Write the short check of a lesson."""
    row = own(request, lesson_id)
    kind = formset_factory(QuestionForm, extra=1, can_delete=True)
    initial = [_question(one) for one in row.questions.all()]
    lines = kind(request.POST or None, prefix="questions", initial=initial)

    def save(version: str | None) -> None:
        drafts = [(form.cleaned_data["id"], form.draft()) for form in filled(lines)]
        parts.write_questions(
            by=request.actor,
            lesson_id=row.id,
            drafts=drafts,
            known=_named(lines),
            version=version,
        )

    def now() -> tuple[str, list[Mapping[str, Any]]]:
        rows = list(row.questions.all())
        return marks.of_questions(rows), [_question(one) for one in rows]

    return _lines(request, row, lines, save, now)


def _question(one: Question) -> dict[str, Any]:
    options = "\n".join(one.options)
    return {
        "id": one.id,
        "text": one.text,
        "options": options,
        "right": one.right + 1,
        "why": one.why,
    }


def _named(lines: Lines) -> set[UUID]:
    """Return what a form knew of; what somebody else has added since is left alone."""
    return {form.cleaned_data["id"] for form in lines.forms if form.cleaned_data.get("id")}


def _lines(
    request: Request,
    row: Lesson,
    lines: Lines,
    save: Callable[[str | None], None],
    now: Callable[[], tuple[str, list[Mapping[str, Any]]]],
    *,
    refused: int = 0,
) -> HttpResponse:
    """Save lines that were sent and say each fault at its line; ``now`` is what is there."""
    seen, status = request.POST.get("version", ""), refused or 422
    if request.method != "POST":
        seen, status = now()[0], 200
    elif not refused and lines.is_valid():
        try:
            save(seen or None)
        except NotFound:
            raise
        except Overtaken as error:
            seen, status = _beside(lines, *now(), str(error)), error.status
        except DomainError as error:
            put_on_filled(lines, error)
            status = error.status
        else:
            more = request.POST.get("more")
            messages.success(request, _("Saved."))
            return redirect(request.path if more else "library:lesson", *([] if more else [row.id]))
    context = {
        "lesson": row,
        "lines": lines,
        "can_convert": files.can_convert(),
        "version": seen,
        "most_bytes": MOST_BYTES,
        "most_mb": MOST_BYTES // 1024**2,
    }
    return render(request, f"library/{lines.prefix}.html", context, status=status)


def _beside(lines: Lines, version: str, there: list[Mapping[str, Any]], words: str) -> str:
    """Write beside each line what somebody else saved there; return the mark of all that."""
    known, left, gone = _named(lines), {one["id"]: one for one in there}, set(lines.deleted_forms)
    lines.non_form_errors().append(words)
    if added := [one.get("title") or one["text"] for one in there if one["id"] not in known]:
        words = _("Added in the meantime, it stays at the end: %(titles)s")
        lines.non_form_errors().append(words % {"titles": "、".join(added)})
    for form in lines.forms:
        key = form.cleaned_data.get("id")
        if key in left:
            put_beside(form, _as_typed(form, left[key]) | {"version": version})
        elif key and form not in gone:
            said = form.data.copy()
            said[form.add_prefix("id")] = ""
            form.data = said
            words = _("Somebody else has removed this; saved again it comes back as a new one.")
            form.add_error(None, words)
    return version


def _as_typed(form: Any, there: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is there, in the typed line breaks where only those differ."""
    found = {"DELETE": form.cleaned_data.get("DELETE")}
    for name, value in there.items():
        typed = form.cleaned_data.get(name)
        texts = isinstance(value, str) and isinstance(typed, str)
        found[name] = typed if texts and typed.splitlines() == value.splitlines() else value
    return found
