"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "notices.queue": _("Sent notices"),
        "notices.withdraw": _("Withdrew notices"),
        "notices.mark_pasted": _("Pasted a notice into the group"),
        "notices.mark_told": _("Told by word of mouth"),
    },
    things={
        "notice": _("notice"),
    },
)
