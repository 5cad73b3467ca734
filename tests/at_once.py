"""Two writers at the same moment, for tests on PostgreSQL."""

import threading

from django.db import connection, connections

PATIENCE_S = 120


def beside(work):
    """Run ``work`` on a connection of its own; return the thread and what it raised."""
    raised = []

    def run():
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told to the test, which fails on it
            raised.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, raised


def holds_up(thread):
    """Return whether the thread comes to wait for a lock of ours, instead of coming to its end."""
    while thread.is_alive():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            )
            if cursor.fetchone() != (0,):
                return True
        thread.join(0.02)
    return False
