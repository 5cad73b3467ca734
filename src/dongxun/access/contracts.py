"""Words that other rooms may hold."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.actors import Role

ROLE_NAMES = {
    Role.SYSTEM_ADMIN: _("system administrator"),
    Role.SECURITY_ADMIN: _("security administrator"),
    Role.AUDIT_ADMIN: _("audit administrator"),
    Role.OFFICE: _("training office"),
    Role.ORGANISER: _("organiser"),
    Role.ZONE_LEAD: _("zone lead"),
    Role.SECRETARY: _("branch secretary"),
}


class LinkPurpose(models.TextChoices):
    """What a personal link opens."""

    MEMBER = "member", _("own record")
    LECTURER = "lecturer", _("own bookings")
    HELPER = "helper", _("help at one session")
    VISITOR = "visitor", _("one round of visits")
