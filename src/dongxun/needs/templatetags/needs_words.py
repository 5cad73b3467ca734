"""How long something took, in words."""

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def lasting(time: timedelta) -> str:
    """Return a length of time as people say it: 3 天 4 小时, 20 分钟."""
    minutes = int(time.total_seconds()) // 60
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        words = ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
        more = ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
        return _("%(days)s %(hours)s") % {"days": words, "hours": more} if hours else words
    if hours:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
