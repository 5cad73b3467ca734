"""What this room lets in from workbooks."""

from dongxun.files import api as files
from dongxun.quizzes.importing.importer import ItemsImporter

files.register(ItemsImporter())
