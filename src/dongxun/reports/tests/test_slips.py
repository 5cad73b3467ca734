import pytest
from django.urls import reverse

from dongxun.files.models import Export
from dongxun.reports.tests.read import pages_of

pytestmark = pytest.mark.django_db


def text_of(answer, folder):
    assert answer.status_code == 200, answer.content[:300]
    return "".join(pages_of(answer.content, folder))


def test_activation_slips_are_printed_once_and_not_kept(cast, tmp_path):
    data = {"season": cast.season.id, "unit": cast.own.node.id}

    cast.own.secretary.set_unusable_password()
    cast.own.secretary.save()
    answer = cast.client("organiser").post(reverse("reports:activation_slips"), data)

    assert "开通码" in text_of(answer, tmp_path)
    assert not Export.objects.exists()


def test_link_slips_open_the_record_of_each_member(cast, tmp_path):
    data = {"season": cast.season.id, "unit": cast.own.branch.id}

    answer = cast.client("secretary").post(reverse("reports:link_slips"), data)

    assert "林小满" in text_of(answer, tmp_path)
    assert not Export.objects.exists()
