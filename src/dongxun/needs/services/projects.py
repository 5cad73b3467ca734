"""项目: measurable or not handed in; reviewed by somebody else, returned with a reason."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Overtaken, Text
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows, require
from dongxun.needs.contracts import Milestone, OwnNeed, ProjectState
from dongxun.needs.models import Project, ProjectMilestone, ProjectReading
from dongxun.needs.queries.tickets import need_row
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons

OPEN = (ProjectState.DRAFT, ProjectState.RETURNED)


@dataclass(frozen=True, slots=True)
class ProjectDraft:
    """A project as it is typed; ``id`` is minted with the page.

    ``version`` is what the writer saw, 0 for nothing; another write since then is a conflict.
    """

    id: UUID
    title: str
    organisation_id: UUID
    need_id: UUID | None = None
    target: str = ""
    amount: Decimal | None = None
    unit: str = ""
    due_on: date | None = None
    responsible: str = ""
    partners: str = ""
    version: int | None = None


class ProjectNotNow(Conflict):
    """A project cannot be changed or reviewed where it stands."""

    code = "project_not_now"
    message = _("This project has moved on. Look where it stands now.")


def project_row(project_id: UUID, *, by: Actor, lock: bool = False) -> Project:
    """Return a project's row.

    Args:
        lock: hold it until the transaction ends, so that nothing written meanwhile is lost.

    Raises:
        NotFound: absent, or hidden from the actor.
    """
    rows = Project.objects.select_related("organisation", "season", "need")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    row = wanted_row(rows.filter(id=project_id))
    if not allows("needs.run", by, row.organisation.lft):
        raise NotFound
    return row


@transaction.atomic
def save_project(*, by: Actor, draft: ProjectDraft) -> UUID:
    """Write a project down, or change one that has not been handed in. Safe to repeat.

    Raises:
        NotFound, NotAllowed.
        Invalid: no title.
        ProjectNotNow: it was handed in.
        Overtaken: somebody else saved something else in the meantime.
    """
    node = organisations.node_in_scope(draft.organisation_id, by=by)
    require("needs.run", by, node.interval.lft)
    if not draft.title.strip():
        raise Invalid(details=[("title", _("Give it a name."))])
    row = Project.objects.select_for_update(of=("self",)).filter(id=draft.id).first()
    before = None
    if row is not None:
        project_row(row.id, by=by)
        if row.state not in OPEN:
            raise ProjectNotNow
        before = _content(row)
    else:
        row = _new(draft, node, by)
    row.organisation_id = node.id
    for name in ("title", "target", "unit", "responsible", "partners"):
        setattr(row, name, getattr(draft, name).strip())
    row.amount, row.due_on = draft.amount, draft.due_on
    if before == _content(row):
        return row.id
    if before and draft.version not in {None, row.version}:
        raise Overtaken
    if row.state == ProjectState.RETURNED and missing(row):
        raise Invalid(details=missing(row))
    row.version += 1
    row.save()
    _note("save_project", row, by)
    return row.id


def _new(draft: ProjectDraft, node: Node, by: Actor) -> Project:
    need = need_row(draft.need_id, by=by) if draft.need_id else None
    season = seasons.season_at(node.interval.lft)
    if season is None:
        raise NotFound
    return Project(
        id=draft.id,
        season_id=need.season_id if need else season.id,
        need_id=need.id if need else None,
        written_by=by.id,
        created_at=clock.now(),
    )


def _content(row: Project) -> list[object]:
    names = ("organisation_id", "title", "target", "amount", "unit", "due_on", "responsible")
    return [getattr(row, name) for name in (*names, "partners")]


def missing(row: Project) -> list[tuple[str, Text]]:
    """Return what a project still lacks to be measurable, each beside its field."""
    said: list[tuple[str, Text]] = []
    if not row.target:
        said.append(("target", _("Say what is to be reached.")))
    if not row.amount or row.amount <= 0:
        said.append(("amount", _("Give an amount above 0, so that it can be measured.")))
    if not row.unit:
        said.append(("unit", _("Say what the amount counts.")))
    if row.due_on is None:
        said.append(("due_on", _("Give the day by which it is reached.")))
    if not row.responsible:
        said.append(("responsible", _("Name the responsible person.")))
    return said


@transaction.atomic
def hand_in(*, by: Actor, project_id: UUID) -> None:
    """Hand a project in for review. Safe to repeat.

    Raises:
        NotFound.
        Invalid: it is not measurable yet; says what is missing.
        ProjectNotNow: it was reviewed.
    """
    row = project_row(project_id, by=by, lock=True)
    if row.state == ProjectState.SUBMITTED:
        return
    if row.state not in OPEN:
        raise ProjectNotNow
    if said := missing(row):
        raise Invalid(details=said)
    row.state, row.reason, row.written_by = ProjectState.SUBMITTED, "", by.id
    row.version += 1
    row.save()
    _note("hand_in", row, by)


@transaction.atomic
def review(*, by: Actor, project_id: UUID, approved: bool, reason: str = "") -> None:
    """Approve a project, or return it with the reason. Safe to repeat.

    Raises:
        NotFound, NotAllowed.
        OwnNeed: the actor handed it in.
        Invalid: returned without a reason.
        ProjectNotNow: there is nothing to review.
    """
    row = project_row(project_id, by=by, lock=True)
    require("needs.review", by, row.organisation.lft)
    done = ProjectState.APPROVED if approved else ProjectState.RETURNED
    if row.state == done:
        return
    if row.state != ProjectState.SUBMITTED:
        raise ProjectNotNow
    if by.id is not None and by.id == row.written_by:
        raise OwnNeed(_("You handed this in yourself: somebody else reviews it."))
    if not approved and not reason.strip():
        raise Invalid(details=[("reason", _("Say what has to be changed."))])
    row.state, row.reason, row.reviewed_by = done, reason.strip()[:300], by.label[:120]
    row.returns += not approved
    row.version += 1
    row.save()
    _note("review_project", row, by, state=done.value)


@transaction.atomic
def set_milestone(
    *,
    by: Actor,
    project_id: UUID,
    kind: Milestone,
    planned_on: date | None,
    reached_on: date | None = None,
) -> None:
    """Set when a milestone is planned, and when it was reached; without a plan it goes.

    Raises:
        NotFound.
        Invalid: reached in the future, or not planned.
    """
    row = project_row(project_id, by=by, lock=True)
    if reached_on and reached_on > clock.today():
        raise Invalid(details=[("reached_on", _("That day has not come yet."))])
    if reached_on and planned_on is None:
        raise Invalid(details=[("planned_on", _("Say when it was planned."))])
    if planned_on is None:
        ProjectMilestone.objects.filter(project=row, kind=kind).delete()
    else:
        ProjectMilestone.objects.update_or_create(
            project=row, kind=kind, defaults={"planned_on": planned_on, "reached_on": reached_on}
        )
    _note("set_milestone", row, by, kind=kind.value)


@transaction.atomic
def read_off(
    *, by: Actor, project_id: UUID, amount: Decimal, on: date | None = None, note: str = ""
) -> None:
    """Note how much is reached by a day; the whole amount reached, the project is.

    A second reading of the same day replaces the first.

    Raises:
        NotFound.
        ProjectNotNow: it is not approved.
        Invalid: a day to come, or less than nothing.
    """
    row = project_row(project_id, by=by, lock=True)
    if row.state not in (ProjectState.APPROVED, ProjectState.REACHED):
        raise ProjectNotNow
    day = on or clock.today()
    if day > clock.today():
        raise Invalid(details=[("on", _("That day has not come yet."))])
    if amount < 0:
        raise Invalid(details=[("amount", _("Not less than 0."))])
    ProjectReading.objects.update_or_create(
        project=row,
        on=day,
        defaults={"amount": amount, "note": note.strip()[:200], "by_label": by.label[:120]},
    )
    latest = ProjectReading.objects.filter(project=row).order_by("-on").first()
    is_reached = latest is not None and row.amount is not None and latest.amount >= row.amount
    row.state = ProjectState.REACHED if is_reached else ProjectState.APPROVED
    row.reached_on = latest.on if latest and is_reached else None
    row.version += 1
    row.save()
    _note("read_off", row, by)


def _note(name: str, row: Project, by: Actor, **detail: str) -> None:
    audit.write(
        f"needs.{name}",
        by=by,
        subject=("project", row.id),
        organisation_id=row.organisation_id,
        **detail,
    )
