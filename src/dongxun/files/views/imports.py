"""The import wizard: choose a file, match columns, look through, import, take back."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.files import queries
from dongxun.files.contracts import BatchState
from dongxun.files.forms import UploadForm
from dongxun.files.models import ImportBatch
from dongxun.files.registry import importer_of, kinds
from dongxun.files.services import bad_rows, batches, blank, uploads
from dongxun.files.services.progress import job_card
from dongxun.files.views import present, review
from dongxun.files.views.jobs import require_account
from dongxun.files.workbook.writing import MIME
from dongxun.kernel import clock, jobs, rules
from dongxun.kernel.errors import DomainError, Invalid, NotFound
from dongxun.kernel.http import Request

STEPS = ("choose", "match", "check", "import")


def step_names() -> list[str]:
    """Return the names of the wizard's steps."""
    return [_("Choose a file"), _("Match columns"), _("Check"), _("Import")]


def frame(batch: ImportBatch, step: int, **context: Any) -> dict[str, Any]:
    """Return what every page of an import shows."""
    importer = importer_of(batch.kind)
    shared = {"batch": batch, "importer": importer, "steps": step_names(), "step": step}
    shared["again_url"] = _again(batch)
    return shared | {"nav": "people"} | context


def _again(batch: ImportBatch) -> str:
    """Return where another file of the same kind, unit and season is chosen."""
    given = batch.options | {"organisation": batch.organisation_id, "season": batch.season_id}
    query = urlencode({name: key for name, key in given.items() if key})
    return f"{reverse('files:new_import', args=[batch.kind])}?{query}"


@require_GET
def imports(request: Request) -> HttpResponse:
    """List one's own imports."""
    require_account(request)
    found = queries.batches(by=request.actor, limit=50)
    rows = [(batch, importer_of(batch.kind)) for batch in found]
    return render(request, "files/imports.html", {"rows": rows, "starts": _starts(request)})


def _starts(request: Request) -> list[tuple[str, str]]:
    """Return what the actor may bring in, with the address where a file is chosen."""
    found = []
    for importer in map(importer_of, kinds()):
        place = _where(request, importer.rule).get("organisation")
        if rules.allows(importer.rule, request.actor, place):
            url = reverse("files:new_import", args=[importer.kind])
            found.append((str(importer.title), url))
    return found


@require_http_methods(["GET", "POST"])
def new_import(request: Request, kind: str) -> HttpResponse:
    """Choose a file; a refused one is told on the same page, with what to do instead."""
    require_account(request)
    importer = importer_of(kind)
    asks = importer.asks(request.actor)
    context: dict[str, Any] = {"importer": importer, "steps": step_names(), "step": 1}
    context["lacking"] = [ask for ask in asks if not ask.choices]
    if request.method == "GET":
        where = _where(request, importer.rule)
        rules.require(importer.rule, request.actor, where.get("organisation"))
        where |= {f"ask_{ask.key}": request.GET.get(ask.key, "") for ask in asks}
        form = UploadForm(initial=where, asks=asks)
        return render(request, "files/new_import.html", context | {"form": form})
    form = UploadForm(request.POST, request.FILES, asks=asks)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            batch = uploads.open_import(
                by=request.actor,
                kind=kind,
                name=sent.name or "",
                pieces=sent.chunks(),
                organisation_id=form.cleaned_data["organisation"],
                season_id=form.cleaned_data["season"],
                options=form.options(),
            )
        except Invalid as refusal:
            form.add_error("file", _with_place(refusal))
        else:
            return redirect("files:import", batch.id)
    return render(request, "files/new_import.html", context | {"form": form}, status=422)


def _where(request: Request, rule: str) -> dict[str, Any]:
    """Return organisation and season of the address; without one, the actor's own where allowed."""
    asked = UploadForm(request.GET.dict())
    asked.is_valid()
    where = {key: asked.cleaned_data.get(key) for key in ("organisation", "season")}
    if not where["organisation"]:
        own = (grant.organisation_id for grant in request.actor.grants)
        allowed = (place for place in own if rules.allows(rule, request.actor, place))
        where["organisation"] = next(allowed, None)
    return where


def _with_place(refusal: DomainError) -> str:
    if refusal.where and len(refusal.where) < 20:
        return _("%(where)s: %(message)s") % {"where": refusal.where, "message": refusal}
    return str(refusal)


@require_GET
def blank_workbook(request: Request, kind: str) -> HttpResponse:
    """Hand out an empty workbook whose header the importer knows."""
    require_account(request)
    name, body = blank.blank_workbook(importer_of(kind))
    return _download(name, body)


def _download(name: str, body: bytes, content_type: str = MIME) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = _attachment(name)
    return response


def _attachment(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


@require_GET
@never_cache
def import_(request: Request, batch_id: UUID) -> HttpResponse:
    """Show an import at the step where it stands."""
    require_account(request)
    batch = queries.batch(batch_id, by=request.actor)
    busy = {BatchState.CHECKING: 3, BatchState.IMPORTING: 4, BatchState.UNDOING: 4}
    state = BatchState(batch.state)
    if state in busy and not batches.is_over(batch):
        return _at_work(request, batch, busy[state])
    is_back = state == BatchState.CHECKED and request.GET.get("step") == "columns"
    if is_back or state in {BatchState.UPLOADED, BatchState.FAILED, BatchState.CHECKING}:
        return _match_page(request, batch)
    if state in {BatchState.CHECKED, BatchState.IMPORTING}:
        return review.page(request, batch, frame(batch, 3, stopped=_stopped(request, batch)))
    return _done_page(request, batch)


def _at_work(request: Request, batch: ImportBatch, step: int) -> HttpResponse:
    job = jobs.get(batch.job_id or batch.id, by=request.actor)
    url = reverse("files:job_status", args=[job.id])
    return render(request, "files/at_work.html", frame(batch, step, job=job_card(job), url=url))


def _stopped(request: Request, batch: ImportBatch) -> str:
    """Return why the last job of the batch stopped before its end, empty if it did not."""
    if batch.state not in {BatchState.CHECKING, BatchState.IMPORTING, BatchState.UNDOING}:
        return batch.error
    card = job_card(jobs.get(batch.job_id or batch.id, by=request.actor))
    return str(card["message"]) or _("It stopped before its end.")


def _match_page(
    request: Request, batch: ImportBatch, refusal: Invalid | None = None
) -> HttpResponse:
    given = importer_of(batch.kind).given(batches.context_of(batch, request.actor))
    context = frame(
        batch,
        2,
        sheets=present.sheet_matches(batch, given),
        refusal=refusal,
        stopped="" if refusal else _stopped(request, batch),
        total=sum(about["rows"] for about in batch.mapping["sheets"]),
        given=given,
        is_back=batch.state == BatchState.CHECKED,
    )
    return render(request, "files/match.html", context, status=422 if refusal else 200)


@require_POST
def match_columns(request: Request, batch_id: UUID) -> HttpResponse:
    """Take the columns as matched, and begin to check; or another row as the header."""
    require_account(request)
    batch = queries.batch(batch_id, by=request.actor)
    again = request.POST.get("again", "")
    try:
        if again:
            sheet, row = _numbers(again, request.POST)
            batches.look_again(by=request.actor, batch_id=batch_id, sheet=sheet, row=row)
        else:
            choices = _sheet_choices(batch, request.POST)
            batches.match_columns(by=request.actor, batch_id=batch_id, sheets=choices)
    except Invalid as refusal:
        _keep_typed(batch, request.POST)
        return _match_page(request, batch, refusal)
    return redirect("files:import", batch_id)


def _numbers(again: str, posted: QueryDict) -> tuple[int, int]:
    row = posted.get(f"header-{again}", "")
    if not (again.isdecimal() and row.isdecimal()):
        raise Invalid(where=f"header-{again}")
    return int(again), int(row)


def _sheet_choices(batch: ImportBatch, posted: QueryDict) -> dict[int, batches.SheetChoice]:
    choices = {}
    for about in batch.mapping["sheets"]:
        index = about["index"]
        prefix = f"column-{index}-"
        columns = {
            int(name.removeprefix(prefix)): str(posted[name])
            for name in posted
            if name.startswith(prefix) and name.removeprefix(prefix).isdecimal()
        }
        use = posted.get(f"use-{index}") == "1"
        choices[index] = batches.SheetChoice(use=use, columns=columns)
    return choices


def _keep_typed(batch: ImportBatch, posted: QueryDict) -> None:
    """Put what was chosen into the batch in memory, so that the page shows it again."""
    for about in batch.mapping["sheets"]:
        choice = _sheet_choices(batch, posted)[about["index"]]
        about["use"] = choice.use
        if choice.columns:
            about["columns"] = {str(at): key for at, key in choice.columns.items() if key}


@require_POST
def apply(request: Request, batch_id: UUID) -> HttpResponse:
    """Have the good rows go in."""
    require_account(request)
    batches.apply(by=request.actor, batch_id=batch_id)
    return redirect("files:import", batch_id)


@require_POST
def undo(request: Request, batch_id: UUID) -> HttpResponse:
    """Have an import taken back."""
    require_account(request)
    batches.undo(by=request.actor, batch_id=batch_id)
    return redirect("files:import", batch_id)


@require_POST
def discard(request: Request, batch_id: UUID) -> HttpResponse:
    """Throw an import away that has not written anything."""
    require_account(request)
    batches.discard(by=request.actor, batch_id=batch_id)
    messages.success(request, _("Thrown away. Nothing was written."))
    return redirect("files:imports")


@require_GET
def bad_rows_workbook(request: Request, batch_id: UUID) -> HttpResponse:
    """Hand out the bad rows as a workbook that can be sent in again."""
    require_account(request)
    name, body = bad_rows.bad_rows_workbook(by=request.actor, batch_id=batch_id)
    return _download(name, body)


def _done_page(request: Request, batch: ImportBatch) -> HttpResponse:
    may_undo = bool(
        batch.state in {BatchState.DONE, BatchState.UNDOING}
        and batch.undo_until
        and batch.undo_until > clock.now()
    )
    context = frame(
        batch,
        5,
        may_undo=may_undo,
        kept=queries.kept(batch),
        stopped=_stopped(request, batch) if batch.state == BatchState.UNDOING else "",
    )
    return render(request, "files/done.html", context)


@require_GET
def download(request: Request, export_id: UUID) -> HttpResponse:
    """Hand out an export; each time is logged."""
    from django.http import StreamingHttpResponse

    from dongxun.files.services.exports import open_export

    require_account(request)
    export, pieces = open_export(by=request.actor, export_id=export_id)
    try:
        first = next(pieces, b"")
    except FileNotFoundError:
        raise NotFound from None
    response = StreamingHttpResponse(_then(first, pieces), content_type=export.content_type)
    response["Content-Disposition"] = _attachment(export.name)
    response["Content-Length"] = str(export.size)
    return response  # type: ignore[return-value]


def _then(first: bytes, rest: Any) -> Any:
    yield first
    yield from rest
