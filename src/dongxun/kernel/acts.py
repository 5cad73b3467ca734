"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={"kernel.settle_refusal": _("Noted what was done about a refused record")},
    things={"sync_item": _("record that a phone sent")},
)
