"""An empty workbook to fill in, with the header that an importer knows."""

from django.utils.translation import gettext as _

from dongxun.files.contracts import Importer
from dongxun.files.workbook.writing import Column, Sheet, write_workbook


def blank_workbook(importer: Importer) -> tuple[str, bytes]:
    """Return the name and bytes of a workbook with nothing but the header."""
    columns = [Column(str(column.label), column.width) for column in importer.columns]
    must = [str(column.label) for column in importer.columns if column.required]
    note = _("Must be filled in: %(columns)s") % {"columns": _(", ").join(must)}
    sheet = Sheet(str(importer.title), columns, [], title=str(importer.title), source=note)
    return f"{importer.title}.xlsx", write_workbook([sheet])
