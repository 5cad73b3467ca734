"""A long job's page and how far it is; its owner's alone."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from dongxun.files.services.progress import job_card
from dongxun.kernel import jobs
from dongxun.kernel.errors import SignInNeeded
from dongxun.kernel.http import Request


def require_account(request: Request) -> None:
    """Send to the sign-in whoever is not signed in.

    Raises:
        SignInNeeded: nobody is.
    """
    if not request.actor.is_account:
        raise SignInNeeded


@require_GET
@never_cache
def job(request: Request, job_id: UUID) -> HttpResponse:
    """Show how far a job of one's own is."""
    require_account(request)
    row = jobs.get(job_id, by=request.actor)
    context = {"job": job_card(row), "url": reverse("files:job_status", args=[job_id])}
    return render(request, "files/job.html", context)


@require_GET
@never_cache
def job_status(request: Request, job_id: UUID) -> HttpResponse:
    """Answer with the job's bar, or with JSON for whoever asks for that."""
    require_account(request)
    card = job_card(jobs.get(job_id, by=request.actor))
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(card)
    context = {"job": card, "url": request.path}
    return render(request, "files/job.html#bar", context)


@require_POST
def cancel_job(request: Request, job_id: UUID) -> HttpResponse:
    """Ask a job of one's own to stop."""
    require_account(request)
    jobs.cancel(job_id, by=request.actor)
    return redirect("files:job", job_id)
