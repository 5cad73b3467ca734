"""nginx with its RTMP module as the gateway of encoders: is it here, how is it set up, what it made.

The encoder shows its stream key as the name of the stream; nginx asks us about it, cuts the
picture into pieces (HLS), keeps a recording, and makes a second stream of the sound alone.
"""

import glob
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from dongxun.kernel import secret, video

MODULE = "ngx_rtmp_module.so"
MODULES = ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules")
PIECE_S = 2
LIST_S = 20
MOST_MB = 4096
"""A recording ends here, so that a stream without end fills no disk."""
CUT_MINUTES = 30
"""A recording is cut here and goes on in another file, so a long class loses at most one."""
UPDATE_S = 10
PATIENCE_S = 30
"""Pages may take so long to answer nginx before it lets the camera go."""
STANDS_S = 20
"""A camera makes a whole picture every ten seconds at least, so a piece is never longer in coming."""
KEPT_DAYS = 30
"""A recording lies here so long; by then it is in the library, or nobody wants it."""
KIND, LIST = "live", "index.m3u8"
"""What nginx calls our folders, and the list of pieces in each."""
VIEWS = {"video": "hls", "sound": "sound"}
"""What viewers ask for, and the folder in which nginx keeps a folder of it for each key."""
MOST_LINES, MOST_FILES = 20_000, 65_536
"""Connections and open files of nginx where it hands the picture out; elsewhere encoders only."""
_PIECE = re.compile(r"#EXTINF:([\d.]+),\s*\n([\w-]+\.ts)")


def folder() -> Path:
    """Return where pictures and recordings lie."""
    return Path(settings.VAR) / "live"


def module() -> str:
    """Return the path of nginx's RTMP module, empty when it or nginx is not installed."""
    if not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()):
        return ""
    found = (Path(place) / MODULE for place in MODULES)
    return next((str(path) for path in found if path.exists()), "")


def is_listening(port: int = 0) -> bool:
    """Return whether something takes streams on the gateway's port here."""
    return video.listens(port or settings.RTMP_PORT)


def password() -> str:
    """Return what our own gateway shows when it tells us something."""
    return secret.keyed_hash("gateway", "live.gateway")


_SHAPE = """\
load_module {module};
daemon off;
{user}
pid {place}/nginx.pid;
error_log {place}/nginx.log warn;
worker_processes 1;
worker_rlimit_nofile {files};
events {{ worker_connections {lines}; }}
rtmp {{
  access_log off;
  server {{
    listen {listen};
    max_message 4M; netcall_timeout {patience}s;
    application live {{
      live on; allow play 127.0.0.1; deny play all;
      drop_idle_publisher {update}s;
      {hls} hls_continuous on; hls_path {place}/hls;
      record all; record_path {place}/recordings; record_unique on; record_max_size {most}M; record_interval {cut}m;
      on_publish {hook}publish; on_publish_done {hook}done; on_record_done {hook}record;
      on_update {update_hook}; notify_update_timeout {update}s; notify_update_strict on;
      {sound}
    }}
    application sound {{
      live on; allow publish 127.0.0.1; deny publish all; deny play all;
      {hls} hls_path {place}/sound;
    }}
  }}
}}
http {{
  access_log off; {temporary}
{aside}{video}}}
"""
_ASIDE = """\
  server {{ # what pages that are away, slow or cannot write would say: the camera may go on
    listen 127.0.0.1:{aside};
    location = /{password}/update {{
      proxy_pass {hook}update;
      proxy_read_timeout {patience}s; proxy_intercept_errors on;
      error_page 500 502 503 504 =200 @on;
    }}
    location @on {{ return 200; }}
  }}
"""
_SOUND = (
    "exec_push {ffmpeg} -v error -i rtmp://127.0.0.1:{port}/live/$name -vn -c:a copy"
    " -f flv rtmp://127.0.0.1:{port}/sound/$name;"
)
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def configuration(*, listen: str, pages: str, aside: int = 0, handed_out: str = "") -> str:
    """Return nginx's configuration.

    Args:
        listen: address and port for encoders.
        pages: where the pages answer on this machine, ``http://127.0.0.1:8000``.
        aside: a port of this machine by which nginx asks whether a camera may go on, so that it
            does while pages are started anew; 0: it asks them, and lets it go.
        handed_out: what ``video.server`` says, empty where pages hand the picture out themselves.
    """
    place, ffmpeg = folder().resolve(), shutil.which("ffmpeg")
    port = listen.rpartition(":")[2]
    hook = f"{pages}/live/gateway/{password()}/"
    hls = f"hls on; hls_nested on; hls_fragment {PIECE_S}s; hls_playlist_length {LIST_S}s;"
    return _SHAPE.format(
        module=module(),
        user="user root;" if os.geteuid() == 0 else "",
        place=place,
        listen=listen,
        lines=MOST_LINES if handed_out else 512,
        files=MOST_FILES if handed_out else 2048,
        update=UPDATE_S,
        patience=PATIENCE_S,
        most=MOST_MB,
        cut=CUT_MINUTES,
        hook=hook,
        update_hook=f"http://127.0.0.1:{aside}/{password()}/update" if aside else f"{hook}update",
        aside=_ASIDE.format(aside=aside, hook=hook, password=password(), patience=PATIENCE_S // 2)
        if aside
        else "",
        hls=f"{hls} hls_cleanup on;",
        sound=_SOUND.format(ffmpeg=ffmpeg, port=port) if ffmpeg else "",
        temporary=" ".join(f"{name}_temp_path {place / name};" for name in _TEMPORARY),
        video=handed_out,
    )


def prepare(*, listen: str, pages: str, aside: int = 0, handed_out: str = "") -> Path:
    """Write the configuration and make the folders; return where it lies."""
    place = folder()
    for name in ("hls", "sound", "recordings", "shown"):
        (place / name).mkdir(parents=True, exist_ok=True)
    path = place / "nginx.conf"
    path.touch(mode=0o600)
    path.chmod(0o600)
    words = configuration(listen=listen, pages=pages, aside=aside, handed_out=handed_out)
    path.write_text(words, encoding="utf-8")
    return path.resolve()


def shown_at() -> str:
    """Return where nginx finds what it hands out of a class: by its session, never by its key."""
    return f"{folder().resolve()}/shown/$view-$id/$name"


def show(session_id: UUID, key: str) -> bool:
    """Let nginx hand out the picture and the sound of a class; safe to repeat.

    Return False where this cannot be noted here: pages hand it out themselves then.
    """
    try:
        for view, lies in VIEWS.items():
            link, target = _link(view, session_id), Path("..") / lies / key
            if not link.is_symlink() or link.readlink() != target:
                link.parent.mkdir(parents=True, exist_ok=True)
                fresh = link.with_name(f"{link.name}.{secrets.token_hex(4)}")
                fresh.symlink_to(target)
                fresh.replace(link)
    except OSError:
        return False
    return True


def hide(session_id: UUID) -> None:
    """Let nginx hand nothing of a class out any more. Safe to repeat."""
    for view in VIEWS:
        with suppress(OSError):
            _link(view, session_id).unlink()


def _link(view: str, session_id: UUID) -> Path:
    return folder() / "shown" / f"{view}-{session_id.hex}"


def recordings_of(key: str, *, since: datetime) -> list[Path]:
    """Return the recordings of a stream that were written to after a moment and hold anything."""
    lie = (folder() / "recordings").glob(f"{glob.escape(key)}-*.flv")
    return [path for path in lie if _size(path) and _written(path) >= since.timestamp()]


def written_before(moment: datetime) -> list[tuple[str, Path]]:
    """Return the recordings that were last written to before a moment, each with its stream's key."""
    lie = (folder() / "recordings").glob("*-*.flv")
    old = (path for path in lie if 0 < _written(path) < moment.timestamp())
    return [(path.name.rpartition("-")[0], path) for path in old]


def _written(path: Path) -> float:
    """Return when a file was written to; 0 when it was taken away meanwhile."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def forget_old() -> None:
    """Remove recordings that have lain here long enough."""
    before = time.time() - KEPT_DAYS * 24 * 3600
    for path in (folder() / "recordings").glob("*"):
        with suppress(OSError):
            if path.stat().st_mtime < before:
                path.unlink()


def playlist(key: str, *, sound: bool = False) -> str:
    """Return the list of pieces as viewers get it; empty when there is none."""
    try:
        return (_pieces(key, sound=sound) / LIST).read_text(encoding="utf-8")
    except OSError:
        return ""


def standing_s(key: str) -> int:
    """Return for how long nginx has written no piece of a camera, in seconds; 0 while it does."""
    at = _written(_pieces(key, sound=False) / LIST)
    seconds = int(time.time() - at) if at else 0
    return seconds if seconds > STANDS_S else 0


def piece(key: str, name: str, *, sound: bool = False) -> Path | None:
    """Return where a piece lies that viewers ask for as ``7.ts``."""
    if not re.fullmatch(r"[0-9]{1,9}\.ts", name):
        return None
    path = _pieces(key, sound=sound) / name
    return path if path.is_file() else None


def _pieces(key: str, *, sound: bool) -> Path:
    return folder() / VIEWS["sound" if sound else "video"] / key


def _size(path: Path) -> int:
    """Return how large a piece is; 0 when nginx has taken it away meanwhile."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def mb_an_hour(key: str, words: str, *, sound: bool = False) -> int:
    """Return what watching takes, from the pieces of a playlist; 0 when there are none."""
    seconds, size = 0.0, 0
    for lasts, name in _PIECE.findall(words):
        path = piece(key, name, sound=sound)
        if path:
            seconds, size = seconds + float(lasts), size + _size(path)
    return round(size / seconds * 3600 / 1_000_000) if seconds else 0


def for_sound(words: str) -> str:
    """Return a list of pieces whose names say that they are the sound alone."""
    return re.sub(r"^(\d+\.ts)$", r"s\1", words, flags=re.MULTILINE)


def latest_piece(key: str, words: str) -> Path | None:
    """Return where the last whole piece of a playlist lies, None without one."""
    found = _PIECE.findall(words)
    return piece(key, found[-1][1]) if found else None


def existing_folder() -> Path:
    """Return where recordings lie, or the folder above it that is there by now."""
    place = folder()
    return next(one for one in (place, *place.parents) if one.exists())
