"""The door of the library."""

from dongxun.library.queries.console import chapters_of, finished, lesson_titled
from dongxun.library.queries.elsewhere import count_elsewhere
from dongxun.library.queries.learning import TopicPart, is_open, learning, next_lesson
from dongxun.library.queries.playing import Playable, let_play, playables
from dongxun.library.services.learning import note_steps, settle
from dongxun.library.services.lessons import publish_lesson, write_lesson
from dongxun.library.services.media import convert_now, keep_media
from dongxun.library.services.parts import write_chapters, write_questions
from dongxun.library.services.places import keep_places
from dongxun.library.services.reweighing import Worth, reweigh
from dongxun.library.services.sweeping import keep_used
from dongxun.library.services.targets import write_target

__all__ = [
    "Playable",
    "TopicPart",
    "Worth",
    "chapters_of",
    "convert_now",
    "count_elsewhere",
    "finished",
    "is_open",
    "keep_media",
    "keep_places",
    "keep_used",
    "learning",
    "lesson_titled",
    "let_play",
    "next_lesson",
    "note_steps",
    "playables",
    "publish_lesson",
    "reweigh",
    "settle",
    "write_chapters",
    "write_lesson",
    "write_questions",
    "write_target",
]
