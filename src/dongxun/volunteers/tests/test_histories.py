import os
from random import Random

import pytest
from django.db import connection

from dongxun.visits.tests.histories import PLACES, WAYS, history, play
from dongxun.volunteers.tests.histories import Whole

pytestmark = pytest.mark.django_db
WHOLE_EVERY = 10
"""One day of so many also has errands, duty, needs and receipts: each of them is taken singly."""
WANTED = {"sqlite": 2000, "postgresql": 300}


def test_whatever_way_a_day_arrives_it_ends_in_one_database():
    wanted = int(os.environ.get("DONGXUN_HISTORIES", WANTED[connection.vendor]))
    seed = int(os.environ.get("DONGXUN_SEED", "1"))
    scene = Whole()
    differing, told = [], 0
    for number in range(-(-wanted // (PLACES * WAYS))):
        dice = Random(f"{seed}/{number}")
        scene.begin(whole=number % WHOLE_EVERY == 0)
        day = scene.day(dice)
        ends = {play(scene, history(day, dice)) for _ in range(WAYS)}
        told += PLACES * WAYS
        if len(ends) != 1:
            differing.append(number)
    assert differing == [], f"days {differing} of seed {seed} differ"
    assert told >= wanted
