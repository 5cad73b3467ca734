"""The door of the ledger."""

from dongxun.ledger.naming import name_objects, titles
from dongxun.ledger.queries import (
    count_in_format,
    facts_about,
    facts_caused_by,
    facts_of,
    lines_of,
    live_about,
    live_facts,
    live_of,
    made_up_before,
    struck_of,
    times_struck,
)
from dongxun.ledger.services import record, record_many, void

__all__ = [
    "count_in_format",
    "facts_about",
    "facts_caused_by",
    "facts_of",
    "lines_of",
    "live_about",
    "live_facts",
    "live_of",
    "made_up_before",
    "name_objects",
    "record",
    "record_many",
    "struck_of",
    "times_struck",
    "titles",
    "void",
]
