"""A voice for written text, off unless this installation names an engine; nothing leaves the house.

``DONGXUN_SPEECH`` is a program of this machine with its words, ``{text}`` and ``{sound}`` in
place of two files: ``espeak-ng -v cmn -f {text} -w {sound}``. Each line is said by itself, so
that where it begins is known and the text follows the voice.
"""

import shlex
import wave
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from dongxun.files import api as files
from dongxun.files.contracts import MOST_SECONDS, BadMedia, NoConverter
from dongxun.library.contracts import Line, NoEngine

LINE_S = 60
PAUSE_S = 0.4
PIECE = 64 * 1024


class Engine(Protocol):
    """Whatever says a line of text."""

    def say(self, text: str, sound: Path, beat: Callable[[], object]) -> None:
        """Write what is heard as PCM WAV; all lines of one engine sound alike.

        Raises:
            BadMedia: it did not, in the time it has.
            NoEngine: there is no such program.
        """


@dataclass(frozen=True, slots=True)
class Command:
    """A program of this machine, on the leash of the converter."""

    words: tuple[str, ...]

    def say(self, text: str, sound: Path, beat: Callable[[], object]) -> None:
        """See :class:`Engine`."""
        written = sound.with_suffix(".txt")
        written.write_text(text, encoding="utf-8")
        places = {"{text}": str(written), "{sound}": str(sound)}
        try:
            files.run_leashed([places.get(word, word) for word in self.words], LINE_S, beat)
        except NoConverter as error:
            raise NoEngine from error


def engine() -> Engine | None:
    """Return the engine of this installation, None where none is named."""
    words = tuple(shlex.split(settings.SPEECH))
    return Command(words) if words else None


def read_out(
    lines: Iterable[str], voice: Engine, folder: Path, beat: Callable[[], object]
) -> tuple[Path, list[Line]]:
    """Say lines one after the other into one sound; return it with when each line begins.

    Raises:
        BadMedia: a line could not be said, or all together are too long.
        NoEngine.
    """
    said: list[tuple[str, Path]] = []
    for number, text in enumerate(lines):
        said.append((text, folder / f"{number}.wav"))
        voice.say(*said[-1], beat)
    whole = folder / "whole.wav"
    try:
        return whole, _join(said, whole)
    except (wave.Error, EOFError, OSError, IndexError) as error:
        raise BadMedia from error


def _join(said: Sequence[tuple[str, Path]], whole: Path) -> list[Line]:
    """Put sounds after each other with a pause between; return when each begins."""
    with wave.open(str(said[0][1])) as first:
        form = first.getparams()
    quiet = int(form.framerate * PAUSE_S)
    cues, frames = list[Line](), 0
    with wave.open(str(whole), "wb") as out:
        out.setparams(form)
        for text, path in said:
            cues.append(Line(frames // form.framerate, text))
            with wave.open(str(path)) as one:
                if one.getparams()[:3] != form[:3]:
                    raise BadMedia
                while piece := one.readframes(PIECE):
                    out.writeframes(piece)
                out.writeframes(bytes(quiet * form.nchannels * form.sampwidth))
                frames += one.tell() + quiet
            if frames > MOST_SECONDS * form.framerate:
                words = _("Longer than %(n)d hours; cut it into chapters.")
                raise BadMedia(words % {"n": MOST_SECONDS // 3600})
    return cues
