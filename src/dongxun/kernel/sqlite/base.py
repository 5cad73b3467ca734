"""The backend that settings name.

SQLite keeps ids and moments as texts. The same few (a branch, a topic, when a session
began) come in thousands of rows, and making one anew costs more than reading it.
"""

import sqlite3
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.backends.sqlite3 import base, operations
from django.db.models.expressions import Col


@lru_cache(maxsize=1 << 15)
def _id(text: str) -> UUID:
    return UUID(int=int(text, 16))


@lru_cache(maxsize=1 << 13)
def _moment(text: str | bytes) -> datetime:
    found = datetime.fromisoformat(text if isinstance(text, str) else text.decode())
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@lru_cache(maxsize=1 << 13)
def _day(text: bytes) -> date:
    return date.fromisoformat(text.decode())


sqlite3.register_converter("datetime", _moment)
sqlite3.register_converter("date", _day)


class DatabaseOperations(operations.DatabaseOperations):
    """Conversions with a memory."""

    def convert_uuidfield_value(self, value: str | None, *_about: Any) -> UUID | None:
        """Return the id that 32 hexadecimal digits mean."""
        return None if value is None else _id(value)

    def convert_datetimefield_value(
        self, value: str | datetime | None, *_about: Any
    ) -> datetime | None:
        """Return a moment; what is computed of a column comes as a text."""
        return _moment(value) if isinstance(value, str) else value

    def conditional_expression_supported_in_where_clause(self, expression: Any) -> bool:
        """Let a yes or no be asked as ``is_open = 1``: SQLite finds a bare column in no index."""
        return not isinstance(expression, Col)


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite, read with a memory."""

    ops_class = DatabaseOperations
