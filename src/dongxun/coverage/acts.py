"""What the acts of this room are called in the audit log."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dongxun.coverage.definitions import DEFINITIONS, PARTS
from dongxun.coverage.wording import IN_LANGUAGE
from dongxun.kernel import audit

audit.describe(
    acts={
        "coverage.rebuild": _("Recomputed the figures"),
        "coverage.freeze": _("Froze the figures"),
        "coverage.reckon": _("Had a day worked out as known now"),
        "coverage.begin_with_history": _("Began with past figures"),
    },
    details={
        "definition": _("figure"),
        **{
            f"{part}_{language}": format_lazy("{} {}", label, where)
            for part, label in PARTS.items()
            for language, where in IN_LANGUAGE.items()
        },
    },
    values={"definition": {row.key: row.name for row in DEFINITIONS}},
)
