"""Where a member who lives elsewhere stands, in one word, and how they came there."""

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.events import announce
from dongxun.people.contracts import Status, StayState, StayStep
from dongxun.people.models import Person, ReportIn, Stay, StayNote


def settle(stay: Stay) -> None:
    """Work out the one word for where the member stands, and keep it."""
    report = ReportIn.objects.filter(stay=stay, closed_at=None).first()
    stay.state = StayState.AWAY
    if stay.back_on is not None:
        stay.state = StayState.BACK
    elif stay.lost_on is not None:
        stay.state = StayState.LOST
    elif report is not None:
        is_settled = report.host_at is not None and report.home_at is not None
        stay.state = StayState.RECEIVED if is_settled else StayState.WAITING
    save(stay)


def save(stay: Stay) -> None:
    """Keep a line, one version on."""
    stay.version += 1
    stay.updated_at = clock.now()
    stay.save()


def found_again(stay: Stay, by: Actor) -> None:
    """Note that somebody who was lost is heard of again; the caller keeps the line."""
    stay.lost_on, stay.lost_reason = None, ""
    note(stay, StayStep.FOUND, by)
    Person.objects.filter(id=stay.person_id, status=Status.LOST).update(status=Status.ACTIVE)
    announce("MembershipChanged", person_ids=[str(stay.person_id)])


def keep_lost(stay: Stay) -> None:
    """Let the roster, too, call somebody lost whom the register does."""
    if stay.lost_on is not None:
        rows = Person.objects.filter(id=stay.person_id, status=Status.ACTIVE)
        rows.update(status=Status.LOST)


def note(stay: Stay, step: StayStep, by: Actor, **more: object) -> None:
    """Append to the timeline; ``at``, ``place`` and ``words`` may be given."""
    values = {"at": clock.now(), "who": by.label[:120], "place": "", "words": ""} | more
    values["place"] = str(values["place"])[:160]
    StayNote.objects.create(stay=stay, step=step, **values)
