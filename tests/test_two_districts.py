"""Two districts in one house, each with its season: a phone's pages speak of its own."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dongxun.access.tests.make import carry_phone
from dongxun.kernel import clock
from dongxun.needs.queries.places import unit_meant
from dongxun.organisations.tests.make import make_organisation
from dongxun.people.tests.make import make_person
from dongxun.quizzes.tests.make import make_quiz
from dongxun.seasons.tests.make import make_season
from tests.answers import body_of

OWN, OTHER = "甲区冬训季", "乙区冬训季"
PAGES = ("web:me", "web:record", "activities:mine", "volunteers:mine", "volunteers:my_hours")


@pytest.fixture
def phones(db: None) -> tuple[Client, Client]:
    """A phone of either district; the other's season began later, so it stands first."""
    found = []
    for name, days in ((OWN, 20), (OTHER, 10)):
        root = make_organisation(name[:2], type_code="district")
        season = make_season(root, name=name, starts_on=clock.today() - timedelta(days=days))
        branch = make_organisation(f"{name[:2]}村党支部", under=root)
        make_quiz(season, root, title=f"{name[:2]}测验")
        phone = Client()
        carry_phone(phone, make_person(f"{name[:1]}林", branch=branch))
        found.append(phone)
    return found[0], found[1]


def test_each_phone_reads_of_the_season_of_its_own_district(phones: tuple[Client, Client]) -> None:
    for name in PAGES:
        assert OTHER not in body_of(phones[0].get(reverse(name))).decode(), name
    lists = [body_of(phone.get(reverse("quizzes:own"))).decode() for phone in phones]
    assert ["甲区测验" in said for said in lists] == [True, False]
    assert ["乙区测验" in said for said in lists] == [False, True]


def test_a_need_finds_its_unit_in_either_district(phones: tuple[Client, Client]) -> None:
    assert unit_meant("甲区村党支部").name == "甲区村党支部"
    assert unit_meant("乙区村党支部").name == "乙区村党支部"
    assert phones[0].get(reverse("needs:raise")).status_code == 200
