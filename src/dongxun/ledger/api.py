"""The door of the ledger."""

from dongxun.ledger.queries import facts_about, live_facts
from dongxun.ledger.services import record, void

__all__ = ["facts_about", "live_facts", "record", "void"]
