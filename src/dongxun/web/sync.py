"""POST /sync: the door for everything that waited on a phone."""

import json

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from dongxun.kernel import sync
from dongxun.kernel.actors import ActorKind
from dongxun.kernel.errors import Invalid, SignInNeeded
from dongxun.kernel.http import Request

REASONS = {
    "person_not_expected": _lazy("Not expected at this session. Enter them as a walk-in."),
    "outside_window": _lazy("Check-in was not open at that time."),
    "session_cancelled": _lazy("This session was cancelled."),
    "reason_missing": _lazy("Say why somebody else entered this."),
    "not_found": _lazy("This session is not yours to see."),
    "not_allowed": _lazy("You may not take this roll."),
    "malformed": _lazy("This is not what a phone sends."),
    "unknown_kind": _lazy("This is not what a phone sends."),
    "same_id_other_body": _lazy("Sent before with other content; a person has to look at it."),
}


@require_POST
def receive(request: Request) -> JsonResponse:
    """Answer each item: stored, duplicate, merged, conflict or rejected with a reason.

    Raises:
        SignInNeeded: nobody stands behind the phone any more; it keeps its items.
        Invalid: the body is not what a phone sends.
    """
    if request.actor.kind is ActorKind.PUBLIC:
        raise SignInNeeded
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Invalid(_("This is not what a phone sends."), where="body") from error
    device = str(body.get("device", "")) if isinstance(body, dict) else ""
    answers = sync.receive(sync.parse(body), by=request.actor, device=device)
    return JsonResponse(
        {
            "results": [
                {
                    "id": str(a.id),
                    "answer": a.answer,
                    "reason": a.reason,
                    "message": str(REASONS.get(a.reason, "")),
                }
                for a in answers
            ]
        }
    )
