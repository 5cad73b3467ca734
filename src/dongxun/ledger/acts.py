"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "ledger.record_many": _("Recorded facts"),
        "ledger.void": _("Voided a fact"),
    },
)
