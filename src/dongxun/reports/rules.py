"""Who may print what, and who may have what was printed."""

from typing import Protocol
from uuid import UUID

from dongxun.files import api as files
from dongxun.kernel.actors import ORGANISERS, Actor, Role
from dongxun.kernel.rules import rule
from dongxun.organisations import api as organisations

EXPORTS = "reports."


class _Kept(Protocol):
    organisation_id: UUID | None


@rule("reports.print")
def print_papers(actor: Actor, lft: int) -> bool:
    """Office, organisers and secretaries, of their own subtree."""
    return actor.reaches(lft, ORGANISERS)


@rule("reports.attach")
def attach(actor: Actor, lft: int) -> bool:
    """The same people put files into the dossier of their subtree."""
    return actor.reaches(lft, ORGANISERS)


def organises_above(actor: Actor, kept: _Kept) -> bool:
    """Return whether the actor is office or organiser of what an export is about."""
    if kept.organisation_id is None:
        return False
    node = organisations.nodes([kept.organisation_id]).get(kept.organisation_id)
    roles = (Role.OFFICE, Role.ORGANISER)
    return node is not None and actor.reaches(node.interval.lft, roles)


files.share(EXPORTS, organises_above)
