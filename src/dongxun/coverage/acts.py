"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "coverage.rebuild": _("Recomputed the figures"),
        "coverage.freeze": _("Froze the figures"),
        "coverage.reckon": _("Had a day worked out as known now"),
        "coverage.begin_with_history": _("Began with past figures"),
    },
)
