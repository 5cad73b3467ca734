import os
from random import Random

import pytest
from django.db import connection

from dongxun.visits.tests.histories import PLACES, WAYS, history, play
from dongxun.volunteers.tests.histories import Whole
from dongxun.volunteers.tests.soak import Days

pytestmark = pytest.mark.django_db
WHOLE_EVERY = 10
"""One day of so many also has errands, duty, needs and receipts: each of them is taken singly."""
WANTED = {"sqlite": 2000, "postgresql": 300}


def test_whatever_way_a_day_arrives_it_ends_in_one_database():
    wanted = int(os.environ.get("DONGXUN_HISTORIES", WANTED[connection.vendor]))
    seed = int(os.environ.get("DONGXUN_SEED", "1"))
    scene, days = Whole(), Days(-(-wanted // (PLACES * WAYS)), seed)
    for number in days:
        dice = Random(f"{seed}/{number}")
        scene.begin(whole=number % WHOLE_EVERY == 0)
        day = scene.day(dice)
        ends = {play(scene, history(day, dice)) for _ in range(WAYS)}
        days.note(number, same=len(ends) == 1)
    assert days.differing == [], f"days {days.differing} of seed {seed} differ"
    assert all(number in days.known for number in days.numbers)
