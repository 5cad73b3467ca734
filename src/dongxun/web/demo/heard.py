"""课程库 of the demo: a lesson to hear whose text follows, and one to watch; made here, of no voice.

Where the machine has no ffmpeg there are the lessons to read alone.
"""

import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import UUID

from dongxun.files import api as files
from dongxun.kernel import clock
from dongxun.library import api as library
from dongxun.library.contracts import ChapterDraft, Form, LessonDraft, QuestionDraft
from dongxun.seasons import api as seasons
from dongxun.web.demo.lessons import course_of
from dongxun.web.demo.world import SYSTEM, World

MOST_S: Final = 20
NOTES: Final = "0.25*sin(2*PI*t*(220+55*mod(floor(t*2)*3\\,7)))*exp(-4*mod(t*2\\,1))"
"""A slow tune of plucked notes, two a second."""
SOUND: Final = ("-f", "lavfi", "-i", f"aevalsrc={NOTES}:s=16000:d=24")
PICTURE: Final = (
    "-f",
    "lavfi",
    "-i",
    "gradients=s=480x270:r=8:d=8:speed=0.02:n=3:c0=0x1F6F54:c1=0xE9DFC7:c2=0x8FB996:seed=7",
)
SPOKEN: Final = (
    "[0:00] 村里的账，过去贴在墙上，风一吹就没了。\n"
    "[0:06] 后来换了个办法：每个月十五号，账本摆在村口。\n"
    "[0:12] 头一个月来翻账的有四十多个人。\n"
    "[0:18] 半年以后，来的人少了。不是不关心，是放心了。"
)


def build(world: World) -> None:
    """Write and publish both lessons, where this machine can make and convert their files."""
    if not files.can_convert():
        return
    asked = QuestionDraft("账本什么时候摆出来", ("每月十五号", "年底"), 0, "每月十五号，谁都能翻。")
    heard = ("账本摆在村口（听）", Form.AUDIO, 4, "配乐代替讲话，文字随播放走。", SPOKEN)
    seen = ("一块田的四季（看）", Form.VIDEO, 3, "演示用的动画，八秒。", "")
    _lesson(world, heard, _made(world, "账本.m4a", *SOUND), asked)
    _lesson(world, seen, _made(world, "四季.mp4", *PICTURE, *SOUND, "-t", "8"))


def _made(world: World, name: str, *words: str) -> UUID | None:
    """Return a file made of these words and fit for phones; None where that did not work."""
    with tempfile.TemporaryDirectory(prefix="dongxun-demo-") as place:
        path = Path(place) / f"made{Path(name).suffix}"
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *words, "-b:a", "32k", str(path)]
        with suppress(subprocess.SubprocessError, OSError):
            subprocess.run(command, check=True, timeout=MOST_S, capture_output=True)  # noqa: S603
        if not path.is_file():
            return None
        key = library.keep_media(
            by=SYSTEM, organisation_id=world.district.id, name=name, pieces=[path.read_bytes()]
        )
    library.convert_now(key)
    return key if library.playables([key])[key].src else None


def _lesson(
    world: World,
    about: tuple[str, Form, int, str, str],
    media_id: UUID | None,
    *asked: QuestionDraft,
) -> None:
    if media_id is None:
        return
    title, form, number, summary, text = about
    season_id = world.season()
    topic = next(one for one in seasons.rules(season_id).topics if one.number == number)
    with clock.frozen(min(clock.moment(topic.opens_on), world.now)):
        draft = LessonDraft(
            title,
            topic.id,
            form,
            5,
            summary,
            "特色课堂",
            course_id=course_of(season_id, number),
        )
        key = library.write_lesson(
            by=SYSTEM, organisation_id=world.district.id, season_id=season_id, draft=draft
        )
        parts = [(None, ChapterDraft(title.partition("（")[0], text, media_id))]
        library.write_chapters(by=SYSTEM, lesson_id=key, drafts=parts)
        library.write_questions(by=SYSTEM, lesson_id=key, drafts=[(None, one) for one in asked])
        library.publish_lesson(by=SYSTEM, lesson_id=key)
