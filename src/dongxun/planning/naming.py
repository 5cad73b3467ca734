"""Many names in one line of words."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

MOST = 10


def few(names: Sequence[str], most: int = MOST) -> str:
    """Return the first names in one line, and how many more there are."""
    shown = "、".join(names[:most])
    if len(names) <= most:
        return shown
    return _("%(names)s and %(n)d more") % {"names": shown, "n": len(names) - most}
