"""How much a workbook may hold.

Source: scale-and-safety 3.11 (zip), decisions 5 (cells), Excel's own cell length.
"""

from typing import Final

FILE_BYTES: Final = 20 * 1024 * 1024
ENTRIES: Final = 200
DIRECTORY_BYTES: Final = 256 * 1024
UNPACKED_BYTES: Final = 100 * 1024 * 1024
RATIO: Final = 100
RATIO_FROM_BYTES: Final = 10 * 1024 * 1024
"""Below this a high ratio is only a sheet full of empty, formatted cells."""

COLUMNS: Final = 100
ROWS: Final = 200_000
AREA: Final = 6_000_000
"""Rows times columns of all sheets together; the reader lays them out densely."""

KEPT_BYTES: Final = 32 * 1024 * 1024
"""A reading up to this size is kept for the check; a larger file is read once more."""

TEXT_LENGTH: Final = 32_767
FORMULAS_LISTED: Final = 200_000

MEMORY_BYTES: Final = 1536 * 1024 * 1024
CPU_SECONDS: Final = 40
