"""Shapes, choices and errors of files that cross the door."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import Invalid

Cell = str | int | float | bool | date | datetime | None
"""What one cell of a workbook holds, before anybody says what it means."""


class FileRefused(Invalid):
    """A file cannot, or should not, be read; the message says what to do instead."""

    code = "file_refused"
    message = _("This file cannot be read.")
