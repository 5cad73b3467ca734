"""Places to choose from, with what each has."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext

from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations

NONE = ("", "—")


class PlaceSelect(forms.Select):
    """Places, each with its seats and facilities, by which the page narrows them."""

    sites: Mapping[str, organisations.Site] = MappingProxyType({})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return an option that tells what the place has."""
        option = super().create_option(name, value, *args, **kwargs)
        if site := self.sites.get(str(value)):
            seats = str(site.capacity or 0)
            option["attrs"] |= {"data-seats": seats, "data-has": " ".join(site.facilities)}
        return option


def place_choices(by: Actor) -> list[tuple[str, str]]:
    """Return the places that an actor may use, after none of them."""
    return choices_of(organisations.sites_for(by))


def choices_of(sites: Iterable[organisations.Site]) -> list[tuple[str, str]]:
    """Return places as a list to choose from, after none of them."""
    return [NONE, *((str(site.id), _site_words(site)) for site in sites)]


def _site_words(site: organisations.Site) -> str:
    """Return a place with whose it is, its seats, and whether the zone shares it."""
    more = [site.organisation_name, str(site.capacity or ""), "、".join(site.facilities)]
    more.append(gettext("shared in the zone") if site.is_shared else "")
    return f"{site.name}（{'，'.join(filter(None, more))}）"
