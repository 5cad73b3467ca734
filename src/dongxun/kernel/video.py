"""Video that nginx hands out by itself, so that a list or a piece costs the pages nothing.

On by ``DONGXUN_VIDEO``, while nginx answers on its port; else the rooms' own addresses serve.
An address is ``/video/<kind>/<id>/<until>/<seal>/<name>``. The seal opens one folder until then,
whatever the name, so what lies there may name its neighbours: lists their pieces, a ladder its rungs.
nginx's seal is MD5 of a text that ends with a secret, so nothing can be hung on to it.
"""

import base64
import hashlib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from dongxun.kernel import secret

ASKED_S = 5
"""Whether nginx answers is asked so often at most."""
HOUR_S = 3600
NEVER, A_WEEK = "no-store", "private, max-age=604800, immutable"


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of folder that nginx hands out.

    Args:
        names: which files, as an expression; what it captures stands in ``path`` as well.
        path: where they lie, with ``$id`` (32 hex digits), ``$shelf`` (its last two), ``$name``.
        keep: what browsers may keep of them.
    """

    kind: str
    names: str
    path: Callable[[], str]
    keep: str


_offers: dict[str, Offer] = {}


def offer(kind: str, *, names: str, path: Callable[[], str], keep: str) -> None:
    """Let nginx hand out the folders of a room, to whoever shows a sealed address."""
    _offers[kind] = Offer(kind, names, path, keep)


def port() -> int:
    """Return on which port of this machine nginx hands video out, 0 where it is not to."""
    return int(settings.VIDEO.rpartition(":")[2] or 0)


def listens(number: int) -> bool:
    """Return whether something answers on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(0.3)
        return probe.connect_ex(("127.0.0.1", number)) == 0


def is_handed_out() -> bool:
    """Return whether nginx is to hand video out, and is there."""
    if not port():
        return False
    at = f"video:{port()}"
    known: bool | None = cache.get(at)
    if known is None:
        known = listens(port())
        cache.set(at, known, ASKED_S)
    return known


def address(kind: str, object_id: UUID, *, seconds: int) -> str:
    """Return where a folder is handed out for so many seconds, up to an hour more; ends with ``/``.

    It begins with ``:`` and a port where that is another port of the pages' own host. Within an
    hour it stays the same, so a browser finds again what it kept.
    """
    until = (int(time.time()) + seconds) // HOUR_S * HOUR_S + HOUR_S
    what = f"{kind}/{object_id.hex}"
    raw = hashlib.md5(f"{until} {what} {_key()}".encode(), usedforsecurity=False).digest()
    seal = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    host = settings.VIDEO if settings.VIDEO.startswith(":") else ""
    return f"{host}/video/{what}/{until}/{seal}/"


def _key() -> str:
    return secret.keyed_hash("nginx", "kernel.video")


_SERVER = """\
  server_tokens off; sendfile on; tcp_nopush on;
  types {{ application/vnd.apple.mpegurl m3u8; video/mp2t ts; }}
  server {{
    listen {listen} backlog=4096;
    {certificate}
    location / {{ return 403; }}
{locations}
  }}
"""
_LOCATION = """\
    location ~ "^/video/{kind}/(?<id>[0-9a-f]{{30}}(?<shelf>[0-9a-f]{{2}}))/(?<until>[0-9]{{1,12}})/(?<seal>[A-Za-z0-9_-]{{22}})/{names}$" {{
      secure_link $seal,$until;
      secure_link_md5 "$until {kind}/$id {key}";
      if ($secure_link != "1") {{ return 403; }}
      alias "{path}";
      add_header Cache-Control "{keep}";
      add_header X-Content-Type-Options nosniff;
      add_header Access-Control-Allow-Origin "*" always;
    }}"""


def server(listen: str, *, certificate: str = "", key: str = "") -> str:
    """Return what nginx is told of all that is handed out; for its ``http`` block.

    Whoever reads it can make addresses: it holds the secret. ``certificate`` and ``key`` are
    files; without them it speaks plain http.
    """
    tls = f"ssl_certificate {certificate}; ssl_certificate_key {key};" if certificate else ""
    locations = [
        _LOCATION.format(kind=one.kind, names=one.names, path=one.path(), keep=one.keep, key=_key())
        for one in _offers.values()
    ]
    return _SERVER.format(
        listen=f"{listen} ssl" if certificate else listen,
        certificate=tls,
        locations="\n".join(locations),
    )
