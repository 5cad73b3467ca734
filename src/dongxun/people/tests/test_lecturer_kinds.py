import pytest
from django.utils import translation

from dongxun.kernel.actors import Actor
from dongxun.people import profiles, services

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("tests")


def test_offering_a_kind_no_more_in_english_leaves_its_name_to_everybody():
    shown = profiles.lecturer_kinds()["folk"]
    with translation.override("en"):
        label = profiles.lecturer_kinds()["folk"]
        services.save_lecturer_kind(by=SYSTEM, code="folk", name=label, retired=True)
    assert label != shown
    assert profiles.lecturer_kinds()["folk"] == shown
    assert "folk" not in profiles.lecturer_kinds(retired=False)


def test_a_kind_that_was_renamed_keeps_its_name_when_it_is_offered_no_more():
    services.save_lecturer_kind(by=SYSTEM, code="folk", name="名嘴")
    with translation.override("en"):
        services.save_lecturer_kind(by=SYSTEM, code="folk", name="名嘴", retired=True)
    assert profiles.lecturer_kinds()["folk"] == "名嘴"
