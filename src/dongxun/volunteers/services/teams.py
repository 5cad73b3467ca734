"""志愿服务队: set up by a unit, or formed by members and approved by their secretary."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows
from dongxun.volunteers.contracts import TeamDraft, TeamState
from dongxun.volunteers.models import Team, TeamMember
from dongxun.volunteers.reach import offered
from dongxun.volunteers.services.rows import home_of, lock_person, managed, own_team

LIVE = (TeamState.ASKED, TeamState.APPROVED)


@transaction.atomic
def form_team(*, by: Actor, draft: TeamDraft, founder_id: UUID | None = None) -> UUID:
    """Set up a team; one that a member founds waits for approval. Safe to repeat.

    Args:
        founder_id: a person of the phone: the team is self-formed, theirs to lead.

    Raises:
        NotFound: organisation or founder are not theirs; Invalid: no name.
        Conflict: another team has this name.
    """
    bad: list[tuple[str, Text]] = []
    if not draft.name.strip():
        bad.append(("name", _("What is the team called?")))
    if founder_id is not None and not draft.purpose.strip():
        bad.append(("purpose", _("Say what the team is for; your secretary reads it.")))
    if bad:
        raise Invalid(details=bad)
    if founder_id is None:
        organisation_id = managed(draft.organisation_id, by=by).id
    else:
        organisation_id = home_of(founder_id, by=by).branch_id  # type: ignore[assignment]
    named = Team.objects.filter(
        organisation_id=organisation_id, name=draft.name.strip(), state__in=LIVE
    ).first()
    if named is not None:
        if founder_id is not None and named.leader_id == founder_id:
            return named.id
        raise Conflict(_("There is a team of this name already."), where="name")
    leader = founder_id or draft.leader_id
    row = Team.objects.create(
        organisation_id=organisation_id,
        name=draft.name.strip()[:60],
        purpose=draft.purpose.strip()[:300],
        self_formed=founder_id is not None,
        state=TeamState.ASKED if founder_id else TeamState.APPROVED,
        created_at=clock.now(),
    )
    if leader is not None:
        _add(by, row, leader)
        Team.objects.filter(id=row.id).update(leader_id=leader)
    _tell("volunteers.form_team", by, row)
    return row.id


@transaction.atomic
def decide_team(*, by: Actor, team_id: UUID, approved: bool, reason: str = "") -> None:
    """Approve a self-formed team, or say why not. Safe to repeat.

    Raises:
        NotFound; Invalid: a refusal without a reason; Conflict: decided otherwise before.
    """
    team = own_team(team_id, by=by)
    wanted = TeamState.APPROVED if approved else TeamState.REFUSED
    if team.state == wanted:
        return
    if team.state != TeamState.ASKED:
        raise Conflict(_("This team does not wait for approval."))
    if not approved and not reason.strip():
        raise Invalid(_("Say why; they read it."), where="reason")
    if approved and team.leader_id is not None and team.leader_id in by.persons:
        raise Conflict(_("Nobody approves their own team; ask the organiser above."))
    team.state, team.reason = wanted, reason.strip()[:200]
    team.decided_by, team.decided_at = by.label[:120], clock.now()
    team.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    _tell("volunteers.decide_team", by, team, approved=approved)


@transaction.atomic
def end_team(*, by: Actor, team_id: UUID) -> None:
    """End a team; what it did stays. Safe to repeat."""
    team = own_team(team_id, by=by)
    if team.state != TeamState.ENDED:
        team.state = TeamState.ENDED
        team.save(update_fields=["state"])
        _tell("volunteers.end_team", by, team)


@transaction.atomic
def join_team(*, by: Actor, team_id: UUID, person_id: UUID) -> None:
    """Put a person into a team: by the organiser, or themselves into one of their town.

    Safe to repeat.

    Raises:
        NotFound: team or person are not theirs; Conflict: the team takes nobody.
    """
    team = Team.objects.select_related("organisation").filter(id=team_id).first()
    home = home_of(person_id, by=by)
    if team is None:
        raise NotFound
    manages = allows("volunteers.manage", by, team.organisation.lft)
    if not manages and not Team.objects.filter(offered(home), id=team.id).exists():
        raise NotFound
    if team.state not in LIVE:
        raise Conflict(_("This team takes nobody any more."))
    if _add(by, team, person_id):
        _tell("volunteers.join_team", by, team, person=str(person_id))


def _add(by: Actor, team: Team, person_id: UUID) -> bool:
    home = home_of(person_id, by=by)
    lock_person(person_id)
    _row, created = TeamMember.objects.get_or_create(
        team=team,
        person_id=person_id,
        left_at=None,
        defaults={"branch_id": home.branch_id, "joined_at": clock.now()},
    )
    return created


@transaction.atomic
def leave_team(*, by: Actor, team_id: UUID, person_id: UUID) -> None:
    """Take a person out of a team; a leader who leaves leads no more. Safe to repeat.

    Raises:
        NotFound: team or person are not theirs.
    """
    team = wanted_row(Team.objects.select_related("organisation").filter(id=team_id))
    if not allows("volunteers.manage", by, team.organisation.lft):
        home_of(person_id, by=by)
    gone = TeamMember.objects.filter(team=team, person_id=person_id, left_at=None)
    if gone.update(left_at=clock.now()):
        Team.objects.filter(id=team.id, leader_id=person_id).update(leader=None)
        _tell("volunteers.leave_team", by, team, person=str(person_id))


@transaction.atomic
def lead_team(*, by: Actor, team_id: UUID, person_id: UUID) -> None:
    """Let a member of the team lead it. Safe to repeat.

    Raises:
        NotFound: not the actor's team, or nobody in it.
    """
    team = own_team(team_id, by=by)
    if not TeamMember.objects.filter(team=team, person_id=person_id, left_at=None).exists():
        raise NotFound
    if team.leader_id != person_id:
        Team.objects.filter(id=team.id).update(leader_id=person_id)
        _tell("volunteers.lead_team", by, team, person=str(person_id))


def _tell(action: str, by: Actor, team: Team, **detail: object) -> None:
    audit.write(
        action,
        by=by,
        subject=("team", team.id),
        organisation_id=team.organisation_id,
        **detail,
    )
