import os
from random import Random

import pytest
from django.db import connection

from dongxun.visits.tests.histories import PLACES, WAYS, Scene, history, play

pytestmark = pytest.mark.django_db
WANTED = {"sqlite": 2000, "postgresql": 300}


def test_whatever_way_a_day_arrives_it_ends_in_one_database():
    wanted = int(os.environ.get("DONGXUN_HISTORIES", WANTED[connection.vendor]))
    seed = int(os.environ.get("DONGXUN_SEED", "1"))
    scene = Scene()
    differing, told = [], 0
    for number in range(-(-wanted // (PLACES * WAYS))):
        dice = Random(f"{seed}/{number}")
        day = scene.day(dice)
        ends = {play(scene, history(day, dice)) for _ in range(WAYS)}
        told += PLACES * WAYS
        if len(ends) != 1:
            differing.append(number)
    assert differing == [], f"days {differing} of seed {seed} differ"
    assert told >= wanted
