"""Before a class begins: is everything there that its viewers will need?"""

import re
import shutil
from dataclasses import dataclass
from math import inf
from pathlib import Path

from django.core.cache import cache
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.files import api as files
from dongxun.files.contracts import BadMedia, NoConverter
from dongxun.kernel import clock, secret, video
from dongxun.kit.times import when
from dongxun.live import gateway, queries
from dongxun.live.contracts import MOST_PHONES, ClassState, Source
from dongxun.live.models import LiveClass

SILENT_DB = -55.0
"""Quieter than a room in which nobody speaks."""
LISTEN_S = 10
HEARD_FOR_S = 5
SPARE_GB = 5
"""A class of some hours takes so much; with less, its recording may stop."""
PHONES = 100
"""Enough to reckon how many of them a line carries."""
LEAST_GB = 1
"""With less, a class that is on air stands before long."""
SLOW_MBIT, FAST_MBIT = 0.3, 4.0
_LEVEL = re.compile(r"RMS_level=(-?[\d.]+|-inf)")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at before going on air; ``link`` leads to where it is put right."""

    name: str
    is_good: bool
    words: str
    link: str = ""


def checks(row: LiveClass, airing: activities.Airing) -> list[Check]:
    """Return what is there and what is missing, in the order to put it right."""
    found = [
        Check(
            _("People know of it"),
            airing.is_held,
            _("The session is published.")
            if airing.is_held
            else _("The session is a draft; publish it first."),
            "session",
        )
    ]
    if row.source == Source.LINK:
        found.append(Check(_("The picture"), True, _("It is opened on the other platform.")))
    else:
        found += _of_camera(row)
        found.append(_of_replay(airing))
    if row.quiz_id:
        bad = check_trouble(row, airing)
        words = bad or _("It can be answered once the class is over.")
        found.append(Check(_("The short check"), not bad, words, "quiz" if bad else ""))
    words = _("Words are seen at once.")
    if not row.is_talking:
        words = _("Nobody may write.")
    elif row.is_moderated:
        words = _("Somebody looks at words before others see them.")
    return [*found, Check(_("What people write"), True, words, "prepare")]


def _of_camera(row: LiveClass) -> list[Check]:
    key, has_picture = queries.stream_key(row), queries.has_picture(row)
    missing = _("No camera sends yet. Type server and key into OBS and start the stream.")
    listed = gateway.playlist(key)
    mbit = gateway.mb_an_hour(key, listed) * 8 / 3600
    return [
        Check(
            _("The picture"),
            has_picture,
            _("The picture comes in; look at it here.")
            if has_picture
            else queries.shut_out(row) or missing,
        ),
        _of_network(mbit),
        _of_phones(mbit),
        _of_sound(gateway.latest_piece(key, listed) if has_picture else None),
    ]


def _of_network(mbit: float) -> Check:
    """Judge what the camera sends: too little is no picture, too much stops on phones."""
    name = _("The network")
    if not mbit:
        return Check(name, False, _("To be seen once the camera sends."))
    said = {"n": f"{mbit:.1f}"}
    if mbit < SLOW_MBIT:
        words = _("The camera sends %(n)s Mbit/s: the picture will stand. Look at its network.")
        return Check(name, False, words % said)
    if mbit > FAST_MBIT:
        words = _("The camera sends %(n)s Mbit/s: too much for phones. Set 1 to 2 in OBS.")
        return Check(name, False, words % said)
    return Check(name, True, _("The camera sends %(n)s Mbit/s.") % said)


def _of_phones(mbit: float) -> Check:
    """Say how many may watch: each takes of the machine's line, and of its pages without nginx."""
    name = _("How many can watch")
    if video.is_handed_out():
        words = _(
            "As many as this machine's line carries. How many that is, shows once the camera sends."
        )
        if mbit:
            words = _("As many as this machine's line carries: 100 phones take %(n)s Mbit/s of it.")
        return Check(name, True, words % {"n": f"{PHONES * mbit:.0f}"})
    if video.port():
        words = _(
            "About %(n)d phones at once: nginx is to hand the picture out on port %(port)d, but is not"
            " there. Ask the administrator to start live_gateway anew."
        )
        return Check(name, False, words % {"n": MOST_PHONES, "port": video.port()})
    words = _("About %(n)d phones at once; for more, take a link of another platform.")
    if mbit:
        words = _(
            "About %(n)d phones at once, if the line of this machine sends %(mbit)d Mbit/s; for more,"
            " take a link of another platform."
        )
    said = {"n": MOST_PHONES, "mbit": round(MOST_PHONES * mbit)}
    return Check(name, True, words % said)


def _of_sound(piece: Path | None) -> Check:
    name = _("The sound")
    level = heard(piece) if piece else None
    if level is None:
        words = _("No sound comes in. Look at the microphone and at OBS.")
        return Check(name, False, words if piece else _("To be heard once the camera sends."))
    if level < SILENT_DB:
        return Check(name, False, _("It is silent: is the microphone muted?"))
    return Check(name, True, _("Heard at %(n)d dB.") % {"n": round(level)})


def heard(piece: Path) -> float | None:
    """Return how loud a piece is in decibels below the loudest; None without sound.

    What was heard is at hand for some seconds: every look at the page asks.
    """
    at = f"live:heard:{secret.keyed_hash(str(piece), 'live.heard')}"
    known: float | str | None = cache.get(at)
    if known is None:
        known = _measured(piece)
        cache.set(at, "none" if known is None else known, HEARD_FOR_S)
    return known if isinstance(known, float) else None


def _measured(piece: Path) -> float | None:
    how = "astats=metadata=1,ametadata=print:key=lavfi.astats.Overall.RMS_level:file=-"
    words = ["ffmpeg", "-v", "error", "-nostdin", "-protocol_whitelist", "file"]
    words += ["-i", f"file:{piece}", "-vn", "-af", how, "-f", "null", "-"]
    try:
        levels = _LEVEL.findall(files.run_leashed(words, LISTEN_S).decode())
    except (BadMedia, NoConverter):
        return None
    return float(levels[-1]) if levels and levels[-1] != "-inf" else -inf if levels else None


def _of_replay(airing: activities.Airing) -> Check:
    name = _("The replay")
    if not files.can_convert():
        words = _("This machine has no ffmpeg: there will be no replay. apt-get install ffmpeg")
        return Check(name, False, words)
    if not airing.topics:
        words = _("The session has no topic, so its replay can belong to none.")
        return Check(name, False, words, "session")
    spare = _spare_gb()
    if spare < SPARE_GB:
        words = _("Only %(n).1f GB are free for the recording; make room.") % {"n": spare}
        return Check(name, False, words)
    return Check(name, True, _("It is recorded; %(n)d GB are free.") % {"n": int(spare)})


def _spare_gb() -> float:
    return shutil.disk_usage(gateway.existing_folder()).free / 1_000_000_000


def check_trouble(row: LiveClass, airing: activities.Airing) -> str:
    """Return why nobody could answer the short check when the class is over; empty without a reason."""
    if row.quiz is None:
        return ""
    ends = row.ended_at or max(airing.ends_at, clock.now())
    if row.quiz.closes_at and row.quiz.closes_at <= ends:
        words = _("It closes at %(when)s, before the class is over. Set a later end.")
        return words % {"when": when(row.quiz.closes_at)}
    if row.quiz.opens_at and row.quiz.opens_at > ends:
        words = _("It opens at %(when)s only, after the class is over. Let it open earlier.")
        return words % {"when": when(row.quiz.opens_at)}
    return ""


def trouble(row: LiveClass) -> str:
    """Return why the picture of a class on air will stand or stands already; empty if nothing is known."""
    if row.state != ClassState.LIVE or row.source != Source.ENCODER:
        return ""
    spare = _spare_gb()
    if spare < LEAST_GB:
        return _("Only %(n).1f GB are free for the recording; make room.") % {"n": spare}
    seconds = gateway.standing_s(queries.stream_key(row)) if queries.has_picture(row) else 0
    if seconds:
        words = _(
            "The camera sends, but no picture was written for %(n)d seconds. Is the disk full?"
        )
        return words % {"n": seconds}
    return ""
