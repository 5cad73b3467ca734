"""Words and shapes of coverage."""

from typing import Final
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

SEASON_ROW: Final = UUID(int=0)
"""The ``topic_id`` of the counters that speak of the season as a whole."""


class EndState(models.TextChoices):
    """The one state in which each eligible person ends; decisions.md section 3."""

    GROUP = "group", _("trained together")
    MAKEUP = "makeup", _("made up")
    HOME = "home", _("taught at home")
    ONLINE = "online", _("floating, online")
    LEAVE = "leave", _("on leave, to be made up")
    UNTRAINED = "untrained", _("not trained")
