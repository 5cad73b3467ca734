"""What this room brings in from workbooks; read when the house is ready."""

from dongxun.activities.attendance.workbook import AttendanceImporter
from dongxun.activities.sessions.importing.importer import PlanImporter
from dongxun.files import api as files

files.register(AttendanceImporter())
files.register(PlanImporter())
