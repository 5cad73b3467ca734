"""Words of notices."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How a notice reaches somebody without any outside service."""

    PAGE = "page", _("personal page")
    GROUP = "group", _("group text")
    PAPER = "paper", _("printed list")


class DeliveryState(models.TextChoices):
    """How far it got."""

    QUEUED = "queued", _("waiting")
    SENT = "sent", _("handed out")
    RECEIVED = "received", _("received")
    WITHDRAWN = "withdrawn", _("withdrawn")
