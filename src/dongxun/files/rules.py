"""Who may see and do what with files: whoever brought or made them.

Whether somebody may import a kind at all is the importer's own rule. A room above may
let others have what it made (``share``), for this room knows no tree.
"""

from collections.abc import Callable
from typing import Any

from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import rule

_shared: dict[str, Callable[[Actor, Any], bool]] = {}


def share(prefix: str, predicate: Callable[[Actor, Any], bool]) -> None:
    """Let those have files of kinds beginning with ``prefix`` of whom ``predicate`` is true."""
    _shared[prefix] = predicate


@rule("files.use")
def use(actor: Actor, thing: Any) -> bool:
    """Files, exports and imports are their owner's, and theirs with whom they are shared."""
    if not actor.is_account or actor.id is None:
        return False
    return actor.id == thing.owner_id or any(
        thing.kind.startswith(prefix) and predicate(actor, thing)
        for prefix, predicate in _shared.items()
    )
