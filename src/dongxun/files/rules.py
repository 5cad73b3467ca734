"""Who may see and do what with files: whoever brought or made them, and nobody else.

Whether somebody may import a kind at all is the importer's own rule.
"""

from typing import Any

from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import rule


@rule("files.use")
def use(actor: Actor, thing: Any) -> bool:
    """Files, exports and imports are their owner's."""
    return actor.is_account and actor.id is not None and actor.id == thing.owner_id
