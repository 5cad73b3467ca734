"""The backend that settings name: see :mod:`dongxun.kernel.hot` for what it is asked for."""

import select
from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Cursor, OperationalError


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL, asked for its health only when there is a reason, and with prepared statements."""

    health_check_done: bool
    _prepare_cursor: Callable[[Any], Any]

    def close_if_health_check_failed(self) -> None:
        """Ask the server only if it has spoken unasked, as it does when it goes.

        Django would send a query before the first one of every request.
        """
        if self.connection is None or self.health_check_done or self._has_spoken():
            super().close_if_health_check_failed()
        else:
            self.health_check_done = True

    def _has_spoken(self) -> bool:
        poll = select.poll()
        try:
            poll.register(self.connection.pgconn.socket, select.POLLIN)
        except OperationalError:  # closed already
            return True
        return bool(poll.poll(0))

    def prepared_cursor(self) -> Any:
        """Return a cursor that has each statement prepared once a connection, its values apart.

        Django's own cursor writes the values into the text, so that nothing can be
        prepared. The option ``prepare_threshold`` None prepares nothing here either, as a
        pooler wants it that hands connections on between statements.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(Cursor(self.connection))
