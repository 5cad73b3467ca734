"""Posts and the roster of a week."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import beside, clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kit.forms import put_error
from dongxun.volunteers.contracts import PostEnded
from dongxun.volunteers.forms import DaysForm, PostForm, ShiftForm
from dongxun.volunteers.models import Post
from dongxun.volunteers.queries.roster import post_row, with_days
from dongxun.volunteers.queries.roster import posts as own_posts
from dongxun.volunteers.services import posts as services
from dongxun.volunteers.views.shared import season_of

WEEK = 7


@access.organiser_required
@require_safe
def posts(request: Request) -> HttpResponse:
    """Show every post of the season with its day."""
    season = season_of(request)
    day = clock.read_day(request.GET.get("day")) or clock.today()
    rows = own_posts(request.actor).filter(season_id=season.id, closed_at=None)
    context = {
        "season": season,
        "rows": with_days(rows, day, 1),
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "as_of": clock.now(),
    }
    return render(request, "volunteers/posts.html", context)


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_post(request: Request) -> HttpResponse:
    """Set up a post."""
    season = season_of(request)
    today = clock.today()
    first = {"from_day": today, "until_day": min(today + timedelta(days=30), season.ends_on)}
    form = PostForm(request.POST or None, by=request.actor, initial=first)
    return _save(request, form, season.id, None)


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_post(request: Request, post_id: UUID) -> HttpResponse:
    """Change a post."""
    post = post_row(post_id, by=request.actor)
    form = PostForm(request.POST or None, by=request.actor, initial=PostForm.first(post))
    return _save(request, form, post.season_id, post)


def _save(request: Request, form: PostForm, season_id: UUID, post: Post | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            post_id = services.save_post(
                by=request.actor,
                season_id=season_id,
                draft=form.draft(),
                post_id=post.id if post else None,
            )
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Saved. Now lay its shifts over the days."))
            return redirect("volunteers:post", post_id)
    status = 422 if form.is_bound else 200
    return render(request, "volunteers/edit_post.html", {"form": form, "post": post}, status=status)


@access.organiser_required
@require_safe
def post(request: Request, post_id: UUID) -> HttpResponse:
    """Show the roster of a week."""
    return _page(request, post_row(post_id, by=request.actor))


def _page(
    request: Request,
    row: Post,
    *,
    days_form: DaysForm | None = None,
    shift_form: ShiftForm | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    day = clock.read_day(request.GET.get("week")) or clock.today()
    monday = day - timedelta(days=day.weekday())
    [card] = with_days([row], monday, WEEK)
    bad = bool(refusal) or any(form and form.errors for form in (days_form, shift_form))
    first = max(clock.today(), row.from_day)
    last = min(max(first, monday + timedelta(days=WEEK - 1)), row.until_day)
    context: dict[str, Any] = {
        "post": row,
        "card": card,
        "monday": monday,
        "sunday": monday + timedelta(days=WEEK - 1),
        "before": monday - timedelta(days=WEEK),
        "after": monday + timedelta(days=WEEK),
        "missing": sum(one.missing for one in card.days),
        "empty": sum(one.empty for one in card.days),
        "days_form": days_form or DaysForm(initial={"first": first, "last": last}, prefix="days"),
        "shift_form": shift_form
        or ShiftForm(initial={"day": clock.today(), "needed": row.needed}, prefix="shift"),
        "refusal": refusal,
        "beside": beside.lines("post", [row.id], by=request.actor).get(row.id, ()),
        "as_of": clock.now(),
    }
    status = refusal.status if refusal else 422 if bad else 200
    return render(request, "volunteers/post.html", context, status=status)


@access.organiser_required
@require_POST
def do_post(request: Request, post_id: UUID) -> HttpResponse:
    """Fill days with shifts, add one shift, or end the post."""
    row = post_row(post_id, by=request.actor)
    what = request.POST.get("what", "")
    if what == "fill":
        return _fill(request, row)
    if what == "add":
        return _add(request, row)
    if what != "close":
        raise NotFound
    services.close_post(by=request.actor, post_id=row.id)
    messages.success(request, _("The post is ended; its shifts to come are called off."))
    return redirect("volunteers:posts")


def _fill(request: Request, row: Post) -> HttpResponse:
    form = DaysForm(request.POST, prefix="days")
    if form.is_valid():
        data = form.cleaned_data
        try:
            done = services.fill_shifts(
                by=request.actor, post_id=row.id, first=data["first"], last=data["last"]
            )
        except PostEnded as error:
            return _page(request, row, refusal=error)
        except DomainError as error:
            put_error(form, error)
        else:
            words = ngettext("%(n)d new shift", "%(n)d new shifts", done.made) % {"n": done.made}
            there = _("%(n)d were there already") % {"n": done.there} if done.there else ""
            messages.success(request, "，".join(filter(None, (words, there))))
            if request.POST.get("then") == "sheet":
                sheet = reverse("volunteers:post_sheet", args=[row.id])
                days = (data["last"] - data["first"]).days + 1
                return redirect(f"{sheet}?day={data['first'].isoformat()}&days={days}")
            return _back(row, data["first"].isoformat())
    return _page(request, row, days_form=form)


def _add(request: Request, row: Post) -> HttpResponse:
    form = ShiftForm(request.POST, prefix="shift")
    if form.is_valid():
        begin, end = form.moments()
        try:
            services.add_shift(
                by=request.actor,
                post_id=row.id,
                starts_at=begin,
                ends_at=end,
                needed=form.cleaned_data["needed"],
            )
        except PostEnded as error:
            return _page(request, row, refusal=error)
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("The shift is on the roster."))
            return _back(row, form.cleaned_data["day"].isoformat())
    return _page(request, row, shift_form=form)


def _back(row: Post, day: str) -> HttpResponse:
    return redirect(f"{reverse('volunteers:post', args=[row.id])}?week={day}")
