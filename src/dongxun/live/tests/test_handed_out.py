"""A real nginx hands out the picture of a class, and the ladders of videos, to who was let in."""

import http.client
import re
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from dongxun.kernel import video
from dongxun.kernel.ids import new_id
from dongxun.library.services.media import KIND, folder_of
from dongxun.live import api, gateway
from dongxun.live.contracts import ClassState, Source
from dongxun.live.models import LiveClass
from dongxun.live.queries import stream_key
from dongxun.live.services.classes import go_on_air_again
from dongxun.live.tests.make import SYSTEM, lay_pieces, make_class, twin_of

pytestmark = pytest.mark.once
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


@pytest.fixture
def nginx(settings, tmp_path):
    """Let nginx hand video out, as ``live_gateway`` starts it."""
    if not gateway.module():
        pytest.fail("nginx with its RTMP module is wanted: tools/need.sh")
    ports = free_ports()
    settings.VIDEO = f":{ports[1]}"
    tmp_path.chmod(0o755)
    handed_out = video.server(f"127.0.0.1:{ports[1]}")
    path = gateway.prepare(
        listen=f"127.0.0.1:{ports[0]}", pages="http://127.0.0.1:9", handed_out=handed_out
    )
    words = [NGINX, "-e", str(tmp_path / "nginx.log"), "-c", str(path)]
    with subprocess.Popen(words) as child:  # noqa: S603
        try:
            until = time.monotonic() + 30
            while not video.listens(ports[1]):
                assert child.poll() is None, (tmp_path / "nginx.log").read_text()
                assert time.monotonic() < until
                with suppress(subprocess.TimeoutExpired):
                    child.wait(timeout=0.05)
            yield
        finally:
            child.terminate()


def free_ports():
    """Return two ports that nobody uses."""
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def ask(address: str, **headers: str) -> tuple[int, bytes, str]:
    """Return status, body and type of an address as pages have it, ``:8004/video/…``."""
    port, _slash, path = address[1:].partition("/")
    line = http.client.HTTPConnection("127.0.0.1", int(port), timeout=30)
    line.request("GET", f"/{path}", headers=headers)
    answer = line.getresponse()
    found = answer.status, answer.read(), answer.headers.get_content_type()
    line.close()
    return found


def shown_on(cast, address: str) -> list[str]:
    """Return what the players of a member's page are given."""
    page = cast.client("member").get(address).content.decode()
    return re.findall(r'data-src="([^"]+)"', page)


def seal_of(kind: str, key: UUID, *, seconds: int = 60) -> str:
    """Return the end and the seal of an address, with a slash after each."""
    return "/".join(video.address(kind, key, seconds=seconds).split("/")[4:])


def test_who_was_let_in_gets_picture_and_sound_from_nginx_and_nobody_else_does(cast, live, nginx):
    key, session_id = stream_key(live), cast.own.session.id
    lay_pieces(key, b"seen")
    lay_pieces(key, b"heard", sound=True)
    watch = reverse("live:watch", args=[session_id])
    [picture] = shown_on(cast, watch)
    [sound] = shown_on(cast, f"{watch}?sound=1")
    assert key not in picture + sound
    for address, said in ((picture, b"seen"), (sound, b"heard")):
        status, listed, kind = ask(address)
        assert (status, kind) == (200, "application/vnd.apple.mpegurl")
        assert b"\n7.ts\n" in listed
        assert key.encode() not in listed
        assert ask(address.replace(gateway.LIST, "7.ts")) == (200, said, "video/mp2t")

    def asked(sealed: str, what: str = f"live/{session_id.hex}", name: str = "video/7.ts") -> int:
        return ask(f"{picture.partition('/')[0]}/video/{what}/{sealed}{name}")[0]

    own = seal_of("live", session_id)
    until, seal, _rest = own.split("/")
    later = f"{int(until) + 3600}/{seal}/"
    over = seal_of("live", session_id, seconds=-7200)
    other = seal_of("live", twin_of(cast.own.session).id)
    assert asked(own) == 200
    for sealed in ("", later, over, other, seal_of(KIND, session_id), f"{until}/{'A' * 22}/"):
        assert asked(sealed) == 403
    for name in ("video/8.ts", "sound/8.ts"):
        assert asked(own, name=name) == 404
    for name in ("", "nginx.conf", "video/../../nginx.conf", "video/index.m3u8.bak"):
        assert asked(own, name=name) in {400, 403}


def test_over_it_is_closed_at_once_and_on_air_again_it_is_open(cast, live, nginx):
    lay_pieces(stream_key(live), b"seen")
    watch = reverse("live:watch", args=[cast.own.session.id])
    [picture] = shown_on(cast, watch)
    assert ask(picture)[0] == 200
    api.end_class(by=SYSTEM, live_id=live.id)
    assert ask(picture)[0] == 404
    go_on_air_again(by=SYSTEM, live_id=live.id)
    assert ask(shown_on(cast, watch)[0])[0] == 200


def test_before_it_begins_only_the_desk_is_given_an_address(cast, nginx):
    later = twin_of(cast.own.session)
    row = make_class(later, on_air=False, source=Source.ENCODER, url="")
    lay_pieces(stream_key(row), b"x" * 250_000)
    desk = cast.client("organiser").get(reverse("live:console", args=[later.id]))
    assert ask(desk.context["rehearsal"])[0] == 200
    assert shown_on(cast, reverse("live:watch", args=[later.id])) == []
    assert "100 部手机" in desk.content.decode()
    form = cast.client("organiser").get(reverse("live:prepare", args=[later.id]))
    assert "本机线路" in form.content.decode()


def test_the_ladder_of_a_video_is_handed_out_rung_by_rung(nginx):
    media_id = new_id()
    folder = folder_of(media_id)
    folder.mkdir(parents=True)
    for name in ("video.m3u8", "rung-1.m3u8", "part-1-000.ts", "sound.m4a"):
        (folder / name).write_bytes(name.encode())
    place = video.address(KIND, media_id, seconds=60)
    for name in ("video.m3u8", "rung-1.m3u8", "part-1-000.ts"):
        assert ask(place + name)[:2] == (200, name.encode())
    assert ask(f"{place}part-1-000.ts", Range="bytes=0-3")[:2] == (206, b"part")
    assert ask(f"{place}sound.m4a")[0] == 403
    strange = video.address(KIND, new_id(), seconds=60).split("/")[4:]
    assert ask("/".join([*place.split("/")[:4], *strange]) + "video.m3u8")[0] == 403


def test_without_nginx_pages_hand_it_out_and_say_how_many_may_watch(cast, live, settings, tmp_path):
    lay_pieces(stream_key(live), b"seen")
    LiveClass.objects.update(state=ClassState.READY)
    console = reverse("live:console", args=[cast.own.session.id])
    settings.VIDEO = ":9"
    desk = cast.client("organiser").get(console)
    assert "live_gateway" in desk.content.decode()
    assert cast.client("public").get(desk.context["rehearsal"]).status_code == 200
    LiveClass.objects.update(state=ClassState.LIVE)
    [picture] = shown_on(cast, reverse("live:watch", args=[cast.own.session.id]))
    assert cast.client("public").get(picture).status_code == 200
    assert not (Path(tmp_path) / "live" / "shown").exists()


def test_a_port_of_its_own_beside_https_wants_a_certificate(settings, monkeypatch):
    settings.VIDEO, settings.SESSION_COOKIE_SECURE = ":8004", True
    monkeypatch.setattr(gateway, "module", lambda: "here")
    with pytest.raises(CommandError, match="proxy:8004"):
        call_command("live_gateway")
    with pytest.raises(CommandError, match="together"):
        call_command("live_gateway", certificate="lan.crt")
