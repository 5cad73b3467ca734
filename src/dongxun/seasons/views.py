"""Pages of a season: set it up, its settings and topics, who takes part."""

from decimal import Decimal, InvalidOperation
from typing import Any
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
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import DomainError, Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.seasons import api
from dongxun.seasons.contracts import CreditTable, SeasonCard, SeasonRules, StudyMode, TopicRule
from dongxun.seasons.forms import (
    CourseForm,
    CreditForm,
    ModeForm,
    ParametersForm,
    SeasonForm,
    TaskForm,
    TopicForm,
    put_error,
    season_days,
)

PAGE_SIZE = 50
ROWS = ["GET", "POST"]


def _season(request: Request) -> SeasonCard:
    found = api.current_season(request.actor)
    if found is None:
        raise NotFound
    return found


def _refused(form: Form, error: DomainError) -> int:
    """Put a refusal into the form; forbidden and hidden things go on as they are."""
    if error.status not in {409, 422}:
        raise error
    put_error(form, error)
    return error.status


@access.holding(Role.OFFICE)
@require_http_methods(ROWS)
def new(request: Request) -> HttpResponse:
    """Set a season up: days, topics; everybody is enrolled when it starts."""
    form = SeasonForm(request.POST or None, initial=season_days(clock.today()))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = _create(request, form)
            except DomainError as error:
                status = _refused(form, error)
            else:
                messages.success(request, _("The season is set up and everybody takes part."))
                return redirect("seasons:settings_of", made.id)
    return render(request, "seasons/new.html", {"form": form}, status=status)


def _create(request: Request, form: SeasonForm) -> SeasonCard:
    tops = organisations.roots_of(request.actor)
    data = form.cleaned_data
    return api.set_up_season(
        by=request.actor,
        root_id=tops[0].id,
        name=data["name"],
        starts_on=data["starts_on"],
        ends_on=data["ends_on"],
        parameters={"season_hours": str(data["season_hours"])},
        topic_names=form.topic_names(),
    )


@access.console_required
@require_GET
def settings(request: Request) -> HttpResponse:
    """Lead to the settings of the season one speaks of."""
    return redirect("seasons:settings_of", _season(request).id)


@access.console_required
@require_http_methods(ROWS)
def settings_of(request: Request, season_id: UUID) -> HttpResponse:
    """Show and change the settings, with the credit table and the history."""
    season = api.season(season_id, by=request.actor)
    rules = api.rules(season_id)
    may = api.may_manage(season_id, by=request.actor)
    form = ParametersForm(request.POST or None, parameters=rules.parameters)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                api.edit_season(
                    by=request.actor,
                    season_id=season_id,
                    parameters=form.typed(),
                    reason=form.cleaned_data["reason"],
                )
            except DomainError as error:
                status = _refused(form, error)
            else:
                messages.success(request, _("Saved."))
                return redirect("seasons:settings_of", season_id)
    context = {
        "season": season,
        "seasons": api.seasons(by=request.actor),
        "rules": rules,
        "form": form,
        "may": may,
        "credit": _credit(rules),
        "versions": api.versions(season_id, by=request.actor),
        "as_of": clock.now(),
    }
    return render(request, "seasons/settings.html", context, status=status)


def _credit(rules: SeasonRules) -> list[dict[str, Any]]:
    labels = dict(api.credit_labels(rules.id))
    return [{"row": row, "label": labels.get(row.format, row.format)} for row in rules.credit]


@access.holding(Role.OFFICE)
@require_http_methods(ROWS)
def credit(request: Request, season_id: UUID, code: str) -> HttpResponse:
    """Change one row of the credit table."""
    season = api.season(season_id, by=request.actor)
    row = next((r for r in api.rules(season_id).credit if r.format == code), None)
    if row is None:
        raise NotFound
    initial = {
        "method": row.method,
        "hours": row.hours,
        "minutes_an_hour": row.minutes_an_hour,
        "steps": " ".join(f"{m}={h.normalize():f}" for m, h in row.steps),
    }
    form = CreditForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _save_credit(request, season_id, code, form)
            except DomainError as error:
                status = _refused(form, error)
            else:
                messages.success(request, _("Saved."))
                return redirect("seasons:settings_of", season_id)
    label = dict(api.credit_labels(season_id)).get(code, code)
    context = {"form": form, "season": season, "label": label}
    return render(request, "seasons/credit.html", context, status=status)


def _save_credit(request: Request, season_id: UUID, code: str, form: CreditForm) -> None:
    data = form.cleaned_data
    table = CreditTable(
        format=code,
        method=data["method"],
        hours=data["hours"] or Decimal(0),
        minutes_an_hour=data["minutes_an_hour"],
        steps=_steps(data["steps"]),
    )
    try:
        api.edit_season(
            by=request.actor, season_id=season_id, credit=[table], reason=data["reason"]
        )
    except Invalid as error:
        details = [(where.rpartition(".")[2], words) for where, words in error.details]
        raise Invalid(details=details) from error


def _steps(text: str) -> tuple[tuple[int, Decimal], ...]:
    try:
        pairs = [part.split("=") for part in text.split()]
        return tuple((int(minutes), Decimal(hours)) for minutes, hours in pairs)
    except (ValueError, InvalidOperation) as error:
        words = _("Least minutes = hours, for example 15=0.5 30=1")
        raise Invalid(details=[("steps", words)]) from error


@access.console_required
@require_GET
def topics(request: Request) -> HttpResponse:
    """Show the topics, what each is made of, and its plan line."""
    season = _season(request)
    rules = api.rules(season.id)
    found = api.courses(season.id)
    context = {
        "season": season,
        "rows": [(topic, found.get(topic.id, [])) for topic in rules.topics],
        "required": sum(topic.required for topic in rules.topics),
        "minutes": sum(topic.minutes for topic in rules.topics),
        "may": api.may_manage(season.id, by=request.actor),
        "today": clock.today(),
        "as_of": clock.now(),
    }
    return render(request, "seasons/topics.html", context)


def _topic(season_id: UUID, topic_id: UUID) -> TopicRule:
    for topic in api.rules(season_id).topics:
        if topic.id == topic_id:
            return topic
    raise NotFound


@access.holding(Role.OFFICE)
@require_http_methods(ROWS)
def topic(request: Request, season_id: UUID, topic_id: UUID | None = None) -> HttpResponse:
    """Add a topic, mid-season too, or change one."""
    season = api.season(season_id, by=request.actor)
    old = _topic(season_id, topic_id) if topic_id else None
    names = ("name", "short_name", "minutes", "opens_on", "due_on", "target", "required")
    initial = {name: getattr(old, name) for name in names} if old else {"opens_on": clock.today()}
    form = TopicForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                if old:
                    api.edit_topic(
                        by=request.actor, topic_id=old.id, line=form.line(), reason=reason
                    )
                else:
                    api.add_topic(
                        by=request.actor, season_id=season_id, line=form.line(), reason=reason
                    )
            except DomainError as error:
                status = _refused(form, error)
            else:
                messages.success(request, _("Saved."))
                return redirect("seasons:topics")
    context = {"form": form, "season": season, "topic": old}
    return render(request, "seasons/topic.html", context, status=status)


@access.holding(Role.OFFICE)
@require_http_methods(ROWS)
def course(request: Request, season_id: UUID, topic_id: UUID) -> HttpResponse:
    """Add a course to a topic."""
    season = api.season(season_id, by=request.actor)
    found = _topic(season_id, topic_id)
    form = CourseForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                api.write_course(by=request.actor, topic_id=topic_id, **form.cleaned_data)
            except DomainError as error:
                status = _refused(form, error)
            else:
                messages.success(request, _("Saved."))
                return redirect("seasons:topics")
    context = {"form": form, "season": season, "topic": found}
    return render(request, "seasons/course.html", context, status=status)


@access.organiser_required
@require_http_methods(ROWS)
def new_task(request: Request) -> HttpResponse:
    """Ask every organisation of a level below to hold a session of its own."""
    season = _season(request)
    form = TaskForm(request.POST or None)
    choices = [("", "—"), *((str(t.id), t.name) for t in api.rules(season.id).topics)]
    form.fields["topic_id"].choices = choices  # type: ignore[attr-defined]
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            topic_id = UUID(data.pop("topic_id")) if data["topic_id"] else None
            data.pop("topic_id", None)
            top = organisations.roots_of(request.actor)[0]
            try:
                api.add_cascade_task(
                    by=request.actor,
                    season_id=season.id,
                    organisation_id=top.id,
                    topic_id=topic_id,
                    activity_type="party_lecture" if data["is_first_lesson"] else "lecture",
                    **data,
                )
            except DomainError as error:
                status = _refused(form, error)
            else:
                messages.success(request, _("The task is set."))
                return redirect("activities:tasks")
    return render(request, "seasons/task.html", {"form": form, "season": season}, status=status)


@access.organiser_required
@require_GET
def participation(request: Request) -> HttpResponse:
    """Show who takes part and how, for a branch of the actor's subtree."""
    return _participation(request, ModeForm())


def _participation(request: Request, form: Form, status: int = 200) -> HttpResponse:
    season = _season(request)
    wanted = _ids([request.GET.get("unit", "")])
    tops = organisations.roots_of(request.actor)
    if not tops:
        raise NotFound
    unit = organisations.node_in_scope(wanted[0], by=request.actor) if wanted else tops[0]
    today = clock.today()
    found = api.standing_in(season.id, today, [unit.interval])
    mode = request.GET.get("mode", "")
    chosen = [p for p in found if mode in {"", p.mode} or (mode == "out" and p.excluded_reason)]
    page = Paginator(chosen, PAGE_SIZE).get_page(request.GET.get("page"))
    cards = people.cards([p.person_id for p in page.object_list], by=request.actor)
    context = {
        "season": season,
        "unit": unit,
        "units": [
            node for node in organisations.subtree(unit.interval) if node.parent_id == unit.id
        ],
        "page": page,
        "rows": [
            (cards[p.person_id], p, StudyMode(p.mode).label)
            for p in page.object_list
            if p.person_id in cards
        ],
        "counts": [
            (value, label, sum(p.mode == value for p in found))
            for value, label in StudyMode.choices
        ],
        "excluded": sum(bool(p.excluded_reason) for p in found),
        "total": len(found),
        "mode": mode,
        "form": form,
        "as_of": clock.now(),
    }
    return render(request, "seasons/participation.html", context, status=status)


def _ids(raw: list[str]) -> list[UUID]:
    found = []
    for text in raw:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@access.organiser_required
@require_POST
def change_participation(request: Request) -> HttpResponse:
    """Set the mode of chosen people, or take them out of the count with a reason."""
    season = _season(request)
    chosen = _ids(request.POST.getlist("person"))
    form = ModeForm(request.POST)
    if not chosen:
        form.add_error(None, _("Choose at least one person."))
        return _participation(request, form, 422)
    try:
        if "excluded" in request.POST:
            n = api.set_excluded(
                by=request.actor,
                season_id=season.id,
                person_ids=chosen,
                reason=request.POST.get("excluded", ""),
            )
        elif form.is_valid():
            n = api.set_mode(
                by=request.actor,
                season_id=season.id,
                person_ids=chosen,
                mode=StudyMode(form.cleaned_data["mode"]),
                reason=form.cleaned_data["reason"],
            )
        else:
            return _participation(request, form, 422)
    except DomainError as error:
        return _participation(request, form, _refused(form, error))
    messages.success(request, _("%(n)d changed.") % {"n": n})
    return redirect(f"{request.path.removesuffix('change/')}?unit={request.GET.get('unit', '')}")
