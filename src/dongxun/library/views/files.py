"""What phones play: whole, or the part they ask for."""

from uuid import UUID

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.library.queries.learning import media_to_play
from dongxun.library.services.media import folder_of

TYPES = {
    "m4a": "audio/mp4",
    "jpg": "image/jpeg",
    "m3u8": "application/vnd.apple.mpegurl",
    "ts": "video/mp2t",
}
A_WEEK_S = 7 * 24 * 3600


@require_safe
def play(request: Request, media_id: UUID, name: str) -> HttpResponseBase:
    """Serve one of the files made of a medium, or the range of bytes asked for (206).

    Raises:
        NotFound: it is in no lesson of this phone, or has no such part.
    """
    media_to_play(media_id, by=request.actor)
    folder, kind = folder_of(media_id), TYPES.get(name.rpartition(".")[2])
    path = folder / name
    if kind is None or "/" in name or path.parent != folder or not path.is_file():
        raise NotFound
    headers = [("Content-Type", kind), ("Cache-Control", f"private, max-age={A_WEEK_S}, immutable")]
    answer: HttpResponseBase = WhiteNoiseMiddleware.serve(StaticFile(str(path), headers), request)
    return answer
