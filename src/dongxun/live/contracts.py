"""Shapes and errors of live classes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import Conflict, Invalid

MOST_WORDS = 120
MOST_PINNED = 120
NOW_S = 90
"""Whoever was heard of so lately is watching now."""


STALE_S = 30
"""An encoder that was not heard of for so long is gone, and another may come."""
MOST_HOURS = 10
"""A class that lasts longer was forgotten: its stream is ended."""
REHEARSAL_DAYS, NEAR_HOURS = 7, 2
"""A camera is let in so long before its session; so near to it, it rehearses as long as it likes."""
GRACE_HOURS = 2
"""So long after it should be over a class may go on without a picture of ours."""
MOST_PHONES = 200
"""So many phones get our own picture from the pages: each asks once a second, for a list or a piece,
which takes 1.4 ms of their one core (measured 23 November, test client included). Where nginx hands
it out (``kernel.video``) the line of the machine is the bound."""
AGAIN_HOURS = 2
"""So long after its end, or its session's, a class may be put on air again."""


class Source(models.TextChoices):
    """Where the picture comes from."""

    LINK = "link", _("a link of another platform")
    ENCODER = "encoder", _("our own camera (OBS or another encoder)")


class ClassState(models.TextChoices):
    """How far a class is."""

    READY = "ready", _("not on air yet")
    LIVE = "live", _("on air")
    OVER = "over", _("over")


class SaidKind(models.TextChoices):
    """What somebody says in a class."""

    CHAT = "chat", _("a word to all")
    QUESTION = "question", _("a question to the lecturer")


class SaidState(models.TextChoices):
    """Whether others see it."""

    WAITING = "waiting", _("waiting for a look")
    SHOWN = "shown", _("shown")
    HIDDEN = "hidden", _("hidden")


class EventKind(models.TextChoices):
    """What a page is told while it is open."""

    SAY = "say", "say"
    HIDE = "hide", "hide"
    PIN = "pin", "pin"
    STATE = "state", "state"
    PICTURE = "picture", "picture"


class NotOpen(Conflict):
    """Said before the class begins, after it is over, or while talking is switched off."""

    code = "not_open"
    message = _("Talking is closed now. What you typed is still here.")


class NoCheck(Conflict):
    """The short check of a class is for who watched it live, once it is over."""

    code = "no_check"
    message = _("The short check is for those who watched live, once the class is over.")


class BadWords(Invalid):
    """Nothing was typed, or too much."""

    code = "bad_words"
