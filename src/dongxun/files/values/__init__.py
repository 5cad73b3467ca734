"""What people type into cells, made plain: pure functions from a cell to a JSON value.

Each takes a cell and returns a value, None for an empty cell, or raises
``CellProblem`` with a cause, words and, where one can be given, a suggestion. The
engine adds sheet, row and column. Importers name these as parsers of their columns.
"""

from dongxun.files.values.dates import day, day_or_month, day_or_month_of_column, first_day
from dongxun.files.values.numbers import id_number, integer, phone, phone_or_landline
from dongxun.files.values.words import choice_of, name, text, tidy, yes_no

__all__ = [
    "choice_of",
    "day",
    "day_or_month",
    "day_or_month_of_column",
    "first_day",
    "id_number",
    "integer",
    "name",
    "phone",
    "phone_or_landline",
    "text",
    "tidy",
    "yes_no",
]
