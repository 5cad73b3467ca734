"""设置 › 操作记录: who did what, where and when."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from dongxun.access import throttle
from dongxun.access.forms import AuditForm
from dongxun.access.guards import signed_in
from dongxun.access.queries import audit as queries
from dongxun.access.services.audit_export import export_audit
from dongxun.kernel import audit, clock
from dongxun.kernel.http import Request
from dongxun.kernel.models import AuditEntry
from dongxun.organisations import api as organisations

PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAYS_AT_FIRST = 7


def _wanted(form: AuditForm) -> queries.AuditFilter:
    typed = form.cleaned_data if form.is_valid() else {}
    return queries.AuditFilter(
        action=typed.get("action", "").strip(),
        actor=typed.get("actor", "").strip(),
        first=typed.get("first"),
        last=typed.get("last"),
        organisation_id=typed.get("organisation"),
    )


@signed_in
@never_cache
def audit_log(request: Request) -> HttpResponse:
    """List the rows that fit the filter, newest first; at first those of the last week."""
    asked = request.GET.copy()
    if not asked:
        asked["first"] = (clock.today() - timedelta(days=DAYS_AT_FIRST)).isoformat()
    form = AuditForm(asked)
    wanted = _wanted(form)
    found = queries.entries(request.actor, wanted)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "title": _("Audit log"),
        "form": form,
        "page": page,
        "rows": _rows(list(page.object_list)),
        "unit": organisations.node(wanted.organisation_id) if wanted.organisation_id else None,
        "as_of": clock.now(),
    }
    return render(request, "access/audit.html", context, status=200 if form.is_valid() else 422)


def _rows(entries: list[AuditEntry]) -> list[dict[str, Any]]:
    """Return rows in words, with the names of their units and of what they are about."""
    units = organisations.nodes({e.organisation_id for e in entries if e.organisation_id})
    names = queries.names_of(entries)
    no_id = UUID(int=0)
    return [
        {
            "entry": entry,
            "who": queries.who(entry),
            "unit": units.get(entry.organisation_id or no_id),
            "act": queries.sentence(entry, names),
            "thing": audit.thing(entry.subject_kind),
            "subject": names.get(entry.subject_id or no_id, ""),
        }
        for entry in entries
    ]


@signed_in
@require_POST
def export(request: Request) -> HttpResponse:
    """Hand the rows that fit out as a workbook; this is logged as well."""
    throttle.throttle(f"export:{request.actor.id}", limit=6, window_s=3600)
    form = AuditForm(request.POST)
    book = export_audit(by=request.actor, wanted=_wanted(form))
    name = f"audit-{clock.today():%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(book, content_type=XLSX, headers=headers)
