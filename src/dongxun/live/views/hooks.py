"""What the gateway (nginx) tells us and asks us, on this machine only."""

from collections.abc import Callable

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dongxun.kernel import secret
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.http import Request
from dongxun.live import gateway
from dongxun.live.services import encoders

SAYS: dict[str, Callable[..., None]] = {
    "publish": encoders.encoder_came,
    "update": encoders.encoder_is_there,
    "done": encoders.encoder_went,
}


@csrf_exempt
@require_POST
def told(request: Request, password: str, what: str) -> HttpResponse:
    """Take what the gateway says; its password is in the address, the stream key in the form.

    Raises:
        NotFound: another password, or nothing of the kind; both read alike.
    """
    if not secret.same(password, gateway.password()):
        raise NotFound
    said = request.POST
    if said.get("call") == "update_play":  # the sound is taken from the picture, on this machine
        return HttpResponse("ok", content_type="text/plain")
    key = said.get("name", "")
    try:
        if what == "record":
            encoders.recording_lies_there(key=key, path=said.get("path", ""))
        elif what in SAYS:
            SAYS[what](key=key, client=said.get("clientid", "")[:40])
        else:
            raise NotFound
    except Conflict:
        return HttpResponse("no", content_type="text/plain", status=409)
    return HttpResponse("ok", content_type="text/plain")
