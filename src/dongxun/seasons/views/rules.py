"""What decides a person's standing: settings, hours owed, what time is worth."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dongxun.access import api as access
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.seasons import api
from dongxun.seasons.contracts import CreditTable, SeasonRules
from dongxun.seasons.forms.season import (
    CreditForm,
    OwnCreditForm,
    ParametersForm,
    RemoveForm,
    RequirementsForm,
)
from dongxun.seasons.parameters import USUAL_FORMATS, WRITTEN_BY_ROOMS
from dongxun.seasons.views.season import page
from dongxun.seasons.views.shared import asking_why, managed, saved


@access.console_required
@require_http_methods(BOTH)
def settings_of(request: Request, season_id: UUID) -> HttpResponse:
    """Show and change the settings."""
    season = api.season(season_id, by=request.actor)
    parameters = api.rules(season_id).parameters
    form = asking_why(ParametersForm(sent(request), parameters=parameters), season)
    status = attempt(
        form,
        lambda: api.edit_season(
            by=request.actor,
            season_id=season_id,
            parameters=form.typed(),
            reason=form.cleaned_data["reason"],
        ),
    )
    if status == DONE:
        messages.success(request, saved())
        return redirect("seasons:settings_of", season_id)
    context = page(request, season, "settings") | {"form": form}
    return render(request, "seasons/settings.html", context, status=status)


@access.console_required
@require_http_methods(BOTH)
def requirements(request: Request, season_id: UUID) -> HttpResponse:
    """Show and change what each category owes."""
    season = api.season(season_id, by=request.actor)
    rules = api.rules(season_id)
    form = asking_why(RequirementsForm(sent(request), rules=rules), season)
    status = attempt(
        form,
        lambda: api.set_requirements(
            by=request.actor,
            season_id=season_id,
            lines=form.lines(),
            reason=form.cleaned_data["reason"],
        ),
    )
    if status == DONE:
        messages.success(request, _("Saved. The figures follow within minutes."))
        return redirect("seasons:requirements", season_id)
    context = page(request, season, "requirements") | {
        "form": form,
        "rules": rules,
        "required": [topic for topic in rules.topics if topic.required],
    }
    return render(request, "seasons/requirements.html", context, status=status)


@access.console_required
@require_GET
def credit_table(request: Request, season_id: UUID) -> HttpResponse:
    """Show what time is worth."""
    season = api.season(season_id, by=request.actor)
    context = page(request, season, "credit") | {"credit": _credit(api.rules(season_id))}
    return render(request, "seasons/credit_table.html", context)


def _credit(rules: SeasonRules) -> list[dict[str, Any]]:
    labels = dict(api.credit_labels(rules.id))
    return [
        {
            "row": row,
            "label": labels.get(row.format, row.format),
            "may_go": row.format not in WRITTEN_BY_ROOMS,
        }
        for row in rules.credit
    ]


@access.holding(Role.OFFICE)
@require_http_methods(BOTH)
def new_credit(request: Request, season_id: UUID) -> HttpResponse:
    """Add a way of learning to the credit table."""
    season = managed(request, season_id)
    form = asking_why(OwnCreditForm(sent(request)), season)
    status = attempt(form, lambda: _save_own(request, season_id, "", form))
    if status == DONE:
        messages.success(request, saved())
        return redirect("seasons:credit_table", season_id)
    context = {"form": form, "season": season}
    return render(request, "seasons/new_credit.html", context, status=status)


@access.holding(Role.OFFICE)
@require_http_methods(BOTH)
def credit(request: Request, season_id: UUID, code: str) -> HttpResponse:
    """Change one row of the credit table; one that was added has names to change, too."""
    season = managed(request, season_id)
    row = _row(season_id, code)
    initial = {
        "method": row.method,
        "hours": row.hours,
        "minutes_an_hour": row.minutes_an_hour,
        "steps": " ".join(f"{m}={h.normalize():f}" for m, h in row.steps),
    }
    form: CreditForm
    if code in USUAL_FORMATS:
        form = asking_why(CreditForm(sent(request), initial=initial), season)
        status = attempt(form, lambda: _save_credit(request, season_id, code, form))
    else:
        names = zip(("label_zh", "label_en"), api.credit_names(season_id, code), strict=True)
        form = asking_why(OwnCreditForm(sent(request), initial=initial | dict(names)), season)
        status = attempt(form, lambda: _save_own(request, season_id, code, form))
    if status == DONE:
        messages.success(request, saved())
        return redirect("seasons:credit_table", season_id)
    context = {"form": form, "season": season, "label": _label(season_id, code)}
    return render(request, "seasons/credit.html", context, status=status)


@access.holding(Role.OFFICE)
@require_http_methods(BOTH)
def remove_credit(request: Request, season_id: UUID, code: str) -> HttpResponse:
    """Say what counts by a row of the credit table; take it out when nothing does."""
    season = managed(request, season_id)
    _row(season_id, code)
    label = _label(season_id, code)
    form = asking_why(RemoveForm(sent(request)), season)
    status = attempt(
        form,
        lambda: api.remove_credit_row(
            by=request.actor,
            season_id=season_id,
            code=code,
            reason=form.cleaned_data["reason"],
        ),
    )
    if status == DONE:
        messages.success(request, _("“%(name)s” is taken out.") % {"name": label})
        return redirect("seasons:credit_table", season_id)
    context = page(request, season, "credit") | {
        "form": form,
        "label": label,
        "code": code,
        "uses": api.credit_uses(season_id, code),
    }
    return render(request, "seasons/remove_credit.html", context, status=status)


def _row(season_id: UUID, code: str) -> CreditTable:
    for row in api.rules(season_id).credit:
        if row.format == code:
            return row
    raise NotFound


def _label(season_id: UUID, code: str) -> str:
    return dict(api.credit_labels(season_id)).get(code, code)


def _table(form: CreditForm, code: str) -> CreditTable:
    data = form.cleaned_data
    return CreditTable(
        format=code,
        method=data["method"],
        hours=data["hours"] or Decimal(0),
        minutes_an_hour=data["minutes_an_hour"],
        steps=_steps(data["steps"]),
    )


def _save_own(request: Request, season_id: UUID, code: str, form: CreditForm) -> None:
    data = form.cleaned_data
    api.write_credit_row(
        by=request.actor,
        season_id=season_id,
        table=_table(form, code),
        label_zh=data["label_zh"],
        label_en=data["label_en"],
        reason=data["reason"],
    )


def _save_credit(request: Request, season_id: UUID, code: str, form: CreditForm) -> None:
    table, reason = _table(form, code), form.cleaned_data["reason"]
    try:
        api.edit_season(by=request.actor, season_id=season_id, credit=[table], reason=reason)
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
