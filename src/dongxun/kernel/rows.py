"""The row that was asked for, or the plain word that it is not there."""

from typing import Any, TypeVar

from django.db.models import QuerySet

from dongxun.kernel.errors import NotFound

R = TypeVar("R")


def wanted_row(rows: QuerySet[Any, R]) -> R:
    """Return the first of ``rows``; where there is none, :class:`NotFound` is raised."""
    row = rows.first()
    if row is None:
        raise NotFound
    return row
