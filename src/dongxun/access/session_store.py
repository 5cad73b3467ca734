"""Sessions in the database, as Django keeps them; read by a query thought up once."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from dongxun.kernel import asked


def _live(key: str, now: datetime) -> QuerySet[Session, Any]:
    return Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data")


class SessionStore(db.SessionStore):
    """Django's own store; every request of a signed-in browser begins with :meth:`load`."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; nothing, and its key forgotten, when it is over."""
        found = asked.rows(_live, str(self.session_key), timezone.now())
        if not found:
            self._session_key = None
            return {}
        return self.decode(found[0][0])
