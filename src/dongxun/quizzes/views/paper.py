"""组卷: which questions a quiz asks, a fixed list or rules to draw by."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel.errors import DomainError, NotFound, Overtaken
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_ids
from dongxun.kit.forms import BOTH, DONE, REFUSED, filled, put_beside_lines, put_on_filled
from dongxun.quizzes.contracts import Difficulty, Paper
from dongxun.quizzes.forms import PartForm
from dongxun.quizzes.models import Quiz
from dongxun.quizzes.queries import bank, marks
from dongxun.quizzes.queries import console as queries
from dongxun.quizzes.services import quizzes as services

PER_PAGE = 50


@access.organiser_required
@require_http_methods(BOTH)
def paper(request: Request, quiz_id: UUID) -> HttpResponse:
    """Choose the questions of a quiz."""
    row = queries.quiz(quiz_id, by=request.actor)
    if not request.actor.reaches(row.organisation.lft):
        raise NotFound
    return _list(request, row) if row.paper == Paper.LIST else _rules(request, row)


def _list(request: Request, row: Quiz) -> HttpResponse:
    status, error = 200, None
    if request.method == "POST":
        add, remove = (read_ids(request.POST.getlist(name)) for name in ("add", "remove"))
        try:
            services.list_items(by=request.actor, quiz_id=row.id, add=add, remove=remove)
        except NotFound:
            raise
        except DomainError as refused:
            status, error = refused.status, refused
        else:
            messages.success(request, _("Saved."))
            return redirect(request.get_full_path())
    wanted = {name: request.GET.get(name, "") for name in ("tag", "difficulty", "q")}
    pool = bank.drawable(row).select_related("item__organisation").order_by("-item_id")
    chosen = {one.item_id: one.order for one in row.listed.all()}
    listed = sorted(pool.filter(item_id__in=chosen), key=lambda one: chosen[one.item_id])
    found = bank.of_part(
        pool.exclude(item_id__in=chosen),
        tag=wanted["tag"],
        difficulty=wanted["difficulty"] if wanted["difficulty"] in Difficulty else "",
    )
    if wanted["q"].strip():
        found = found.filter(text__icontains=wanted["q"].strip())
    context = {
        "quiz": row,
        "error": error,
        "listed": listed,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "tags": bank.tags(by=request.actor)[:40],
        "levels": Difficulty.choices,
    }
    return render(request, "quizzes/paper_list.html", context, status=status)


def _rules(request: Request, row: Quiz) -> HttpResponse:
    kind = formset_factory(PartForm, extra=1, can_delete=True)
    there = marks.drafts_of(row.parts.all())
    lines = kind(
        request.POST or None,
        prefix="parts",
        initial=None if request.method == "POST" else [asdict(one) for one in there],
        form_kwargs={
            "tags": [(tag, f"{tag}（{n}）") for tag, n in bank.tags(by=request.actor)],
            "topics": [(words, words) for words in bank.topics(by=request.actor)],
        },
    )
    status, seen = 200, marks.of_parts(there)
    if request.method == "POST":
        status, seen = _write_rules(request, row, lines)
        if status == DONE:
            messages.success(request, _("Saved."))
            more = request.POST.get("more")
            return redirect("quizzes:paper" if more else "quizzes:quiz", row.id)
    context = {"quiz": row, "lines": lines, "version": seen, "pool": bank.drawable(row).count()}
    return render(request, "quizzes/paper_rules.html", context, status=status)


def _write_rules(request: Request, row: Quiz, lines: BaseFormSet[Any]) -> tuple[int, str]:
    """Write the rules that were sent; return ``DONE``, or the status of a refusal said at its line.

    Beside it the mark of what the writer has seen now.
    """
    seen = request.POST.get("version", "")
    if not lines.is_valid():
        return REFUSED, seen
    try:
        drafts = [form.draft() for form in filled(lines)]
        services.write_parts(by=request.actor, quiz_id=row.id, drafts=drafts, version=seen)
    except NotFound:
        raise
    except Overtaken as error:
        there = marks.drafts_of(row.parts.all())
        put_beside_lines(lines, [asdict(one) for one in there], str(error))
        return error.status, marks.of_parts(there)
    except DomainError as error:
        put_on_filled(lines, error)
        return error.status, seen
    return DONE, seen
