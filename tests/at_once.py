"""Two writers at the same moment, for tests on PostgreSQL."""

import threading

import pytest
from django.db import connection, connections

PATIENCE_S = 120


def two_writers(test):
    """Let a test commit, and run it where a second writer waits for a lock of the first.

    On SQLite there is nothing to see: a test's database in memory has one connection, and in a
    file one writer at a time is let in at all.
    """
    reason = "asks PostgreSQL who waits for whom; SQLite lets one writer in at a time"
    for mark in (
        pytest.mark.django_db(transaction=True),
        pytest.mark.skipif(connection.vendor != "postgresql", reason=reason),
    ):
        test = mark(test)
    return test


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
