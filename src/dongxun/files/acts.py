"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "files.open_import": _("Sent in a file"),
        "files.match_columns": _("Matched columns"),
        "files.apply_import": _("Imported a file"),
        "files.undo_import": _("Took an import back"),
        "files.discard_import": _("Threw an import away"),
        "files.download_bad_rows": _("Downloaded rows to correct"),
        "files.keep_export": _("Made an export"),
        "files.download_export": _("Downloaded an export"),
    },
    things={
        "import": _("import"),
        "export": _("export"),
    },
)
