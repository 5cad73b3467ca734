"""Themes and the service catalogue of a season's root."""

from uuid import UUID

from dongxun.needs.models import Service, Theme


def themes(owner_id: UUID) -> list[Theme]:
    """Return the open themes of a season's root, in order."""
    return list(Theme.objects.filter(owner_id=owner_id, closed_at=None))


def theme_choices(owner_id: UUID) -> list[tuple[str, str]]:
    """Return themes as a form offers them."""
    return [(str(theme.id), theme.name) for theme in themes(owner_id)]


def services_of(owner_id: UUID, theme_id: UUID | None = None) -> list[Service]:
    """Return the open services, by theme."""
    found = Service.objects.filter(
        theme__owner_id=owner_id, theme__closed_at=None, closed_at=None
    ).select_related("theme", "organisation", "expert")
    if theme_id is not None:
        found = found.filter(theme_id=theme_id)
    return list(found.order_by("theme__order", "theme__name", "order", "name"))
