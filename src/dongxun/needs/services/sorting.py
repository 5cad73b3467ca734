"""Needs under themes, and the themes and services themselves."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.needs.models import Need, Service, Theme
from dongxun.needs.queries.tickets import need_row
from dongxun.organisations import api as organisations
from dongxun.people import api as people

USUAL_THEMES = (
    "饮水休息如厕",
    "道路出行",
    "就医养老",
    "上学就业",
    "农业生产",
    "环境卫生",
    "企业服务",
    "邻里矛盾",
    "其他",
)
"""Themes a season's root begins with; every one can be renamed or closed."""


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """An entry of the catalogue as it is typed."""

    theme_id: UUID
    name: str
    organisation_id: UUID
    expert_id: UUID | None = None
    how: str = ""


@transaction.atomic
def sort_need(*, by: Actor, need_id: UUID, theme_id: UUID | None) -> None:
    """Put a need under a theme, or under none. Safe to repeat.

    Raises:
        NotFound, NotAllowed.
        Invalid: there is no such theme.
    """
    need = need_row(need_id, by=by)
    require("needs.work_on_need", by, need)
    if theme_id is not None:
        _theme(theme_id, need.season.root_id)
    if need.theme_id != theme_id:
        Need.objects.filter(id=need.id).update(theme_id=theme_id)
        audit.write(
            "needs.sort_need", by=by, subject=("need", need.id), organisation_id=need.lead_id
        )


def _theme(theme_id: UUID, owner_id: UUID) -> Theme:
    row = Theme.objects.filter(id=theme_id, owner_id=owner_id, closed_at=None).first()
    if row is None:
        raise Invalid(details=[("theme", _("There is no such theme."))])
    return row


def _owner(owner_id: UUID, by: Actor) -> None:
    node = organisations.node(owner_id)
    require("needs.set_up", by, node.interval.lft)


@transaction.atomic
def save_theme(*, by: Actor, owner_id: UUID, name: str, theme_id: UUID | None = None) -> UUID:
    """Add a theme, or rename one; one that was closed opens again under its name.

    Raises:
        NotAllowed: not the actor's to set up.
        NotFound: there is no such theme.
        Invalid: no name, or another theme has it.
    """
    _owner(owner_id, by)
    name = name.strip()[:40]
    if not name:
        raise Invalid(details=[("name", _("Give it a name."))])
    same = Theme.objects.filter(owner_id=owner_id, name=name).first()
    if theme_id is None:
        row = same or Theme(owner_id=owner_id, order=Theme.objects.filter(owner=owner_id).count())
    else:
        found = wanted_row(Theme.objects.filter(id=theme_id, owner_id=owner_id))
        if same is not None and same.id != theme_id:
            raise Invalid(details=[("name", _("Another theme has this name."))])
        row = found
    row.name, row.closed_at = name, None
    row.save()
    audit.write("needs.save_theme", by=by, subject=("theme", row.id), organisation_id=owner_id)
    return row.id


@transaction.atomic
def close_theme(*, by: Actor, theme_id: UUID) -> None:
    """Offer a theme no longer; needs under it keep it. Safe to repeat."""
    row = wanted_row(Theme.objects.filter(id=theme_id))
    _owner(row.owner_id, by)
    if row.closed_at is None:
        Theme.objects.filter(id=row.id).update(closed_at=clock.now())
        audit.write(
            "needs.close_theme", by=by, subject=("theme", row.id), organisation_id=row.owner_id
        )


def usual_themes(*, by: Actor, owner_id: UUID) -> None:
    """Give a season's root the themes it usually begins with; those it has stay."""
    for name in USUAL_THEMES:
        save_theme(by=by, owner_id=owner_id, name=name)


@transaction.atomic
def save_service(*, by: Actor, owner_id: UUID, draft: ServiceDraft) -> UUID:
    """Put a service into the catalogue; under the same theme, unit and name it is changed.

    Raises:
        NotAllowed: not the actor's to set up.
        Invalid: no name, no such theme or expert.
    """
    _owner(owner_id, by)
    _theme(draft.theme_id, owner_id)
    name = draft.name.strip()[:80]
    if not name:
        raise Invalid(details=[("name", _("Give it a name."))])
    expert_id = known_expert(draft.expert_id) if draft.expert_id else None
    row, _made = Service.objects.update_or_create(
        theme_id=draft.theme_id,
        organisation_id=draft.organisation_id,
        name=name,
        defaults={"expert_id": expert_id, "how": draft.how.strip(), "closed_at": None},
    )
    audit.write("needs.save_service", by=by, subject=("service", row.id), organisation_id=owner_id)
    return row.id


def known_expert(lecturer_id: UUID) -> UUID:
    """Return who an expert is today; their profile may have been joined to another since.

    Raises:
        Invalid: no such expert.
    """
    found = people.standing_lecturers([lecturer_id]).get(lecturer_id)
    if found is None:
        raise Invalid(details=[("expert", _("There is no such expert."))])
    return found.id


@transaction.atomic
def close_service(*, by: Actor, service_id: UUID) -> None:
    """Take a service out of the catalogue. Safe to repeat."""
    row = wanted_row(Service.objects.select_related("theme").filter(id=service_id))
    _owner(row.theme.owner_id, by)
    if row.closed_at is None:
        Service.objects.filter(id=row.id).update(closed_at=clock.now())
        audit.write(
            "needs.close_service",
            by=by,
            subject=("service", row.id),
            organisation_id=row.theme.owner_id,
        )
