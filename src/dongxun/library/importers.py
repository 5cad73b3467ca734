"""What this room brings in from workbooks; read when the house is ready."""

from dongxun.files import api as files
from dongxun.library.importing.importer import OutsideImporter

files.register(OutsideImporter())
