"""A class from a real stream: a camera by RTMP that is cut off for half a minute, a sub-venue's roll,
words, the replay of both parts and its credit.

nginx and its RTMP module are Debian's; ``tools/need.sh`` brings them.
"""

import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dongxun.activities import api as activities
from dongxun.activities.models import Session
from dongxun.activities.tests.make import make_session
from dongxun.kernel import jobs, video
from dongxun.kernel.outbox import deliver_all
from dongxun.ledger import api as ledger
from dongxun.library.models import Lesson, Media
from dongxun.live import gateway
from dongxun.live.contracts import ClassState, Source
from dongxun.live.models import LiveClass, Presence
from dongxun.live.queries import stream_key
from dongxun.live.tests.make import make_class
from dongxun.people.models import Person
from tests.cast import SYSTEM, Cast
from tests.walks.conftest import DESK, PHONE, Opener, picture_of
from tests.walks.scene import come_in

PATIENCE_S = 240
SLOW_MS = PATIENCE_S * 1000
MOVES = "() => document.querySelector('video').currentTime > 0"
MOVES_ON = """() => {
  const {currentTime} = document.querySelector("video");
  const before = window.before ?? currentTime;
  window.before = currentTime;
  return currentTime > before && currentTime < before + 1;
}"""
ARRIVES = "画面已收到。"
GONE = "p[data-lost]"
CUT_OFF_S = 30
"""Longer than nginx keeps the list of pieces, so players have nothing left to go on with."""
FROM_NGINX = """() => performance.getEntriesByType("resource")
  .some(one => /:\\d+\\/video\\/live\\/.*\\.ts$/.test(one.name))"""
CAMERA = (
    "ffmpeg -v error -re -f lavfi -i testsrc2=s=320x180:r=10 -f lavfi -i sine=f=330"
    " -c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 10 -c:a aac -f flv"
)


@contextmanager
def running(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program while something happens; end it, and wait for it."""
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:  # noqa: S603
        try:
            yield child
        finally:
            child.terminate()
            child.wait()


@dataclass(frozen=True, slots=True)
class Gateway:
    """nginx, taking streams and handing them out, and where."""

    url: str
    hand_out: Callable[[], None]
    nginx: subprocess.Popen[bytes]

    def until(self, what: Callable[[], Any]) -> None:
        """Wait until something holds, as long as nginx runs."""
        end = time.monotonic() + PATIENCE_S
        while not what():
            assert time.monotonic() < end
            with suppress(subprocess.TimeoutExpired):
                pytest.fail(f"nginx has ended: {self.nginx.wait(timeout=0.2)}")


def hand_out(settings: Any, host: str, port: int) -> None:
    """From now on nginx hands the picture out, at a port of its own."""
    settings.VIDEO = f":{port}"
    said = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    more = {name: [*said[name], f"{host}:{port}"] for name in ("media-src", "connect-src")}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": said | more}


@pytest.fixture
def listening(live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Gateway]:
    """Let nginx take streams for this walk."""
    settings.VAR = tmp_path
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        port, hands_out = one.getsockname()[1], other.getsockname()[1]
    settings.RTMP_PORT = port
    tmp_path.chmod(0o755)
    path = gateway.prepare(
        listen=f"127.0.0.1:{port}",
        pages=live_server.url,
        handed_out=video.server(f"127.0.0.1:{hands_out}"),
    )
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    with running(nginx, "-e", str(tmp_path / "nginx.log"), "-c", str(path)) as child:
        host = live_server.url.rpartition(":")[0]
        found = Gateway(
            f"rtmp://127.0.0.1:{port}/live", partial(hand_out, settings, host, hands_out), child
        )
        found.until(lambda: gateway.is_listening(port))
        yield found


def opened(open_page: Opener, cast: Cast) -> list[Page]:
    """Return a member's phone, the organiser's desk and the secretary's in the village."""
    pages = []
    for role, how in (("member", PHONE), ("organiser", DESK), ("secretary", DESK)):
        pages.append(open_page("/offline/", **how))
        come_in(pages[-1], cast, role)
    return pages


def look_in(page: Page, address: str) -> None:
    """See the picture move on a page."""
    page.goto(address)
    page.locator("video").evaluate("video => { video.muted = true; return video.play() }")
    page.wait_for_function(MOVES, timeout=SLOW_MS)


def watch_and_write(phone: Page, session: Session) -> None:
    """See the picture move on the phone, and say so."""
    look_in(phone, f"/live/{session.id}/")
    picture_of(phone, "live-stream")
    phone.get_by_label("提问或留言").fill("看得清，也听得清")
    phone.get_by_role("button", name="发留言").tap()
    expect(phone.locator("[data-words]")).to_contain_text("看得清，也听得清")


def look_in_from_the_desk(desk: Page, session: Session) -> None:
    """See the picture move on the console, in a browser that needs hls.js for it, as many do."""
    desk.add_init_script("HTMLMediaElement.prototype.canPlayType = () => ''")
    look_in(desk, f"/console/live/{session.id}/")
    expect(desk.get_by_text(ARRIVES)).to_be_visible()
    picture_of(desk, "live-stream-console")


def lose_the_picture(
    listening: Gateway, camera: subprocess.Popen[bytes], phone: Page, desk: Page
) -> None:
    """Cut the camera off without a word, as a dead line does; phone and desk say so meanwhile."""
    since = time.monotonic()
    camera.send_signal(signal.SIGSTOP)
    try:
        for page, words in ((phone, "正在重连，您不用操作"), (desk, "请检查推流")):
            gone = page.locator(GONE)
            expect(gone).to_be_visible()
            expect(gone).to_have_text(re.compile(rf"画面断了 \d+ 秒，{words}"))
            picture_of(page, f"live-stream-gone-{page.viewport_size['width']}")
        expect(desk.get_by_text(ARRIVES)).to_be_hidden()
        listening.until(lambda: time.monotonic() > since + CUT_OFF_S)
    finally:
        camera.kill()
    assert LiveClass.objects.get().state == ClassState.LIVE


def goes_on_by_itself(phone: Page, desk: Page) -> None:
    """See the picture move on, which nobody touched, and no word of its being gone any more."""
    for page in (phone, desk):
        expect(page.locator(GONE)).to_be_hidden()
        page.wait_for_function(MOVES_ON, timeout=SLOW_MS)
    expect(desk.get_by_text(ARRIVES)).to_be_visible()


def seconds_of(path: Path) -> float:
    """Return how long a recording lasts."""
    words = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]
    return float(subprocess.run([*words, str(path)], check=True, capture_output=True).stdout)  # noqa: S603


def holds_both_parts(live: LiveClass) -> bool:
    """Return whether the replay is as long as what was recorded before and after."""
    parts = [seconds_of(gateway.folder() / "recordings" / name) for name in live.recordings]
    assert min(parts) > 1
    (made,) = Media.objects.filter(kind="video")
    return max(parts) < made.seconds < sum(parts) + 3


def listen_alone(phone: Page, session: Session) -> None:
    """Take the sound alone, which nginx hands out."""
    phone.goto(f"/live/{session.id}/?sound=1")
    phone.locator("audio").evaluate("audio => { audio.muted = true; return audio.play() }")
    phone.wait_for_function(MOVES.replace("video", "audio"), timeout=SLOW_MS)


def show_and_take_the_roll(page: Page, session: Session, name: str) -> None:
    """Show the picture that nginx hands out to the hall, find one's own venue on the page, and check somebody in."""
    page.goto(f"/console/live/{session.id}/")
    page.get_by_role("link", name="在本机大屏播放").click()
    page.locator("video").evaluate("video => { video.muted = true; return video.play() }")
    page.wait_for_function(MOVES, timeout=SLOW_MS)
    assert page.evaluate(FROM_NGINX)
    picture_of(page, "live-stream-hall")
    page.get_by_role("link", name="回到这堂课").click()
    page.get_by_role("link", name="点名 村会议室").click()
    row = page.locator(".roll-row", has_text=name)
    row.get_by_role("button", name="到", exact=True).click()


def end_it(desk: Page) -> None:
    """End the class, and be sure."""
    desk.get_by_text("结束直播").click()
    desk.get_by_role("button", name="确定结束").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("已结束")


def modes_of(person: Person) -> set[str]:
    """Return how somebody has learned, as the ledger has it."""
    return {str(fact.mode) for fact in ledger.facts_of(person.id, by=SYSTEM)}


def test_a_class_from_a_real_stream(
    cast: Cast, listening: Gateway, open_page: Opener, complaints: list[str]
) -> None:
    until = listening.until
    session = make_session(cast.season, cast.own.node, title="乡村振兴直播课")
    activities.add_sub_venue(
        by=SYSTEM, session_id=session.id, host_id=cast.own.branch.id, place_text="村会议室"
    )
    live = make_class(session, source=Source.ENCODER, url="")
    camera = [*CAMERA.split(), f"{listening.url}/{stream_key(live)}"]
    phone, desk, village = opened(open_page, cast)
    with running(*camera) as first:
        until(lambda: LiveClass.objects.get().encoder)
        assert subprocess.run(camera, check=False, timeout=PATIENCE_S).returncode  # noqa: S603
        until(lambda: gateway.playlist(stream_key(live)).count(".ts") > 2)
        watch_and_write(phone, session)
        listening.hand_out()
        listen_alone(phone, session)
        show_and_take_the_roll(village, session, cast.zhou.name)
        until(lambda: activities.people_at_venues(session.id) == {cast.zhou.id})
        look_in(phone, f"/live/{session.id}/")
        look_in_from_the_desk(desk, session)
        lose_the_picture(listening, first, phone, desk)
    with running(*camera):
        goes_on_by_itself(phone, desk)
        end_it(desk)
    until(lambda: len(LiveClass.objects.get().recordings) == 2)
    deliver_all()
    until(lambda: jobs.run_waiting() == 0 and LiveClass.objects.get().replay_id)
    assert Presence.objects.count() == 1
    desk.reload()
    picture_of(desk, "live-over-console")
    desk.get_by_role("link", name="回放：乡村振兴直播课").click()
    desk.get_by_role("button", name="发布", exact=True).click()
    until(lambda: Lesson.objects.get().state == "published")
    assert holds_both_parts(LiveClass.objects.get())
    phone.goto(f"/live/{session.id}/")
    phone.get_by_role("link", name="看回放").tap()
    phone.get_by_role("button", name="看完了").tap()
    until(lambda: modes_of(cast.lin))
    assert (modes_of(cast.lin), modes_of(cast.zhou)) == ({"online"}, {"group"})
    complaints[:] = [one for one in complaints if "404" not in one]  # a piece that is past
